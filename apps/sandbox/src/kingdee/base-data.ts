import type { Table } from '../store/table.js';
import { asText, type JsonObject } from '../wire/json.js';
import type { Books } from './books.js';
import { KingdeeError, missing, NUMBER_TAKEN, unknownNumber } from './errors.js';
import { flag } from './inputs.js';
import type { Named } from './rows.js';

/** What all base data have. */
interface BaseRow {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly enable: '1' | '0';
  readonly createdAt: number;
}

/** What is saved where, and how it is called. */
export interface BaseKind<Row> {
  readonly table: Table<Row>;
  /** Begin of the numbers that are given out when a save has none. */
  readonly series: string;
  /** Name in counts. */
  readonly counted: string;
  /** Name in webhooks; without it nothing is told. */
  readonly bizType?: string;
}

/** The record that a save with `id` changes; undefined for a new one. */
export function recordBefore<Row>(table: Table<Row>, body: JsonObject): Row | undefined {
  const id = asText(body['id']).trim();
  if (id === '') return undefined;
  const before = table.get(id);
  if (before === undefined) throw unknownNumber(id, 'id');
  return before;
}

/** Id, number and name of what is saved. Refused when the name is missing or the number is another's. */
export function identity<Row extends BaseRow>(
  books: Books,
  kind: BaseKind<Row>,
  body: JsonObject,
  before: Row | undefined,
): BaseRow {
  const name = asText(body['name'] ?? before?.name).trim();
  if (name === '') throw missing('name');
  const number = asText(body['number']).trim() || (before?.number ?? books.freeNumber(kind.table, kind.series, 5));
  const holder = books.idOf(kind.table.name, number);
  if (holder !== undefined && holder !== before?.id) throw new KingdeeError(NUMBER_TAKEN, `编码[${number}]已存在`);
  const enable = body['enable'] === undefined ? (before?.enable ?? '1') : flag(body['enable']) ? '1' : '0';
  if (before !== undefined) return { id: before.id, number, name, enable, createdAt: before.createdAt };
  return { id: kind.table.newId(), number, name, enable, createdAt: books.now() };
}

/** Stores what was saved, counts it and tells about it, unless nothing changed. */
export function keep<Row extends BaseRow>(books: Books, kind: BaseKind<Row>, before: Row | undefined, row: Row): Row {
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(row)) {
    books.calls.effect(kind.counted, 'unchanged');
    return before;
  }
  if (before !== undefined) books.forget(kind.table.name, before.number);
  kind.table.put(row.id, row, books.now());
  books.remember(kind.table.name, row.number, row.id);
  books.calls.effect(kind.counted, before === undefined ? 'created' : 'updated');
  if (kind.bizType !== undefined) books.tell(kind.bizType, before === undefined ? 'add' : 'update', { id: row.id });
  return row;
}

/** Creates or changes a warehouse, a unit or a group. */
export function saveNamed(books: Books, table: Table<Named>, body: JsonObject): Named {
  const bizType = table === books.stores ? { bizType: 'bd_store' } : {};
  const kind: BaseKind<Named> = { table, series: '', counted: table.name, ...bizType };
  const before = recordBefore(table, body);
  const address: Record<string, string> = body['address'] === undefined ? {} : { address: asText(body['address']) };
  return keep(books, kind, before, {
    ...identity(books, kind, body, before),
    fields: { ...before?.fields, ...address },
  });
}
