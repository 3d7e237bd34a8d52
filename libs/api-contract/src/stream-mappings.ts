import {
  anyObjectOrNull,
  count,
  instant,
  instantOrNull,
  optional,
  pageOf,
  paging,
  strict,
  textOrNull,
  wording,
} from './parts.js';
import type { FromSchema } from './schema-type.js';

export const publicationModes = ['new-only', 'resync'] as const;
export const mappingRunKinds = ['preview', 'release', 'resync', 'undo'] as const;
export const mappingRunStates = ['running', 'done', 'failed', 'cancelled'] as const;

const numberOrNull = { type: ['integer', 'null'] } as const;
const counts = { type: 'object', additionalProperties: count } as const;
const documentText = {
  type: 'string',
  minLength: 1,
  maxLength: 1_000_000,
  description: 'A mapping document, YAML.',
} as const;

/** A mapping version that was put to use for a stream. */
export const mappingPublication = strict({
  id: count,
  version: count,
  previousVersion: numberOrNull,
  mode: { enum: publicationModes },
  state: { enum: ['active', 'rolled-back'] },
  note: textOrNull,
  actor: { type: 'string' },
  at: instant,
  rolledBackAt: instantOrNull,
  rolledBackBy: textOrNull,
});
export type MappingPublicationAnswer = FromSchema<typeof mappingPublication>;

const summary = {
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  entity: textOrNull,
  origin: { anyOf: [{ enum: ['file', 'connection', 'console'] }, { type: 'null' }] },
  version: { ...numberOrNull, description: 'Number of the version in use; null = none is.' },
  publication: { ...numberOrNull, description: 'Publication in use; null = the configured or shipped mapping is.' },
  changedBeneath: {
    type: 'boolean',
    description: 'The configured or shipped mapping changed after the publication that hides it.',
  },
  hasDraft: { type: 'boolean' },
} as const;

/** The mapping of a stream, in a list. */
export const streamMapping = strict(summary);
export type StreamMapping = FromSchema<typeof streamMapping>;
export const streamMappingList = strict({ items: { type: 'array', items: streamMapping } });

/** A mapping that somebody is working on; `revision` is its ETag. */
export const mappingDraft = strict({
  document: { type: 'string' },
  revision: count,
  baseVersion: numberOrNull,
  actor: { type: 'string' },
  createdAt: instant,
  updatedAt: instant,
});
export type MappingDraftAnswer = FromSchema<typeof mappingDraft>;
export const editDraft = strict({ document: documentText });
export type EditDraft = FromSchema<typeof editDraft>;

const writes = strict({ rows: count, creates: count, fields: counts });
const problem = strict({
  direction: { enum: ['in', 'out'] },
  connectionId: { type: 'string' },
  recordId: { type: 'string' },
  nativeId: { type: 'string' },
  code: { type: 'string' },
  path: { type: 'string' },
  message: {},
});
const sampleValue = {
  type: 'object',
  properties: {
    connectionId: { type: 'string' },
    stream: { type: 'string' },
    pointer: { type: 'string' },
    before: {},
    after: {},
  },
  required: ['pointer'],
  additionalProperties: false,
} as const;

/** What a run found or did. `fields` count records or rows by JSON Pointer, list items as `*`. */
export const mappingReport = strict({
  records: count,
  fields: counts,
  writes: { type: 'object', additionalProperties: writes },
  notAccepted: count,
  conflicts: count,
  problems: strict({ count, codes: counts, items: { type: 'array', items: problem } }),
  blocked: strict({ changes: count, pass: count }),
  kept: strict({
    count,
    codes: counts,
    items: {
      type: 'array',
      items: strict({
        recordId: { type: 'string' },
        code: { type: 'string' },
        pointers: { type: 'array', items: { type: 'string' } },
      }),
    },
  }),
  samples: {
    type: 'array',
    items: strict({
      recordId: { type: 'string' },
      nativeId: { type: 'string' },
      changes: { type: 'array', items: sampleValue },
      writes: { type: 'array', items: sampleValue },
    }),
  },
});
export type MappingReport = FromSchema<typeof mappingReport>;

