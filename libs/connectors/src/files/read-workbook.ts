import type { Row } from '@isthmus/connector-kit';
import { openTextTable } from './csv/open-text-table.js';
import { FileFault } from './file-issue.js';
import { TABLE_LIMITS, type FileTable, type TableLimits } from './file-table.js';
import { faultStep, nativeRows } from './native-rows.js';
import type { NativeStep } from './native-row.js';
import type { ResultRow } from './result-file.js';
import type { StreamSettings } from './settings.js';
import { openWorkbook } from './xlsx/open-workbook.js';

/** Some native rows of a file, with the result lines of the rows of the sheet that were read for them. */
export interface WorkbookPage {
  /** Accepted rows, and refused ones with an empty key and `issues`. */
  readonly rows: readonly Row[];
  readonly results: readonly ResultRow[];
}

/** How a file is paged and bounded. */
export interface ReadWorkbookOptions {
  /** Native rows of a page. @default 200 */
  readonly pageSize?: number;
  readonly limits?: Partial<TableLimits>;
}

const PAGE_SIZE = 200;
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
const EMPTY_ZIP = Buffer.from('PK\u0005\u0006', 'latin1');
/** Compound files: workbooks before 2007, and newer ones behind a password. */
const COMPOUND = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/**
 * Reads an .xlsx workbook or a CSV file that is in memory: what the connector does with files of its folder and the API with an
 * upload. Rows come page by page, so memory holds the file and one page. The same bytes and settings always yield the same pages.
 * Whatever is wrong with the file or a row is said in the pages; it never throws for content.
 *
 * @param name file name without folders; rows carry it
 */
export async function* readWorkbook(
  data: Buffer,
  name: string,
  settings: StreamSettings,
  options: ReadWorkbookOptions = {},
): AsyncGenerator<WorkbookPage> {
  const pageSize = options.pageSize ?? PAGE_SIZE;
  let rows: Row[] = [];
  let results: ResultRow[] = [];
  for await (const step of steps(data, name, settings, { ...TABLE_LIMITS, ...options.limits })) {
    results.push(...step.results);
    if (step.native !== undefined) rows.push(step.native);
    if (rows.length < pageSize) continue;
    yield { rows, results };
    rows = [];
    results = [];
  }
  if (rows.length > 0 || results.length > 0) yield { rows, results };
}

async function* steps(
  data: Buffer,
  name: string,
  settings: StreamSettings,
  limits: TableLimits,
): AsyncGenerator<NativeStep> {
  let table: FileTable;
  try {
    table = await openTable(data, settings, limits);
  } catch (cause) {
    if (!(cause instanceof FileFault)) throw cause;
    yield faultStep(name, '', cause);
    return;
  }
  yield* nativeRows(name, table, settings);
}

/** What a file is, its first bytes say; its name is not asked. */
async function openTable(data: Buffer, settings: StreamSettings, limits: TableLimits): Promise<FileTable> {
  if (data.length === 0) throw new FileFault('empty-file');
  if (data.length > limits.fileBytes) throw new FileFault('file-too-large', { detail: String(limits.fileBytes) });
  const start = data.subarray(0, ZIP.length);
  if (start.equals(COMPOUND)) throw new FileFault('old-excel-format');
  if (start.equals(ZIP) || start.equals(EMPTY_ZIP)) return openWorkbook(data, settings.sheet, limits);
  if (
    /^\s*<(?:!doctype html|html|table|\?xml)/i.test(data.toString('latin1', 0, 200).replace(/^\u00EF\u00BB\u00BF/, ''))
  ) {
    throw new FileFault('html-table');
  }
  return openTextTable(data, settings, limits);
}
