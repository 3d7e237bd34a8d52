import { FileFault } from './file-issue.js';
import type { FileTable } from './file-table.js';
import { groupRows } from './group-rows.js';
import { refusedRow, type NativeStep } from './native-row.js';
import { acceptedResult, noteResult, refusedResult, skippedResult } from './result-file.js';
import type { StreamSettings } from './settings.js';
import { findColumns, type TableColumns } from './table-columns.js';
import { tableRows, type TableRow } from './table-rows.js';

/**
 * Reads a table to native rows. A row that cannot be taken comes out with an empty key and its `issues`, so that the hub shows
 * it among what it refused; a table that cannot be read (any further) ends with such a row for the file.
 */
export async function* nativeRows(
  file: string,
  table: FileTable,
  settings: StreamSettings,
): AsyncGenerator<NativeStep> {
  try {
    const found = await findColumns(table, settings);
    yield { results: found.notes.map((note) => noteResult(table.sheet, found.headerRow, note)) };
    if (settings.groupBy === undefined) yield* plainRows(file, table, found);
    else yield* groupRows(file, table, found);
  } catch (cause) {
    if (!(cause instanceof FileFault)) throw cause;
    yield faultStep(file, table.sheet, cause);
  }
}

/** What is said of a file that cannot be read, or from a row on. */
export function faultStep(file: string, sheet: string, fault: FileFault): NativeStep {
  return {
    native: refusedRow({ file, sheet, row: fault.row }, {}, [fault.issue]),
    results: [refusedResult(sheet, fault.row, '', [fault.issue])],
  };
}

async function* plainRows(file: string, table: FileTable, found: TableColumns): AsyncGenerator<NativeStep> {
  const seen = new Map<string, number>();
  for await (const row of tableRows(table, found)) {
    yield plainStep(file, table.sheet, row, seen);
    if (row.issues.length === 0 && row.skipped === undefined) seen.set(row.key, row.row);
  }
}

function plainStep(file: string, sheet: string, row: TableRow, seen: ReadonlyMap<string, number>): NativeStep {
  if (row.skipped !== undefined) return { results: [skippedResult(sheet, row.row, row.skipped)] };
  const place = { file, sheet, row: row.row };
  if (row.issues.length > 0) {
    return {
      native: refusedRow(place, row.values, row.issues),
      results: [refusedResult(sheet, row.row, row.key, row.issues)],
    };
  }
  return {
    native: { ...place, key: row.key, values: row.values },
    results: [acceptedResult(sheet, row.row, row.key, seen.get(row.key))],
  };
}
