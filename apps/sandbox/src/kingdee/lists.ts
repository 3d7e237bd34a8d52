import type { Entry, Table } from '../store/table.js';
import { BAD_PARAMETER, KingdeeError } from './errors.js';

/** Query parameters of a list call; a parameter may be repeated. */
export type ListQuery = Readonly<Record<string, string | string[] | undefined>>;

/** More rows than this are never given, whatever page_size says. */
const MAX_ROWS = 100;

/** A page of a list, as it stands in `data`. */
export interface ListPage {
  readonly rows: unknown[];
  readonly count: number;
  readonly page: number;
  readonly page_size: number;
  readonly current_page_size: number;
  readonly total_page: number;
}

/** One scalar parameter as text. */
export function parameter(query: ListQuery, name: string): string {
  const value = query[name];
  return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
}

/** A parameter that lists values: repeated, with [] behind its name, as JSON text, or parted by commas. */
export function parameterList(query: ListQuery, name: string): string[] {
  const given = [query[name], query[`${name}[]`]].flat().filter((item): item is string => item !== undefined);
  return given
    .flatMap((item) =>
      item
        .replace(/^\[|\]$/g, '')
        .split(',')
        .map((part) => part.trim().replace(/^"|"$/g, '')),
    )
    .filter((part) => part !== '');
}

/**
 * Cuts a page out of a table: filters, `create_*` and `modify_*` windows, `page` and `page_size`.
 * The rows are silently cut to a hundred while `total_page` follows the size that was asked for, as the real one does.
 */
export function listPage<Row extends object>(
  table: Table<Row>,
  query: ListQuery,
  wanted: ((row: Row) => boolean) | undefined,
  shape: (row: Row, changedAt: number) => unknown,
): ListPage {
  const page = whole(query, 'page', 1);
  const asked = whole(query, 'page_size', MAX_ROWS);
  const size = Math.min(asked, MAX_ROWS);
  const windows = ['modify_start_time', 'modify_end_time', 'create_start_time', 'create_end_time'].some(
    (name) => parameter(query, name) !== '',
  );
  const start = (page - 1) * size;
  const everything = !windows && wanted === undefined;
  const matching = everything ? [] : select(table, query, wanted);
  const entries = everything ? table.slice(start, start + size) : matching.slice(start, start + size);
  const count = everything ? table.size : matching.length;
  return {
    rows: entries.map((entry) => shape(entry.row, entry.at)),
    count,
    page,
    page_size: asked,
    current_page_size: entries.length,
    total_page: Math.ceil(count / asked),
  };
}

function select<Row extends object>(
  table: Table<Row>,
  query: ListQuery,
  wanted: ((row: Row) => boolean) | undefined,
): Entry<Row>[] {
  const from = moment(query, 'modify_start_time', -Infinity);
  const until = moment(query, 'modify_end_time', Infinity);
  const createdFrom = moment(query, 'create_start_time', -Infinity);
  const createdUntil = moment(query, 'create_end_time', Infinity);
  const rows: Entry<Row>[] = [];
  for (const entry of from === -Infinity ? table.all() : table.changedSince(from)) {
    if (entry.at > until) continue;
    const created = 'createdAt' in entry.row ? Number(entry.row.createdAt) : entry.at;
    if (created < createdFrom || created > createdUntil) continue;
    if (wanted === undefined || wanted(entry.row)) rows.push(entry);
  }
  return from === -Infinity ? rows : rows.sort((a, b) => a.place - b.place);
}

function whole(query: ListQuery, name: string, otherwise: number): number {
  const text = parameter(query, name);
  const value = text === '' ? otherwise : Number(text);
  if (!Number.isInteger(value) || value < 1) throw new KingdeeError(BAD_PARAMETER, `参数${name}[${text}]格式不正确`);
  return value;
}

function moment(query: ListQuery, name: string, otherwise: number): number {
  const text = parameter(query, name);
  if (text === '') return otherwise;
  if (!/^\d{1,15}$/.test(text)) throw new KingdeeError(BAD_PARAMETER, `参数${name}[${text}]格式不正确`);
  return Number(text);
}
