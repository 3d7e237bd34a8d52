import type { Json } from '@isthmus/connector-kit';
import { fileIssue, type FileIssue } from './file-issue.js';
import { cellAddress, type FileTable } from './file-table.js';
import { refusedRow, type NativeStep } from './native-row.js';
import { acceptedResult, refusedResult, skippedResult } from './result-file.js';
import type { TableColumns } from './table-columns.js';
import { tableRows, type TableRow } from './table-rows.js';

const MAX_LINES = 5000;

/**
 * Rows with the same key become one native row with `lines`. A first pass counts the rows of every key, so that a record is
 * handed out as soon as its last row is read, wherever its rows stand in the sheet. One bad row refuses its whole record:
 * half an order would look like a whole one.
 */
export async function* groupRows(file: string, table: FileTable, found: TableColumns): AsyncGenerator<NativeStep> {
  const counts = await countRows(table, found);
  const open = new Map<string, TableRow[]>();
  for await (const row of tableRows(table, found)) {
    if (row.skipped !== undefined) yield { results: [skippedResult(table.sheet, row.row, row.skipped)] };
    else if (row.key === '') yield refusedAlone(file, table.sheet, row);
    else {
      const rows = open.get(row.key) ?? [];
      open.set(row.key, rows);
      rows.push(row);
      if (rows.length < (counts.get(row.key) ?? 0)) continue;
      open.delete(row.key);
      yield finishGroup(file, table.sheet, rows, found);
    }
  }
}

async function countRows(table: FileTable, found: TableColumns): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const row of tableRows(table, found)) {
    if (row.skipped === undefined && row.key !== '') counts.set(row.key, (counts.get(row.key) ?? 0) + 1);
  }
  return counts;
}

function refusedAlone(file: string, sheet: string, row: TableRow): NativeStep {
  return {
    native: refusedRow({ file, sheet, row: row.row }, { ...row.values, ...row.lineValues }, row.issues),
    results: [refusedResult(sheet, row.row, '', row.issues)],
  };
}

function finishGroup(file: string, sheet: string, rows: readonly TableRow[], found: TableColumns): NativeStep {
  const first = rows[0] as TableRow;
  const place = { file, sheet, row: first.row };
  const { values, conflicts } = joinValues(rows, found);
  if (rows.length > MAX_LINES) conflicts.set(first.row, fileIssue('too-many-lines', { detail: String(MAX_LINES) }));
  const issuesOf = (row: TableRow): FileIssue[] => [
    ...row.issues,
    ...[conflicts.get(row.row)].filter((issue) => issue !== undefined),
  ];
  const bad = rows.find((row) => issuesOf(row).length > 0);
  if (bad !== undefined) {
    const dragged = [fileIssue('broken-line', { detail: String(bad.row) })];
    return {
      native: refusedRow(place, values, rows.flatMap(issuesOf).slice(0, 100)),
      results: rows.map((row) => {
        const own = issuesOf(row);
        return refusedResult(sheet, row.row, row.key, own.length > 0 ? own : dragged);
      }),
    };
  }
  const lines = rows.map((row, index) => ({ line: index + 1, row: row.row, values: row.lineValues }));
  return {
    native: { ...place, key: first.key, values, lines },
    results: rows.map((row) => acceptedResult(sheet, row.row, row.key)),
  };
}

/** The record's own values: what its rows agree on. A row may leave them empty, it may not contradict. */
function joinValues(
  rows: readonly TableRow[],
  found: TableColumns,
): { values: { [field: string]: Json }; conflicts: Map<number, FileIssue> } {
  const values: { [field: string]: Json } = {};
  const conflicts = new Map<number, FileIssue>();
  for (const column of found.columns.filter((one) => !one.line)) {
    for (const row of rows) {
      const value = row.values[column.field];
      if (value === undefined) continue;
      const before = values[column.field];
      if (before === undefined || before === null) values[column.field] = value;
      else if (value !== null && value !== before && !found.keys.includes(column)) {
        conflicts.set(
          row.row,
          fileIssue('different-in-group', { at: cellAddress(column.index, row.row), detail: column.header }),
        );
      }
    }
  }
  return { values, conflicts };
}
