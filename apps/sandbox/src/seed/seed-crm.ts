import type { Crm } from '../hubspot/crm.js';
import { objectType, type ObjectType } from '../hubspot/object-types.js';
import { placeOrder } from '../hubspot/place-order.js';
import { CUSTOMERS, type SeedCustomer } from './people.js';

/** Fills the CRM: contacts and companies of the demonstration data and two orders. Phones are written as the CRM's people write them. */
export function seedCrm(crm: Crm, at: number): void {
  const contacts = known('contacts');
  const companies = known('companies');
  if (!crm.schema(companies).has('tax_number')) addTaxNumber(crm, companies);
  for (const customer of CUSTOMERS.filter((item) => item.in !== 'erp')) {
    if (customer.kind === 'person') crm.create(contacts, person(customer), 'CRM_UI');
    else crm.create(companies, company(customer), 'CRM_UI');
  }
  placeOrder(
    crm,
    {
      email: CUSTOMERS[0]?.email,
      name: 'CRM-1001',
      lines: [
        { sku: 'CUP-350-W', quantity: '2' },
        { sku: 'TEA-LJ-250', quantity: '1' },
      ],
    },
    at,
  );
  placeOrder(crm, { email: CUSTOMERS[8]?.email, name: 'CRM-1002', lines: [{ sku: 'KB-MECH-87', quantity: '1' }] }, at);
}

function known(name: string): ObjectType {
  const type = objectType(name);
  if (type === undefined) throw new Error(`no object type ${name}`);
  return type;
}

function addTaxNumber(crm: Crm, companies: ObjectType): void {
  crm.addProperty(companies, {
    name: 'tax_number',
    label: '税号 Tax number',
    type: 'string',
    fieldType: 'text',
    groupName: 'information',
    description: '',
    options: [],
    hasUniqueValue: false,
    hubspotDefined: false,
    readOnly: false,
  });
}

function person(customer: SeedCustomer) {
  const family = customer.name.startsWith('欧阳') ? 2 : 1;
  return {
    lastname: customer.name.slice(0, family),
    firstname: customer.name.slice(family),
    email: customer.email,
    mobilephone: `+86 ${customer.phone.slice(0, 3)} ${customer.phone.slice(3, 7)} ${customer.phone.slice(7)}`,
    ...address(customer),
    lifecyclestage: 'customer',
  };
}

function address({ province, city, district, street }: SeedCustomer) {
  return { country: 'China', state: province, city, address: district + street };
}

function company(customer: SeedCustomer) {
  return {
    name: customer.name,
    domain: customer.email.split('@')[1],
    phone: `+86 ${customer.phone}`,
    tax_number: customer.taxNumber,
    ...address(customer),
    lifecyclestage: 'customer',
  };
}
