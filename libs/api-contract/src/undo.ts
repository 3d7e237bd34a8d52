import { anyObjectOrNull, count, instant, instantOrNull, optional, pageOf, paging, strict, uuid } from './parts.js';
import { fieldDifference } from './records.js';
import type { FromSchema } from './schema-type.js';

const counts = { type: 'object', additionalProperties: count } as const;

/**
 * What one batch was: changes of a connection, stream, origin, time of receipt or mapping version; or edits of one author; or an earlier
 * undo. What is given must all fit.
 */
export const undoBatch = {
  ...optional({
    connection: { type: 'string', minLength: 1, maxLength: 64 },
    stream: { type: 'string', minLength: 1, maxLength: 128 },
    origin: {
      enum: ['webhook', 'poll', 'backfill', 'reconcile', 'file', 'reference', 'delivery', 'remap'],
      description: 'How the changes came.',
    },
    mappingVersion: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    reconcileRun: {
      type: 'integer',
      minimum: 1,
      description: 'What a reconcile run read in: its connection, stream and time.',
    },
    actor: { type: 'string', minLength: 1, maxLength: 128, description: 'Author of edits in the hub: api:<key name>.' },
    undo: { type: 'integer', minimum: 1, maximum: 2_147_483_647, description: 'What an earlier undo did.' },
    from: { type: 'string', format: 'date-time', description: 'Received from here on.' },
    to: { type: 'string', format: 'date-time', description: 'Received before this.' },
  }),
  minProperties: 1,
} as const;
export type UndoBatchInput = FromSchema<typeof undoBatch>;

/** An undo to start. With `dryRun` it only finds out what would be taken back. */
export const startUndo = {
  type: 'object',
  properties: {
    batch: undoBatch,
    dryRun: { type: 'boolean' },
    created: {
      enum: ['keep', 'archive'],
      description: 'What becomes of records that the batch made: keep (the default) leaves them and reports them.',
    },
  },
  required: ['batch'],
  additionalProperties: false,
} as const;
export type StartUndo = FromSchema<typeof startUndo>;

/** What a run took back, or would take back. */
export const undoReport = strict({
  touched: { ...count, description: 'Records that the batch touched.' },
  records: { ...count, description: 'Records that go back, in part or whole.' },
  archived: count,
  fields: { ...counts, description: 'Canonical field → records.' },
  kept: strict({
    count,
    codes: counts,
    items: {
      type: 'array',
      items: strict({
        recordId: uuid,
        code: { type: 'string' },
        pointers: { type: 'array', items: { type: 'string' } },
      }),
    },
  }),
  samples: {
    type: 'array',
    items: strict({ recordId: uuid, changes: { type: 'array', items: fieldDifference } }),
  },
});
export type UndoReportAnswer = FromSchema<typeof undoReport>;

/** A run that takes a batch back. Personal values of its samples are masked. */
export const undoRun = strict({
  id: count,
  batch: undoBatch,
  dryRun: { type: 'boolean' },
  created: { enum: ['keep', 'archive'] },
  state: { enum: ['running', 'done', 'failed', 'cancelled'] },
  report: undoReport,
  failure: anyObjectOrNull,
  actor: { type: 'string' },
  startedAt: instant,
  finishedAt: instantOrNull,
});
export type UndoRunAnswer = FromSchema<typeof undoRun>;
export const undoRunPage = pageOf(undoRun);
export const undoRunsQuery = optional({ ...paging });
export type UndoRunsQuery = FromSchema<typeof undoRunsQuery>;

/** A record to restore: to which version, and which fields of it (all when none is named). */
export const restoreRecord = {
  type: 'object',
  properties: {
    version: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    fields: {
      type: 'array',
      items: { type: 'string', pattern: '^/', maxLength: 500 },
      minItems: 1,
      maxItems: 200,
      uniqueItems: true,
      description: 'JSON Pointers as the history shows them.',
    },
    dryRun: { type: 'boolean', description: 'Only say what would change.' },
  },
  required: ['version'],
  additionalProperties: false,
} as const;
export type RestoreRecord = FromSchema<typeof restoreRecord>;

/** A field that goes back, and who set the value that it loses. */
const restoredField = {
  type: 'object',
  properties: {
    pointer: { type: 'string' },
    before: { description: 'What the record holds now.' },
    after: { description: 'What it is given back.' },
    setBy: { type: ['string', 'null'], description: 'Connection or person that set what the record holds now.' },
    setAt: instantOrNull,
    edits: {
      type: 'array',
      items: strict({ version: count, actor: { type: 'string' }, at: instant }),
      description: 'The versions after that one that changed the field, newest first: these edits are lost.',
    },
  },
  required: ['pointer', 'setBy', 'setAt', 'edits'],
  additionalProperties: false,
} as const;
export const restoration = strict({
  recordId: uuid,
  fromVersion: count,
  toVersion: count,
  version: { ...count, description: 'The version that holds now.' },
  dryRun: { type: 'boolean' },
  fields: { type: 'array', items: restoredField },
});
export type RestorationAnswer = FromSchema<typeof restoration>;
