import type { Json, WriteItem, WriteResult } from '@isthmus/connector-kit';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { safeDataCell } from './safe-cell.js';
import { keyHeaders, type StreamSettings } from './settings.js';
import { joinKey } from './table-rows.js';

/** Column of the record's id, which makes a repeated write recognisable. */
const RECORD_COLUMN = 'isthmus_id';
/** Column of the write's own key in files of mode `append`. */
const WRITE_COLUMN = 'isthmus_write';
const BYTE_ORDER_MARK = '\uFEFF';

type Cells = { [header: string]: string };

/** A written file in memory: its headers in order and its rows. */
interface WrittenTable {
  readonly headers: string[];
  rows: Cells[];
}

/**
 * The file with the items in it. `snapshot`: the rows of a record are replaced where they stand, columns that no item knows are
 * kept. `append`: rows are added, unless the same write is there already. Either way the same items again change nothing.
 */
export function withItems(current: Buffer | undefined, items: readonly WriteItem[], stream: StreamSettings): Buffer {
  const append = stream.writeBack?.mode === 'append';
  const table = readTable(current, append ? [RECORD_COLUMN, WRITE_COLUMN] : [RECORD_COLUMN]);
  if (append) appendItems(table, items, stream);
  else replaceItems(table, items, stream);
  return written(table);
}

/** The file without the rows of these native ids. */
export function withoutItems(
  current: Buffer | undefined,
  nativeIds: readonly string[],
  stream: StreamSettings,
): Buffer {
  const table = readTable(current, [RECORD_COLUMN]);
  const gone = new Set(nativeIds);
  table.rows = table.rows.filter((row) => !gone.has(rowKey(row, stream)) && !gone.has(row[RECORD_COLUMN] ?? ''));
  return written(table);
}

/** Native id of a written item: its key columns, or the record's id while the receiving program has given it no key. */
export function writtenResult(item: WriteItem, stream: StreamSettings): WriteResult {
  const [first = {}] = itemRows(item, stream);
  return { ok: true, nativeId: item.nativeId ?? (rowKey(first, stream) || item.recordId) };
}

function appendItems(table: WrittenTable, items: readonly WriteItem[], stream: StreamSettings): void {
  const present = new Set(table.rows.map((row) => row[WRITE_COLUMN]));
  for (const item of items) {
    const write = `${item.recordId} ${item.idempotencyKey}`;
    if (present.has(write)) continue;
    present.add(write);
    addRows(
      table,
      itemRows(item, stream).map((cells) => ({ [RECORD_COLUMN]: item.recordId, [WRITE_COLUMN]: write, ...cells })),
    );
  }
}

function replaceItems(table: WrittenTable, items: readonly WriteItem[], stream: StreamSettings): void {
  const wanted = new Map(items.map((item) => [item.recordId, itemRows(item, stream)]));
  const before = rowsByRecord(table);
  const kept: Cells[] = [];
  const placed = new Set<string>();
  for (const row of table.rows) {
    const id = row[RECORD_COLUMN] ?? '';
    const next = wanted.get(id);
    if (next === undefined) kept.push(row);
    else if (!placed.has(id))
      kept.push(...next.map((cells, index) => ({ ...before.get(id)?.[index], [RECORD_COLUMN]: id, ...cells })));
    placed.add(id);
  }
  table.rows = kept;
  for (const row of kept) addHeaders(table, row);
  for (const [id, rows] of wanted) {
    if (!placed.has(id))
      addRows(
        table,
        rows.map((cells) => ({ [RECORD_COLUMN]: id, ...cells })),
      );
  }
}

function rowsByRecord(table: WrittenTable): Map<string, Cells[]> {
  const rows = new Map<string, Cells[]>();
  for (const row of table.rows) {
    const id = row[RECORD_COLUMN] ?? '';
    const same = rows.get(id);
    if (same === undefined) rows.set(id, [row]);
    else same.push(row);
  }
  return rows;
}

function addRows(table: WrittenTable, rows: readonly Cells[]): void {
  for (const row of rows) {
    addHeaders(table, row);
    table.rows.push(row);
  }
}

function addHeaders(table: WrittenTable, row: Cells): void {
  for (const header of Object.keys(row)) if (!table.headers.includes(header)) table.headers.push(header);
}

/** The rows of one record: its values, repeated beside each of its lines. */
function itemRows(item: WriteItem, stream: StreamSettings): Cells[] {
  const headers = headersByField(stream);
  const own = cellsOf(item.native['values'], headers);
  const lines = item.native['lines'];
  if (!Array.isArray(lines) || lines.length === 0) return [own];
  return lines.map((line) => ({ ...own, ...cellsOf(isObject(line) ? line['values'] : undefined, headers) }));
}

function cellsOf(values: Json | undefined, headers: ReadonlyMap<string, string>): Cells {
  const cells: Cells = {};
  if (!isObject(values)) return cells;
  const known = [...headers.keys()].filter((field) => Object.hasOwn(values, field));
  const others = Object.keys(values).filter((field) => !headers.has(field));
  for (const field of [...known, ...others]) cells[headers.get(field) ?? field] = cellText(values[field]);
  return cells;
}

function cellText(value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? '是' : '否';
  return safeDataCell(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

function headersByField(stream: StreamSettings): Map<string, string> {
  const headers = [...keyHeaders(stream), ...Object.keys(stream.columns ?? {}), ...(stream.groupBy?.lines ?? [])];
  return new Map(headers.map((header) => [stream.columns?.[header]?.name ?? header, header]));
}

function rowKey(row: Cells, stream: StreamSettings): string {
  return joinKey(keyHeaders(stream).map((header) => row[header]));
}

function readTable(current: Buffer | undefined, columns: readonly string[]): WrittenTable {
  if (current === undefined || current.length === 0) return { headers: [...columns], rows: [] };
  const [headers = [], ...records] = parse(current, { bom: true, relax_column_count: true, skip_empty_lines: true });
  return {
    headers: [...new Set([...headers, ...columns])],
    rows: records.map((record) => Object.fromEntries(headers.map((header, index) => [header, record[index] ?? '']))),
  };
}

function written(table: WrittenTable): Buffer {
  const records = table.rows.map((row) => table.headers.map((header) => row[header] ?? ''));
  return Buffer.from(BYTE_ORDER_MARK + stringify([table.headers, ...records], { record_delimiter: 'windows' }));
}

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
