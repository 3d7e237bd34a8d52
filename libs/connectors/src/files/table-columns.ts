import { FileFault, fileIssue, type FileIssue } from './file-issue.js';
import { columnLetters, type FileTable, type RawCell, type RawRow } from './file-table.js';
import { keyHeaders, type ColumnType, type StreamSettings } from './settings.js';
import { plainHeader } from './values/plain-text.js';

/** One column of a table, as its rows will name it. */
export interface TableColumn {
  /** From 0. */
  readonly index: number;
  readonly header: string;
  /** Field in the row's values. */
  readonly field: string;
  readonly type: ColumnType | undefined;
  /** True for a column whose values go into `lines`. */
  readonly line: boolean;
}

/** How the rows below the headers are read. */
export interface TableColumns {
  readonly headerRow: number;
  readonly columns: readonly TableColumn[];
  /** The columns of the key, in the order of the settings. */
  readonly keys: readonly TableColumn[];
  /** Remarks about the headers that refuse nothing. */
  readonly notes: readonly FileIssue[];
}

/** Rows above the headers that are looked at: titles, dates of printing. */
const SEARCHED_ROWS = 30;
const DANGEROUS = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Finds the row of the headers and names the columns: by the settings where they know the header (width of characters, blanks
 * and `*` do not count), else by the header itself, else by the letters of the column.
 *
 * @throws FileFault when the key columns are not there, or a column that matters is there twice
 */
export async function findColumns(table: FileTable, settings: StreamSettings): Promise<TableColumns> {
  const keys = keyHeaders(settings);
  for await (const row of table.rows()) {
    if (settings.headerRow === undefined && row.row > SEARCHED_ROWS) break;
    if (settings.headerRow !== undefined && row.row < settings.headerRow) continue;
    const headers = row.cells.map(headerText);
    if (keys.every((key) => headers.includes(plainHeader(key)))) return nameColumns(row, headers, table, settings);
    if (settings.headerRow !== undefined) break;
  }
  throw new FileFault('header-not-found', { detail: keys.join(', ') });
}

/** Spelling of a header cell; empty for a cell that is not text. */
export function headerText(cell: RawCell | undefined): string {
  if (cell === undefined) return '';
  if (cell.kind === 'text' || cell.kind === 'number' || cell.kind === 'date') return plainHeader(cell.text);
  return '';
}

function nameColumns(
  row: RawRow,
  headers: readonly string[],
  table: FileTable,
  settings: StreamSettings,
): TableColumns {
  const known = knownColumns(settings);
  const used = new Map<string, number>();
  const columns = headers.map((header, index): TableColumn => {
    const settingsOf = known.get(header);
    const wanted = settingsOf?.field ?? (header === '' ? columnLetters(index) : header);
    if (DANGEROUS.has(wanted)) throw new FileFault('dangerous-header', { detail: wanted });
    const times = (used.get(wanted) ?? 0) + 1;
    used.set(wanted, times);
    if (times > 1 && settingsOf !== undefined) throw new FileFault('duplicate-header', { detail: header });
    return {
      index,
      header,
      field: times === 1 ? wanted : `${wanted}_${times}`,
      type: settingsOf?.type,
      line: settingsOf?.line ?? false,
    };
  });
  const keys = keyHeaders(settings).map(
    (key) => columns.find((column) => column.header === plainHeader(key)) as TableColumn,
  );
  return { headerRow: row.row, columns, keys, notes: headerNotes(row, columns, table, settings) };
}

interface KnownColumn {
  readonly field: string;
  readonly type: ColumnType | undefined;
  readonly line: boolean;
}

/** What the settings say of columns, by the plain spelling of their headers. */
function knownColumns(settings: StreamSettings): Map<string, KnownColumn> {
  const lines = new Set((settings.groupBy?.lines ?? []).map(plainHeader));
  const known = new Map<string, KnownColumn>();
  for (const header of [
    ...keyHeaders(settings),
    ...(settings.groupBy?.lines ?? []),
    ...Object.keys(settings.columns ?? {}),
  ]) {
    const column = settings.columns?.[header];
    const plain = plainHeader(header);
    const before = known.get(plain);
    known.set(plain, {
      field: column?.name ?? before?.field ?? header,
      type: column?.type ?? before?.type,
      line: lines.has(plain),
    });
  }
  return known;
}

function headerNotes(
  row: RawRow,
  columns: readonly TableColumn[],
  table: FileTable,
  settings: StreamSettings,
): FileIssue[] {
  const notes: FileIssue[] = [];
  const found = new Set(columns.map((column) => column.header));
  const missing = [...Object.keys(settings.columns ?? {}), ...(settings.groupBy?.lines ?? [])].filter(
    (header) => !found.has(plainHeader(header)),
  );
  if (missing.length > 0) notes.push(fileIssue('missing-columns', { detail: [...new Set(missing)].join(', ') }));
  const merged = table.merged.some(
    (area) => area.firstRow <= row.row && area.lastRow >= row.row && area.lastColumn > area.firstColumn,
  );
  if (merged) notes.push(fileIssue('merged-header'));
  return notes;
}