/** A pass over what is stored of a stream: a preview, a re-sync, an undo. */
export const mappingRun = strict({
  id: count,
  kind: { enum: mappingRunKinds },
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  publication: numberOrNull,
  fromVersion: numberOrNull,
  toVersion: numberOrNull,
  state: { enum: mappingRunStates },
  done: count,
  total: count,
  waiting: { ...count, description: 'Rows that still wait to be written.' },
  report: mappingReport,
  masked: { type: 'boolean' },
  failure: anyObjectOrNull,
  actor: { type: 'string' },
  startedAt: instant,
  finishedAt: instantOrNull,
});
export type MappingRunAnswer = FromSchema<typeof mappingRun>;
export const mappingRunQuery = optional({
  unmask: { type: 'boolean', description: 'Show personal data in the samples. The look is written to the audit.' },
});
export type MappingRunQuery = FromSchema<typeof mappingRunQuery>;

/** The mapping of a stream with its text, its draft and its latest publications and runs. */
export const streamMappingDetail = strict({
  ...summary,
  document: textOrNull,
  draft: { anyOf: [mappingDraft, { type: 'null' }] },
  publications: { type: 'array', items: mappingPublication },
  runs: {
    type: 'array',
    items: strict({
      id: count,
      kind: { enum: mappingRunKinds },
      state: { enum: mappingRunStates },
      publication: numberOrNull,
      done: count,
      total: count,
      startedAt: instant,
      finishedAt: instantOrNull,
    }),
  },
});
export type StreamMappingDetail = FromSchema<typeof streamMappingDetail>;

const finding = {
  type: 'object',
  properties: {
    severity: { enum: ['error', 'warning'] },
    code: { type: 'string' },
    file: { type: 'string' },
    line: count,
    column: count,
    path: { type: 'string' },
    message: wording,
    suggestion: { type: 'string' },
  },
  required: ['severity', 'code', 'file', 'line', 'column', 'path', 'message'],
  additionalProperties: true,
} as const;

/** What the checker says of a document. */
export const mappingCheck = strict({ ok: { type: 'boolean' }, findings: { type: 'array', items: finding } });
export type MappingCheck = FromSchema<typeof mappingCheck>;

/** How a draft is put to use. */
export const publishMapping = {
  ...optional({
    mode: { enum: publicationModes },
    preview: { ...count, description: 'The finished preview of this draft that was looked at.' },
    force: { type: 'boolean', description: 'Publish without a preview, and over what was published meanwhile.' },
    note: { type: 'string', minLength: 1, maxLength: 500 },
  }),
  required: ['mode'],
} as const;
export type PublishMapping = FromSchema<typeof publishMapping>;

/** Which publication is taken out of use, and whether what it changed is taken back. */
export const rollbackMapping = {
  ...optional({ publication: count, undo: { type: 'boolean' } }),
  required: ['publication'],
} as const;
export type RollbackMapping = FromSchema<typeof rollbackMapping>;

/** What a publish, rollback or re-sync came to: the publication it is about, what is in use now, and the run that follows. */
export const mappingPublished = strict({
  publication: mappingPublication,
  version: count,
  run: numberOrNull,
});
export type MappingPublished = FromSchema<typeof mappingPublished>;

/** A stored version that was or is the mapping of a stream. */
export const streamMappingVersion = strict({
  id: count,
  mapping: { type: 'string' },
  hash: { type: 'string' },
  origin: { type: 'string' },
  createdAt: instant,
});
export type StreamMappingVersion = FromSchema<typeof streamMappingVersion>;
export const streamMappingVersionPage = pageOf(streamMappingVersion);
export const streamMappingVersionsQuery = optional({ ...paging });
export type StreamMappingVersionsQuery = FromSchema<typeof streamMappingVersionsQuery>;

/** Two texts compared, as unified diff. */
export const mappingDiff = strict({
  from: { type: 'string' },
  to: { type: 'string' },
  added: count,
  removed: count,
  diff: { type: 'string' },
});
export type MappingDiff = FromSchema<typeof mappingDiff>;
export const mappingDiffQuery = optional({
  against: {
    type: 'string',
    pattern: '^(\\d{1,9}|draft|in-use|beneath)$',
    default: 'in-use',
    description: 'A version number, `draft`, `in-use`, or `beneath` (configured or shipped).',
  },
});
export type MappingDiffQuery = FromSchema<typeof mappingDiffQuery>;
