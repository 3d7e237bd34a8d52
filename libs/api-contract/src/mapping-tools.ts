import { anyObject, anyObjectOrNull, count, optional, strict, wording } from './parts.js';
import type { FromSchema } from './schema-type.js';

const place = {
  connection: { type: 'string', minLength: 1, maxLength: 64, description: 'Connection whose stream it is.' },
  stream: { type: 'string', minLength: 1, maxLength: 128 },
} as const;
const document = {
  type: 'string',
  minLength: 1,
  maxLength: 1_000_000,
  description: 'A mapping document, YAML. Without it: the one in use.',
} as const;
const texts = { type: 'array', items: { type: 'string' } } as const;
const wordings = { type: 'array', items: wording } as const;

/** A document to be checked against a stream. */
export const checkMapping = {
  ...optional({ ...place, document }),
  required: ['connection', 'stream', 'document'],
} as const;
export type CheckMapping = FromSchema<typeof checkMapping>;

/** A row or a record to be mapped, to see what each rule does with it. */
export const traceMapping = {
  ...optional({
    ...place,
    document,
    row: { ...anyObject, description: 'A native row, to be mapped to the canonical model.' },
    record: { ...anyObject, description: 'A canonical body, to be mapped to a native row.' },
    recordId: {
      type: 'string',
      format: 'uuid',
      description:
        'A stored record: its row in this stream is mapped in or, with direction out, the record is mapped to a row.',
    },
    direction: { type: 'string', enum: ['in', 'out'], description: 'With recordId only. Default: in.' },
  }),
  required: ['connection', 'stream'],
  oneOf: [
    { required: ['row'], properties: { row: {} } },
    { required: ['record'], properties: { record: {} } },
    { required: ['recordId'], properties: { recordId: {} } },
  ],
} as const;
export type TraceMapping = FromSchema<typeof traceMapping>;

const issue = strict({
  code: { type: 'string' },
  path: { type: 'string', description: 'JSON Pointer in what was given.' },
  target: { type: ['string', 'null'] },
  message: wording,
});

const values = { type: 'array', items: {} } as const;

/** What a mapping made of a row or a record, and what each rule did. */
export const mappingTrace = strict({
  ok: { type: 'boolean' },
  output: { ...anyObjectOrNull, description: 'The canonical body, or the native row; null when a value was refused.' },
  issues: { type: 'array', items: issue },
  rules: {
    type: 'array',
    items: strict({
      at: { type: 'string', description: 'Place in the document, for example rules[3].' },
      line: count,
      column: count,
      canonical: { type: ['string', 'null'] },
      native: texts,
      item: {
        type: 'string',
        description: 'JSON Pointer of the list item that the rule worked on; empty at the root.',
      },
      input: values,
      output: values,
      outcome: { enum: ['wrote', 'cleared', 'default', 'constant', 'refused', 'skipped'] },
      reason: {
        anyOf: [{ enum: ['condition', 'earlier-rule', 'absent', 'empty', 'unresolved'] }, { type: 'null' }],
      },
    }),
  },
});
export type MappingTrace = FromSchema<typeof mappingTrace>;

/** Asks for rules for the native fields that a mapping leaves out. */
export const suggestMapping = {
  ...optional({
    ...place,
    document,
    rows: { type: 'array', maxItems: 50, items: anyObject, description: 'Native rows whose values are looked at.' },
  }),
  required: ['connection', 'stream'],
} as const;
export type SuggestMapping = FromSchema<typeof suggestMapping>;

/** Proposed rules; nothing is applied. */
export const mappingSuggestions = strict({
  items: {
    type: 'array',
    items: strict({
      native: { type: 'string' },
      at: { type: 'string', description: 'Where the rule would stand, for example rules or rules[17].rules.' },
      rules: {
        type: 'array',
        items: strict({
          canonical: { type: 'string' },
          score: { type: 'number', minimum: 0, maximum: 1 },
          reasons: wordings,
          yaml: { type: 'string' },
        }),
      },
    }),
  },
});
export type MappingSuggestions = FromSchema<typeof mappingSuggestions>;

/** Whose coverage is asked for. */
export const coverageQuery = { ...optional(place), required: ['connection', 'stream'] } as const;
export type CoverageQuery = FromSchema<typeof coverageQuery>;

const way = { enum: ['both', 'in', 'out', 'unmapped'] } as const;
const totals = strict({ both: count, in: count, out: count, unmapped: count });

/** Which canonical and native fields a mapping covers, and which way each goes. */
export const mappingCoverage = strict({
  entity: { type: 'string' },
  canonical: {
    type: 'array',
    items: strict({
      pointer: { type: 'string' },
      title: wording,
      way,
      required: { type: 'boolean' },
      derived: { type: 'boolean' },
      native: texts,
      rules: texts,
      loses: wordings,
    }),
  },
  native: {
    type: 'array',
    items: strict({ path: { type: 'string' }, way, required: { type: 'boolean' }, rules: texts }),
  },
  totals: strict({ canonical: totals, native: totals }),
});
export type MappingCoverage = FromSchema<typeof mappingCoverage>;
