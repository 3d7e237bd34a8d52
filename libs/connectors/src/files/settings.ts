import type { JsonSchema, Settings } from '@isthmus/connector-kit';

/** What kind of value a column holds; a `date` may have a time, a `datetime` always gets one. Without a type a cell is taken as the file gives it. */
export type ColumnType = 'text' | 'number' | 'date' | 'datetime' | 'boolean';

/** What is known of one column: its field name in the row (the header itself by default) and its kind of value. */
export type ColumnSettings = { readonly name?: string; readonly type?: ColumnType };

/** Where rows are written to, and how. */
export type WriteBackSettings = {
  /** CSV file below the files folder, for example `out/customers.csv`. */
  readonly file: string;
  /** `snapshot`: one entry per record, kept up to date. `append`: one entry per write, for a program that takes the file away. */
  readonly mode: 'append' | 'snapshot';
};

/** One stream: which files feed it and how their tables look. */
export type StreamSettings = {
  /** File names that belong to the stream; `*` any text, `?` one character. */
  readonly pattern: string;
  /** @default the first visible sheet */
  readonly sheet?: string;
  /** Row of the headers, from 1. @default the first row that holds all key columns */
  readonly headerRow?: number;
  /** Of text files. @default auto */
  readonly encoding?: 'auto' | 'utf-8' | 'gb18030';
  /** Of text files. @default auto */
  readonly delimiter?: 'auto' | ',' | ';' | '\t' | '|';
  /** Header or headers that identify a row. */
  readonly key: string | readonly string[];
  readonly columns?: { readonly [header: string]: ColumnSettings };
  /** Rows with the same key are one native row; these headers go into its `lines`, one item per row of the sheet. */
  readonly groupBy?: { readonly lines: readonly string[] };
  readonly writeBack?: WriteBackSettings;
};

/** Settings of a `files` connection. Folders are relative to the hub's files folder. */
export type FilesSettings = {
  readonly folder: string;
  readonly streams: { readonly [name: string]: StreamSettings };
  /** Seconds that a file must be unchanged before it is read. @default 5 */
  readonly stableSeconds?: number;
  /** Where read files are moved; empty text = they stay. @default archive */
  readonly archive?: string;
  /** Where result files are written. @default results */
  readonly results?: string;
};

/** The settings in their own type. The hub has checked them against `settingsSchema` before any connector sees them. */
export function filesSettings(settings: Settings): FilesSettings {
  return settings as unknown as FilesSettings;
}

/** The headers of the key as a list. */
export function keyHeaders(stream: StreamSettings): readonly string[] {
  return typeof stream.key === 'string' ? [stream.key] : stream.key;
}

// No drive, no absolute path, no way up: the file store refuses them again.
const RELATIVE_PATH = '^(?!/)(?!.*(^|/)\\.\\.(/|$))[^\\\\:]*$';
const header = { type: 'string', minLength: 1, maxLength: 200 };

const column = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100, title: 'Field name in the row / 字段名' },
    type: { enum: ['text', 'number', 'date', 'datetime', 'boolean'], title: 'Kind of value / 类型' },
  },
};

const writeBack = {
  type: 'object',
  additionalProperties: false,
  required: ['file', 'mode'],
  title: 'Write changes to a file / 回写文件',
  properties: {
    file: { type: 'string', minLength: 1, maxLength: 200, pattern: RELATIVE_PATH },
    mode: { enum: ['append', 'snapshot'] },
  },
};

const stream = {
  type: 'object',
  additionalProperties: false,
  required: ['pattern', 'key'],
  properties: {
    pattern: {
      type: 'string',
      minLength: 1,
      maxLength: 100,
      pattern: '^[^/\\\\]+$',
      title: 'File names, * and ? allowed / 文件名',
    },
    sheet: { type: 'string', minLength: 1, maxLength: 31, title: 'Sheet / 工作表' },
    headerRow: { type: 'integer', minimum: 1, maximum: 1000, title: 'Row of the headers / 表头行' },
    encoding: { enum: ['auto', 'utf-8', 'gb18030'], default: 'auto', title: 'Encoding of text files / 编码' },
    delimiter: { enum: ['auto', ',', ';', '\t', '|'], default: 'auto', title: 'Delimiter of text files / 分隔符' },
    key: {
      anyOf: [header, { type: 'array', items: header, minItems: 1, maxItems: 5 }],
      title: 'Key column(s) / 主键列',
    },
    columns: { type: 'object', maxProperties: 500, additionalProperties: column, title: 'Columns / 列' },
    groupBy: {
      type: 'object',
      additionalProperties: false,
      required: ['lines'],
      properties: { lines: { type: 'array', items: header, minItems: 1, maxItems: 100 } },
      title: 'Columns of lines, where one record takes several rows / 明细列',
    },
    writeBack,
  },
};

/** Validates and documents the settings, and draws the console's form. */
export const settingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['folder', 'streams'],
  properties: {
    folder: { type: 'string', maxLength: 200, pattern: RELATIVE_PATH, title: 'Watched folder / 监视文件夹' },
    streams: {
      type: 'object',
      minProperties: 1,
      maxProperties: 50,
      propertyNames: { pattern: '^[a-z][A-Za-z0-9-]{0,49}$' },
      additionalProperties: stream,
      title: 'Streams / 数据流',
    },
    stableSeconds: {
      type: 'integer',
      minimum: 0,
      maximum: 3600,
      default: 5,
      title: 'Seconds unchanged before reading / 稳定秒数',
    },
    archive: {
      type: 'string',
      maxLength: 200,
      pattern: RELATIVE_PATH,
      default: 'archive',
      title: 'Archive folder / 归档文件夹',
    },
    results: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      pattern: RELATIVE_PATH,
      default: 'results',
      title: 'Results folder / 结果文件夹',
    },
  },
};
