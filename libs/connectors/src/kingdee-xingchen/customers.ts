import type { JsonObject, Row, Stream, WriteItem } from '@isthmus/connector-kit';
import { idOf, instantOf, listIn, textIn } from './answers.js';
import { detailBy, detailRows, fetchDetails } from './details.js';
import { readList } from './read-list.js';
import { probeAll, saveAll, toNumber, withoutNulls } from './save.js';
import type { SaveTarget } from './save.js';
import { customersSchema } from './schemas/customers.js';

const LIST = '/jdy/v2/bd/customer';
/** Fields of the main contact person that the row shows under `main_contact`. */
const CONTACT_FIELDS = [
  'contact_person',
  'mobile',
  'phone',
  'email',
  'qq',
  'wechat',
  'contact_address',
  'birthday',
  'gender',
];

const target: SaveTarget = {
  path: '/jdy/v2/bd/customer_detail',
  savePath: LIST,
  numberField: 'number',
  prefix: 'IS-',
  toRow: (_context, detail) => toRow(detail),
  toBody: (_context, item, held) => toBody(item, held),
  findByNumber: (context, number) => detailBy(context, target, 'number', number),
};

/** Customers with their main contact person. Lists lack most fields: one detail call for each. */
export const customers: Stream = {
  title: { en: 'Customers', zh: '客户' },
  schema: customersSchema,
  key: idOf,
  modifiedAt: (row) => instantOf(textIn(row, 'modify_time')),
  pollSeconds: 60,
  read: (context, request) => readList(context, LIST, request, (rows) => detailRows(context, target, rows)),
  fetchBatchSize: 20,
  fetch: (context, ids) => fetchDetails(context, target, ids),
  write: {
    batchSize: 10,
    concurrency: 2,
    repeat: 'probe',
    write: (context, items) => saveAll(context, target, items),
    probe: (context, items) => probeAll(context, target, items),
  },
};

/** Saves call the contact persons `contact_persons`, details `bomentity`: the row uses the name of the save. */
function toRow(detail: Row): Row {
  const persons = contactPersons(detail);
  const main = mainOf(persons);
  const { bomentity: _renamed, ...rest } = detail;
  return {
    ...rest,
    kind: kindOf(detail, persons),
    main_contact: Object.fromEntries(CONTACT_FIELDS.map((name) => [name, textIn(main, name)])),
    contact_persons: [...persons],
  };
}

/**
 * Kingdee has no mark for persons. A customer without tax number and invoice title whose only contact has the customer's own
 * name is one; this is also what saving a person makes.
 */
function kindOf(detail: Row, persons: readonly JsonObject[]): string {
  const business = textIn(detail, 'taxpayer_no') !== '' || textIn(detail, 'invoice_name') !== '';
  const alone = persons.length === 1 && textIn(persons[0], 'contact_person') === textIn(detail, 'name');
  return !business && alone ? 'person' : 'organization';
}

function contactPersons(row: Row | undefined): readonly JsonObject[] {
  if (row === undefined) return [];
  const saved = listIn(row, 'contact_persons');
  return saved.length > 0 ? saved : listIn(row, 'bomentity');
}

function mainOf(persons: readonly JsonObject[]): JsonObject | undefined {
  return persons.find((person) => isTrue(person['is_default_linkman'])) ?? persons[0];
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === '1' || value === 1;
}

function toBody(item: WriteItem, held: Row | undefined): JsonObject {
  // An update sends only what changed: another field may hold an edit that the hub has not seen yet.
  const {
    main_contact: _main,
    contact_persons: _persons,
    kind: _kind,
    credit_limit,
    ...fields
  } = item.nativeId === undefined ? item.native : item.changed;
  const { kind } = item.native;
  const limit = toNumber(credit_limit ?? undefined, 'credit_limit');
  return {
    ...(item.nativeId !== undefined && { name: textIn(item.native, 'name') }),
    ...withoutNulls(fields, item.nativeId !== undefined),
    ...(limit === undefined ? {} : { credit_limit: limit }),
    contact_persons: [...personsToSave(item, kind === 'person', held)],
  };
}

/** All contact persons with the mapped values in the main one; the others go back as they are, so that none is lost. */
function personsToSave(item: WriteItem, isPerson: boolean, held: Row | undefined): readonly JsonObject[] {
  const { native } = item;
  const persons = contactPersons(held);
  const main = mainOf(persons);
  const mapped = (item.nativeId === undefined ? native : item.changed)['main_contact'];
  const values =
    mapped !== null && typeof mapped === 'object' && !Array.isArray(mapped) ? withoutNulls(mapped, true) : {};
  const name = isPerson
    ? textIn(native, 'name')
    : textIn(values, 'contact_person') || textIn(main, 'contact_person') || textIn(native, 'name');
  const hasValue = isPerson || Object.values(values).some((value) => value !== '');
  if (main === undefined && !hasValue) return [];
  const changed = { ...main, ...values, contact_person: name, is_default_linkman: true };
  return main === undefined ? [changed] : persons.map((person) => (person === main ? changed : person));
}
