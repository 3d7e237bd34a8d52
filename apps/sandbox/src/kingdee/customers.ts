import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import { identity, keep, recordBefore } from './base-data.js';
import type { Books } from './books.js';
import { customFields, flag, textFields } from './inputs.js';
import { parameter, parameterList, type ListQuery } from './lists.js';
import { localTime } from './moments.js';
import type { Customer } from './rows.js';

const FIELDS = [
  'remark',
  'addr',
  'c_level_id',
  'rate',
  'invoice_name',
  'taxpayer_no',
  'bank',
  'bank_account',
  'account_open_addr',
  'invoice_type',
  'credit_limit',
  'saler_id',
  'sale_dept_id',
  'country_id',
  'province_id',
  'city_id',
  'district_id',
  'province_name',
  'city_name',
  'district_name',
];
const CONTACT = [
  'contact_person',
  'mobile',
  'phone',
  'wechat',
  'qq',
  'email',
  'gender',
  'birthday',
  'contact_address',
  'contact_province_name',
  'contact_city_name',
  'contact_district_name',
];

/** Creates a customer, or changes the one with the given id. Fields that are not given stay as they are. */
export function saveCustomer(books: Books, body: JsonObject): Customer {
  const kind = { table: books.customers, series: 'KH', counted: 'customer', bizType: 'bd_customer' };
  const before = recordBefore(books.customers, body);
  const group = books.reference(books.groups, body, 'group');
  const givenContacts = body['contact_persons'] ?? body['bomentity'];
  return keep(books, kind, before, {
    ...identity(books, kind, body, before),
    fields: { ...before?.fields, ...textFields(body, FIELDS), ...(group === undefined ? {} : { group_id: group.id }) },
    contacts: givenContacts === undefined ? (before?.contacts ?? []) : contactsOf(books, givenContacts),
    customField: { ...before?.customField, ...customFields(body['custom_field']) },
  });
}

function contactsOf(books: Books, rows: unknown): Record<string, string | boolean>[] {
  return asArray(rows).map((item, index) => {
    const given = asObject(item);
    return {
      id: asText(given['id']) || books.entries.takeId(),
      seq: String(index + 1),
      ...textFields(given, CONTACT),
      is_default_linkman: given['is_default_linkman'] === undefined ? index === 0 : flag(given['is_default_linkman']),
    };
  });
}

/** A row of the customer list: header fields only. */
export function customerRow(books: Books, query: ListQuery) {
  const withContacts = parameter(query, 'show_contact_detail') === 'true';
  return (customer: Customer, changedAt: number) => ({
    id: customer.id,
    number: customer.number,
    name: customer.name,
    group_name: books.groups.get(customer.fields['group_id'] ?? '')?.name ?? '',
    c_level_id: customer.fields['c_level_id'] ?? '',
    remark: customer.fields['remark'] ?? '',
    enable: customer.enable,
    create_time: localTime(customer.createdAt),
    modify_time: localTime(changedAt),
    ...(withContacts ? { bomentity: customer.contacts } : {}),
  });
}

/** The customer with its contacts, as the detail call shows it. */
export function customerDetail(books: Books, customer: Customer) {
  const changedAt = books.customers.entry(customer.id)?.at ?? customer.createdAt;
  const group = books.groups.get(customer.fields['group_id'] ?? '');
  return {
    ...Object.fromEntries(FIELDS.map((name) => [name, customer.fields[name] ?? ''])),
    id: customer.id,
    number: customer.number,
    name: customer.name,
    enable: customer.enable,
    group_id: group?.id ?? '',
    group_number: group?.number ?? '',
    group_name: group?.name ?? '',
    create_time: localTime(customer.createdAt),
    modify_time: localTime(changedAt),
    bomentity: customer.contacts.map((contact) => ({
      ...Object.fromEntries(CONTACT.map((name) => [name, ''])),
      ...contact,
    })),
    custom_field: customer.customField,
  };
}

/** The filters of the customer list. */
export function customerFilter(query: ListQuery): ((customer: Customer) => boolean) | undefined {
  const words = parameter(query, 'search');
  const enable = parameter(query, 'enable');
  const mobile = parameter(query, 'mobile_main');
  const groups = parameterList(query, 'group');
  if (words === '' && mobile === '' && groups.length === 0 && (enable === '' || enable === '-1')) return undefined;
  return (customer) =>
    (words === '' || customer.name.includes(words) || customer.number.includes(words) || hasPhone(customer, words)) &&
    (mobile === '' || hasPhone(customer, mobile)) &&
    (groups.length === 0 || groups.includes(customer.fields['group_id'] ?? '')) &&
    (enable === '' || enable === '-1' || customer.enable === enable);
}

function hasPhone(customer: Customer, digits: string): boolean {
  return customer.contacts.some((contact) => contact['mobile'] === digits || contact['phone'] === digits);
}
