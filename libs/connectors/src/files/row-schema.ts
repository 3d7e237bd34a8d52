import type { JsonSchema } from '@isthmus/connector-kit';
import { keyHeaders, type StreamSettings } from './settings.js';
import { plainHeader } from './values/plain-text.js';

const cell = { type: ['string', 'boolean', 'null'], maxLength: 32_767 };
const issue = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string' },
    message: { type: 'object', properties: { en: { type: 'string' }, zh: { type: 'string' } } },
  },
};

/** Native JSON Schema of a stream's rows: the columns that the settings know by name, and whatever else the file holds. */
export function rowSchema(stream: StreamSettings): JsonSchema {
  const lines = new Set((stream.groupBy?.lines ?? []).map(plainHeader));
  const headers = [
    ...new Set([...keyHeaders(stream), ...Object.keys(stream.columns ?? {}), ...(stream.groupBy?.lines ?? [])]),
  ];
  const own = headers.filter((header) => !lines.has(plainHeader(header)));
  const ofLines = headers.filter((header) => lines.has(plainHeader(header)));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['file', 'sheet', 'row', 'key', 'values'],
    additionalProperties: false,
    properties: {
      file: { type: 'string', description: 'Name of the file / 文件名' },
      sheet: { type: 'string', description: 'Name of the sheet, empty for text files / 工作表' },
      row: { type: 'integer', minimum: 0, description: 'First row in the sheet, 0 = the whole file / 行号' },
      key: { type: 'string', description: 'Text of the key columns, empty = refused / 主键' },
      values: values(own, stream),
      issues: { type: 'array', items: issue, description: 'Why the row is refused / 未接收原因' },
      ...(stream.groupBy === undefined ? {} : { lines: lineSchema(ofLines, stream) }),
    },
  };
}

function lineSchema(headers: readonly string[], stream: StreamSettings): JsonSchema {
  return {
    type: 'array',
    items: {
      type: 'object',
      required: ['line', 'row', 'values'],
      additionalProperties: false,
      properties: {
        line: { type: 'integer', minimum: 1, description: 'Position within the record / 序号' },
        row: { type: 'integer', minimum: 1, description: 'Row in the sheet / 行号' },
        values: values(headers, stream),
      },
    },
  };
}

function values(headers: readonly string[], stream: StreamSettings): JsonSchema {
  const properties = headers.map((header): [string, unknown] => {
    const column = stream.columns?.[header];
    return [column?.name ?? header, column?.type === 'boolean' ? { type: ['boolean', 'null'] } : cell];
  });
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: cell };
}
