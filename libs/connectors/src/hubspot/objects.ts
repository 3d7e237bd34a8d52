import type { Row, Settings } from '@isthmus/connector-kit';
import { extraProperties, stockProperties, textSetting } from './settings.js';

/** Property that carries the id of our record: unique, so that HubSpot itself refuses a second create. */
export const RECORD_ID = 'isthmus_record_id';
/** Property of a line item that carries `<record id>/<line id>`: unique. */
export const LINE_ID = 'isthmus_line_id';

/** A kind of CRM object, as HubSpot's object APIs treat it. */
export interface ObjectKind {
  /** Name in paths. */
  readonly type: string;
  /** Number that webhooks of generic subscriptions use. */
  readonly typeId: string;
  /** Property with the time of the last change. Contacts differ from all others. */
  readonly stamp: 'lastmodifieddate' | 'hs_lastmodifieddate';
  readonly properties: readonly string[];
  /** Own properties that the first write creates. */
  readonly own: readonly OwnProperty[];
}

/** A property that HubSpot does not have by itself. */
export interface OwnProperty {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'number' | 'date' | 'datetime';
  readonly unique?: boolean;
}

const recordId: OwnProperty = { name: RECORD_ID, label: 'Isthmus record id', type: 'string', unique: true };

export const contactKind: ObjectKind = {
  type: 'contacts',
  typeId: '0-1',
  stamp: 'lastmodifieddate',
  properties: [
    'email',
    'firstname',
    'lastname',
    'phone',
    'mobilephone',
    'fax',
    'jobtitle',
    'address',
    'city',
    'state',
    'zip',
    'country',
    'lifecyclestage',
  ],
  own: [
    recordId,
    { name: 'erp_number', label: 'ERP customer number', type: 'string' },
    { name: 'credit_limit', label: 'Credit limit', type: 'number' },
    { name: 'erp_note', label: 'ERP note', type: 'string' },
  ],
};

export const companyKind: ObjectKind = {
  type: 'companies',
  typeId: '0-2',
  stamp: 'hs_lastmodifieddate',
  properties: [
    'name',
    'domain',
    'phone',
    'address',
    'city',
    'state',
    'zip',
    'country',
    'description',
    'lifecyclestage',
  ],
  own: [
    recordId,
    { name: 'erp_number', label: 'ERP customer number', type: 'string' },
    { name: 'credit_limit', label: 'Credit limit', type: 'number' },
    { name: 'tax_number', label: 'Tax number', type: 'string' },
    { name: 'invoice_title', label: 'Invoice title', type: 'string' },
    { name: 'company_email', label: 'Company e-mail', type: 'string' },
    { name: 'company_mobile', label: 'Company mobile', type: 'string' },
    { name: 'erp_note', label: 'ERP note', type: 'string' },
  ],
};

export const productKind: ObjectKind = {
  type: 'products',
  typeId: '0-7',
  stamp: 'hs_lastmodifieddate',
  properties: ['name', 'hs_sku', 'price', 'description'],
  own: [
    recordId,
    { name: 'tax_rate', label: 'Tax rate (percent)', type: 'number' },
    { name: 'base_unit', label: 'Unit', type: 'string' },
    { name: 'barcode', label: 'Barcode', type: 'string' },
    { name: 'product_spec', label: 'Specification', type: 'string' },
    { name: 'sales_status', label: 'Sales status', type: 'string' },
  ],
};

export const orderKind: ObjectKind = {
  type: 'orders',
  typeId: '0-123',
  stamp: 'hs_lastmodifieddate',
  properties: [
    'hs_order_name',
    'hs_external_order_id',
    'hs_currency_code',
    'hs_pipeline',
    'hs_pipeline_stage',
    'hs_order_note',
    'hs_total_price',
    'hs_tax',
    'hs_createdate',
    ...['name', 'phone', 'street', 'city', 'state', 'postal_code', 'country'].map(
      (part) => `hs_shipping_address_${part}`,
    ),
  ],
  own: [recordId, { name: 'order_date', label: 'Order date', type: 'date' }],
};

export const lineItemKind: ObjectKind = {
  type: 'line_items',
  typeId: '0-8',
  stamp: 'hs_lastmodifieddate',
  properties: ['name', 'hs_sku', 'hs_product_id', 'quantity', 'price', 'amount', 'hs_position_on_quote'],
  own: [
    { name: LINE_ID, label: 'Isthmus line id', type: 'string', unique: true },
    { name: 'tax_rate', label: 'Tax rate (percent)', type: 'number' },
    { name: 'base_unit', label: 'Unit', type: 'string' },
  ],
};

/** All properties that are read of an object kind for this connection. */
export function propertiesOf(kind: ObjectKind, settings: Settings): readonly string[] {
  const stock = kind === productKind ? [...stockProperties(settings).values()] : [];
  const names = [
    kind.stamp,
    ...kind.properties,
    ...kind.own.map((own) => own.name),
    ...stock,
    ...extraProperties(settings, kind.type),
  ];
  return [...new Set(names)];
}

/** Path of an object API, for example `/crm/v3/objects/contacts/search`. */
export function objectPath(settings: Settings, kind: ObjectKind, rest = ''): string {
  return `${textSetting(settings, 'objectsPath', '/crm/v3/objects')}/${kind.type}${rest}`;
}

/** The `properties` member of a row; an empty object when it has none. */
export function propertiesIn(row: Row): Row {
  const value = row['properties'];
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** Text of a property; undefined when it is absent, null or empty. */
export function propertyText(row: Row, name: string): string | undefined {
  const value = propertiesIn(row)[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Native id of an object. HubSpot sends it as text; older answers as a number. */
export function idOf(row: Row): string {
  const id = row['id'];
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

/** Time of the object's last change in epoch milliseconds; undefined when HubSpot does not tell. */
export function stampOf(kind: ObjectKind, row: Row): number | undefined {
  const text = propertyText(row, kind.stamp) ?? (typeof row['updatedAt'] === 'string' ? row['updatedAt'] : undefined);
  if (text === undefined) return undefined;
  const stamp = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(stamp) ? stamp : undefined;
}
