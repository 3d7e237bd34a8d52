import type { Entry } from '../store/table.js';
import { asArray, asObject, asText, type JsonObject } from '../wire/json.js';
import type { Crm, CrmRow } from './crm.js';
import { validationError } from './errors.js';
import type { ObjectType } from './object-types.js';

/** A page of a search reaches at most this far. */
const WINDOW = 10_000;
const MAX_PAGE = 200;
const MAX_GROUPS = 5;
const MAX_FILTERS = 6;

type Test = (row: CrmRow) => boolean;

interface Sort {
  readonly property: string;
  readonly descending: boolean;
}

/** What a search found: the rows of the page, how many there are in all, and where the next page begins. */
export interface SearchResult {
  readonly total: number;
  readonly rows: CrmRow[];
  readonly after: string | undefined;
}

/**
 * Searches live records.
 * @param lagMs the index knows nothing newer than this
 */
export function search(crm: Crm, type: ObjectType, body: JsonObject, now: number, lagMs: number): SearchResult {
  const limit = pageSize(body['limit']);
  const start = Number(asText(body['after']) || 0);
  if (!Number.isInteger(start) || start < 0) throw validationError('after is not valid');
  if (start + limit > WINDOW) throw validationError(`Paging past ${WINDOW} results is not supported`);
  const groups = asArray(body['filterGroups']).map((group) => asArray(asObject(group)['filters']).map(asObject));
  if (groups.length > MAX_GROUPS || groups.some((filters) => filters.length > MAX_FILTERS))
    throw validationError(`At most ${MAX_GROUPS} groups of ${MAX_FILTERS} filters are allowed`);
  const sorts = asArray(body['sorts']).map(readSort);
  const test = testOf(crm, type, groups, asText(body['query']));
  const since = lowerBound(type, groups);
  const table = crm.table(type);
  const entries = since === undefined ? table.all() : table.changedSince(since);
  const inOrder =
    since !== undefined && sorts.length === 1 && sorts[0]?.property === type.modified && !sorts[0].descending;
  const { rows, total } = collect(
    entries,
    (entry) => visible(entry, now, lagMs),
    test,
    inOrder ? start + limit : Infinity,
  );
  const sorted = rows.sort(comparer(crm, type, sorts));
  const next = start + limit;
  return { total, rows: sorted.slice(start, next), after: next < total ? String(next) : undefined };
}

/** Gathers matches; once `enough` are there only further ones of the same moment are kept, the rest is counted. */
function collect(
  entries: Iterable<Entry<CrmRow>>,
  show: (entry: Entry<CrmRow>) => CrmRow | undefined,
  test: Test,
  enough: number,
) {
  const rows: CrmRow[] = [];
  let total = 0;
  for (const entry of entries) {
    const row = show(entry);
    if (row === undefined || !test(row)) continue;
    total += 1;
    if (rows.length < enough || rows.at(-1)?.updatedAt === row.updatedAt) rows.push(row);
  }
  return { rows, total };
}

/** The row as the index knows it. */
function visible(entry: Entry<CrmRow>, now: number, lagMs: number): CrmRow | undefined {
  const row = lagMs > 0 && now - entry.at < lagMs ? entry.previous : entry.row;
  return row === undefined || row.archivedAt !== null ? undefined : row;
}

function pageSize(value: unknown): number {
  const limit = value === undefined || value === null ? 10 : Number(asText(value));
  if (!Number.isInteger(limit) || limit < 0 || limit > MAX_PAGE)
    throw validationError(`limit must be between 0 and ${MAX_PAGE}`);
  return limit === 0 ? 10 : limit;
}

function readSort(value: unknown): Sort {
  if (typeof value === 'string') return { property: value.replace(/^-/, ''), descending: value.startsWith('-') };
  const sort = asObject(value);
  return {
    property: asText(sort['propertyName']),
    descending: asText(sort['direction']).toUpperCase() === 'DESCENDING',
  };
}

/** The earliest moment of change that can match, when every group has a lower bound for it. */
function lowerBound(type: ObjectType, groups: JsonObject[][]): number | undefined {
  if (groups.length === 0) return undefined;
  const bounds = groups.map((filters) => {
    const filter = filters.find(
      (item) => item['propertyName'] === type.modified && ['GT', 'GTE', 'BETWEEN'].includes(asText(item['operator'])),
    );
    return filter === undefined ? Number.NaN : momentOf(asText(filter['value']));
  });
  const lowest = Math.min(...bounds);
  return Number.isNaN(lowest) ? undefined : lowest;
}

