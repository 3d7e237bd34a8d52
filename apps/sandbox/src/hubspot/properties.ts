import { parseDecimal } from '../store/decimal.js';
import { asText } from '../wire/json.js';

/** Definition of a property. */
export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly { label: string; value: string; displayOrder: number; hidden: boolean }[];
  readonly hasUniqueValue: boolean;
  readonly hubspotDefined: boolean;
  readonly readOnly: boolean;
}

const SPACE = /[ ,]+/;

/** Properties that exist from the start: `name` or `name:type` or `name!type` (read-only), parted by blanks. */
const STANDARD: Record<string, string> = {
  contacts: `email firstname lastname phone mobilephone fax company jobtitle salutation website address city state zip
    country lifecyclestage hs_lead_status hs_language hs_timezone date_of_birth gender message industry
    hubspot_owner_id hs_email_optout:bool associatedcompanyid!number lastmodifieddate!datetime`,
  companies: `name domain phone website address address2 city state zip country industry description type
    lifecyclestage numberofemployees:number annualrevenue:number founded_year timezone hubspot_owner_id
    hs_lead_status is_public:bool`,
  products: `name description price:number hs_sku hs_cost_of_goods_sold:number hs_product_type hs_url hs_images
    hs_folder hs_status tax:number recurringbillingfrequency hs_recurring_billing_period hubspot_owner_id`,
  line_items: `name description price:number quantity:number hs_sku hs_product_id discount:number
    hs_discount_percentage:number hs_line_item_currency_code hs_url hs_external_id hs_tax_amount:number
    hs_cost_of_goods_sold:number hs_position_on_quote:number amount!number`,
  orders: `hs_order_name hs_currency_code hs_external_order_id hs_external_cart_id hs_external_order_url
    hs_external_created_date:datetime hs_external_modified_date:datetime hs_external_status hs_fulfillment_status
    hs_shipping_status hs_shipping_status_url hs_shipping_tracking_number hs_subtotal_price:number
    hs_total_price:number hs_tax:number hs_shipping_cost:number hs_order_discount:number hs_source_store hs_tags
    hs_pipeline hs_pipeline_stage hs_payment_processing_method hs_payment_status hs_order_note hs_language
    hs_billing_address_name hs_billing_address_phone hs_billing_address_email hs_billing_address_street
    hs_billing_address_city hs_billing_address_state hs_billing_address_postal_code hs_billing_address_country
    hs_shipping_address_name hs_shipping_address_phone hs_shipping_address_street hs_shipping_address_city
    hs_shipping_address_state hs_shipping_address_postal_code hs_shipping_address_country hubspot_owner_id`,
};

const SYSTEM = 'hs_object_id!number createdate!datetime hs_createdate!datetime hs_lastmodifieddate!datetime';

const LIFECYCLE =
  'subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other'.split(' ');

/** The properties that a kind of object has before anyone adds one. */
export function standardProperties(type: string): PropertyDefinition[] {
  return `${STANDARD[type] ?? ''} ${SYSTEM}`
    .split(/\s+/)
    .filter((item) => item !== '')
    .map((item) => {
      const [name = '', kind = 'string'] = item.split(/[:!]/);
      const values = name === 'lifecyclestage' ? LIFECYCLE : [];
      return define({
        name,
        type: values.length > 0 ? 'enumeration' : kind,
        options: values,
        readOnly: item.includes('!'),
      });
    });
}

function define(part: { name: string; type: string; options: string[]; readOnly: boolean }): PropertyDefinition {
  return {
    name: part.name,
    label: part.name.replace(/^hs_/, '').replaceAll('_', ' '),
    type: part.type,
    fieldType: part.type === 'enumeration' ? 'select' : part.type === 'number' ? 'number' : 'text',
    groupName: 'information',
    description: '',
    options: part.options.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
    hasUniqueValue: part.name === 'email',
    hubspotDefined: true,
    readOnly: part.readOnly,
  };
}

/** A value as the CRM stores it, or what is wrong with it. An empty text clears the property. */
export function normalise(
  definition: PropertyDefinition,
  input: unknown,
): { value: string | null } | { code: string; message: string } {
  if (input === null) return { value: null };
  if (typeof input === 'object') return { code: 'INVALID_TYPE', message: `${definition.name} must be a text` };
  const text = asText(input).trim();
  if (text === '') return { value: null };
  if (definition.name === 'email') return emailValue(text);
  if (definition.name === 'domain') return { value: text.toLowerCase() };
  switch (definition.type) {
    case 'number':
      return parseDecimal(text) === undefined
        ? { code: 'INVALID_NUMBER', message: `${text} was not a valid number.` }
        : { value: text };
    case 'bool':
      return /^(true|false)$/i.test(text)
        ? { value: text.toLowerCase() }
        : { code: 'INVALID_OPTION', message: `${text} was not true or false.` };
    case 'date':
    case 'datetime':
      return momentValue(text, definition.type);
    case 'enumeration':
      return enumerationValue(definition, text);
    default:
      return { value: text };
  }
}

function emailValue(text: string) {
  const email = text.toLowerCase();
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return { value: email };
  return { code: 'INVALID_EMAIL', message: `Email address ${text} is invalid` };
}

function momentValue(text: string, type: string) {
  const at = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) return { code: 'INVALID_DATE', message: `${text} was not a valid moment.` };
  const moment = new Date(at).toISOString();
  return { value: type === 'date' ? moment.slice(0, 10) : moment };
}

function enumerationValue(definition: PropertyDefinition, text: string) {
  const allowed = definition.options.map((option) => option.value);
  const bad = text.split(';').find((part) => allowed.length > 0 && !allowed.includes(part));
  if (bad === undefined) return { value: text };
  return { code: 'INVALID_OPTION', message: `${bad} was not one of the allowed options: [${allowed.join(', ')}]` };
}

/** Parts of a comma-separated parameter that may also be repeated. */
export function listParameter(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((part) =>
    typeof part === 'string' && part !== '' ? part.split(SPACE) : [],
  );
}
