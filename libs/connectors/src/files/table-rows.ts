import type { Json } from '@isthmus/connector-kit';
import { fileIssue, type FileIssue, type IssueName } from './file-issue.js';
import { cellAddress, type FileTable, type RawCell, type RawRow } from './file-table.js';
import { repeatMergedCells } from './merged-cells.js';
import { headerText, type TableColumn, type TableColumns } from './table-columns.js';
import { cellValue } from './values/cell-value.js';
import { halfWidth, plainText } from './values/plain-text.js';

/** One row below the headers, read. */
export interface TableRow {
  readonly row: number;
  /** Empty when the row has none. */
  readonly key: string;
  readonly values: { [field: string]: Json };
  readonly lineValues: { [field: string]: Json };
  /** Why the row is refused; none = it is taken. */
  readonly issues: readonly FileIssue[];
  /** Why the row is no record and left out. */
  readonly skipped?: FileIssue;
}

const TOTALS = /^(?:合计|总计|小计|本页合计|本页小计|累计|共计|total|subtotal|sub-total|grandtotal|sum)[::]?$/i;
const KEY_SEPARATOR = '|';

/** Reads the rows below the headers one after another. Blank rows are passed over without a word. */
export async function* tableRows(table: FileTable, found: TableColumns): AsyncGenerator<TableRow> {
  const repeat = repeatMergedCells(table.merged, found);
  for await (const raw of table.rows()) {
    if (raw.row <= found.headerRow || raw.cells.every(isBlank)) continue;
    yield readRow(repeat(raw), table, found);
  }
}

function readRow(raw: RawRow, table: FileTable, found: TableColumns): TableRow {
  const skip = skipReason(raw, found);
  if (skip !== undefined)
    return { row: raw.row, key: '', values: {}, lineValues: {}, issues: [], skipped: fileIssue(skip) };
  const values: { [field: string]: Json } = {};
  const lineValues: { [field: string]: Json } = {};
  const issues: FileIssue[] = [];
  for (const column of found.columns) {
    if (table.rowsMayEndEarly && column.index >= raw.cells.length) continue;
    const place = { at: cellAddress(column.index, raw.row), type: column.type, epoch1904: table.epoch1904 };
    const outcome = cellValue(raw.cells[column.index], place);
    if ('issue' in outcome) issues.push(outcome.issue);
    else (column.line ? lineValues : values)[column.field] = outcome.value;
  }
  issues.push(...surplusCells(raw, found));
  const key = keyOf(found.keys, { ...lineValues, ...values });
  // A key cell that cannot be read has its own issue already.
  if (key === '' && issues.length === 0)
    issues.push(fileIssue('no-key', { detail: found.keys.map((column) => column.header).join(', ') }));
  return { row: raw.row, key, values, lineValues, issues };
}

/** The key as one text; empty when a part of it is missing. Characters of full width count as their half-width form. */
function keyOf(keys: readonly TableColumn[], values: { readonly [field: string]: Json }): string {
  return joinKey(keys.map((column) => values[column.field]));
}

/** Joins the parts of a key; empty when one of them is. */
export function joinKey(parts: readonly (Json | undefined)[]): string {
  const texts = parts.map((part) =>
    part === null || part === undefined || typeof part === 'object' ? '' : halfWidth(String(part)).trim(),
  );
  if (texts.some((text) => text === '')) return '';
  return texts.length === 1
    ? (texts[0] as string)
    : texts.map((text) => text.replace(/[\\|]/g, '\\$&')).join(KEY_SEPARATOR);
}

function skipReason(raw: RawRow, found: TableColumns): IssueName | undefined {
  const first = raw.cells.find((cell) => !isBlank(cell));
  const key = raw.cells[found.keys[0]?.index ?? 0];
  if (isTotals(first) && (isBlank(key) || isTotals(key))) return 'totals-row';
  const repeated = found.columns.every((column) => headerText(raw.cells[column.index]) === column.header);
  return repeated ? 'repeated-header' : undefined;
}

function isTotals(cell: RawCell | undefined): boolean {
  return cell?.kind === 'text' && cell.text.length < 40 && TOTALS.test(halfWidth(cell.text).replace(/\s+/g, ''));
}

function isBlank(cell: RawCell | undefined): boolean {
  return cell === undefined || (cell.kind === 'text' && plainText(cell.text) === '');
}

function surplusCells(raw: RawRow, found: TableColumns): FileIssue[] {
  const index = raw.cells.findIndex((cell, at) => at >= found.columns.length && !isBlank(cell));
  return index < 0 ? [] : [fileIssue('surplus-cells', { at: cellAddress(index, raw.row) })];
}