function momentOf(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
}

function testOf(crm: Crm, type: ObjectType, groups: JsonObject[][], query: string): Test {
  const tests = groups.map((filters) => filters.map((filter) => filterTest(crm, type, filter)));
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (row) => {
    if (tests.length > 0 && !tests.some((all) => all.every((test) => test(row)))) return false;
    if (words.length === 0) return true;
    const text = Object.values(row.properties).join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

function filterTest(crm: Crm, type: ObjectType, filter: JsonObject): Test {
  const name = asText(filter['propertyName']);
  const definition = crm.schema(type).get(name);
  if (definition === undefined)
    throw validationError(`There was a problem with the request: property ${name} does not exist`);
  const key = keyOf(definition.type);
  const value = asText(filter['value']);
  const wanted = key(value);
  const values = new Set(asArray(filter['values']).map((item) => key(asText(item))));
  const high = key(asText(filter['highValue']));
  const stored = valueOf(type, name, key);
  const known =
    (test: (value: string | number) => boolean): Test =>
    (row) => {
      const own = stored(row);
      return own !== undefined && test(own);
    };
  switch (asText(filter['operator'])) {
    case 'EQ':
      return known((own) => own === wanted);
    case 'NEQ':
      return (row) => stored(row) !== wanted;
    case 'LT':
      return known((own) => own < wanted);
    case 'LTE':
      return known((own) => own <= wanted);
    case 'GT':
      return known((own) => own > wanted);
    case 'GTE':
      return known((own) => own >= wanted);
    case 'BETWEEN':
      return known((own) => own >= wanted && own <= high);
    case 'IN':
      return known((own) => values.has(own));
    case 'NOT_IN':
      return (row) => !values.has(stored(row) ?? '');
    case 'HAS_PROPERTY':
      return (row) => stored(row) !== undefined;
    case 'NOT_HAS_PROPERTY':
      return (row) => stored(row) === undefined;
    case 'CONTAINS_TOKEN':
      return known((own) => containsToken(String(own), value));
    case 'NOT_CONTAINS_TOKEN':
      return (row) => !containsToken(String(stored(row) ?? ''), value);
    default:
      throw validationError(`Operator ${asText(filter['operator'])} is not known`);
  }
}

/** How filters and sorts see a record; the moments that the CRM keeps itself need not be read from text. */
function valueOf(type: ObjectType, name: string, key: (text: string) => string | number) {
  if (name === type.modified) return (row: CrmRow) => row.updatedAt;
  if (name === type.created) return (row: CrmRow) => row.createdAt;
  return (row: CrmRow) => {
    const text = row.properties[name];
    return text === null || text === undefined ? undefined : key(text);
  };
}

function keyOf(type: string): (text: string) => string | number {
  if (type === 'number') return Number;
  if (type === 'date' || type === 'datetime') return momentOf;
  return (text) => text.toLowerCase();
}

/** Token search: words of the value, with `*` at either end standing for anything. */
function containsToken(text: string, wanted: string): boolean {
  const core = wanted.toLowerCase().replace(/^\*|\*$/g, '');
  const open = { before: wanted.startsWith('*'), after: wanted.endsWith('*') };
  return [text.toLowerCase(), ...text.toLowerCase().split(/[\s@.,;:/_-]+/)].some((token) => {
    if (open.before && open.after) return token.includes(core);
    if (open.before) return token.endsWith(core);
    return open.after ? token.startsWith(core) : token === core;
  });
}

function comparer(crm: Crm, type: ObjectType, sorts: readonly Sort[]) {
  const keys = sorts.map(({ property, descending }) => ({
    value: valueOf(type, property, keyOf(crm.schema(type).get(property)?.type ?? 'string')),
    sign: descending ? -1 : 1,
  }));
  return (a: CrmRow, b: CrmRow): number => {
    for (const { value, sign } of keys) {
      const left = value(a) ?? '';
      const right = value(b) ?? '';
      if (left !== right) return left < right ? -sign : sign;
    }
    return Number(a.id) - Number(b.id);
  };
}
