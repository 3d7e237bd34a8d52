import { CsvError, parse, type Options, type Parser } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { FileFault } from '../file-issue.js';
import type { FileTable, RawCell, RawRow, TableLimits } from '../file-table.js';
import { keyHeaders, type StreamSettings } from '../settings.js';
import { plainHeader } from '../values/plain-text.js';
import { decodeText, detectEncoding } from './decode-text.js';

const DELIMITERS = [',', '\t', ';', '|'] as const;
const RECORD_CHARACTERS = 1_000_000;
const SAMPLE_CHARACTERS = 64 * 1024;
const SAMPLE_ROWS = 30;

/**
 * Opens a text file as a table. Rows count as spreadsheets count them: a cell with line breaks is one row.
 *
 * @throws FileFault for data that is no text
 */
export function openTextTable(data: Buffer, settings: StreamSettings, limits: TableLimits): FileTable {
  const encoding = detectEncoding(data, settings.encoding);
  const delimiter = pickDelimiter(sample(data, encoding), settings);
  return {
    sheet: '',
    epoch1904: false,
    merged: [],
    rowsMayEndEarly: true,
    rows: () => textRows(decodeText(data, encoding), delimiter, limits),
  };
}

function options(delimiter: string): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: RECORD_CHARACTERS,
    skip_empty_lines: false,
  };
}

/**
 * Rows of a text. The parser hands over each record as it is found and not through its own stream, which would drop finished
 * records when a later one is broken: how far a file was read must not depend on buffers.
 */
async function* textRows(pieces: Iterable<string>, delimiter: string, limits: TableLimits): AsyncGenerator<RawRow> {
  let records: string[][] = [];
  const keep = (record: string[]): null => {
    records.push(record);
    return null;
  };
  const parser = parse({ ...options(delimiter), on_record: keep });
  let failure: Error | undefined;
  parser.on('error', (cause) => (failure = cause)).resume();
  let row = 0;
  for await (const _ of fed(parser, pieces)) {
    const found = records;
    records = [];
    for (const record of found) yield rawRow(record, (row += 1), limits);
    if (failure !== undefined) throw sortFault(failure, row + 1);
  }
}

/** Feeds the pieces one by one; after each step the parser has handed over all records that end in it. */
async function* fed(parser: Parser, pieces: Iterable<string>): AsyncGenerator<void> {
  for (const piece of pieces) {
    yield new Promise<void>((resolve) => void parser.write(piece, () => resolve()));
  }
  yield new Promise<void>((resolve) => void parser.end(() => resolve()));
}

function rawRow(record: readonly string[], row: number, limits: TableLimits): RawRow {
  if (row > limits.rows) throw new FileFault('too-many-rows', { detail: String(limits.rows), row });
  if (record.length > limits.columns) throw new FileFault('too-many-columns', { detail: String(limits.columns), row });
  return { row, cells: record.map(textCell) };
}

function textCell(text: string): RawCell | undefined {
  return text === '' ? undefined : { kind: 'text', text };
}

function sortFault(cause: unknown, row: number): unknown {
  if (!(cause instanceof CsvError)) return cause;
  if (cause.code === 'CSV_MAX_RECORD_SIZE')
    return new FileFault('record-too-long', { detail: String(RECORD_CHARACTERS), row }, { cause });
  return new FileFault('broken-quotes', { row }, { cause });
}

function sample(data: Buffer, encoding: string): string {
  let text = '';
  for (const piece of decodeText(data.subarray(0, SAMPLE_CHARACTERS), encoding)) text += piece;
  return text;
}

/** The delimiter that makes a row with all key columns; else the one that makes the most columns. */
function pickDelimiter(text: string, settings: StreamSettings): string {
  if (settings.delimiter !== undefined && settings.delimiter !== 'auto') return settings.delimiter;
  const keys = keyHeaders(settings).map(plainHeader);
  let widest: { delimiter: string; columns: number } = { delimiter: ',', columns: 0 };
  for (const delimiter of DELIMITERS) {
    const rows = sampleRows(text, delimiter);
    if (rows.some((row) => keys.every((key) => row.some((cell) => plainHeader(cell) === key)) && row.length > 1))
      return delimiter;
    const columns = Math.max(0, ...rows.map((row) => row.length));
    if (columns > widest.columns) widest = { delimiter, columns };
  }
  return widest.delimiter;
}

function sampleRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  try {
    parseAtOnce(text, {
      ...options(delimiter),
      relax_quotes: true,
      to: SAMPLE_ROWS,
      on_record: (record: string[]) => {
        rows.push(record);
        return null;
      },
    });
  } catch {
    // The sample ends anywhere, also inside a quoted cell; what was read before is enough.
  }
  return rows;
}
