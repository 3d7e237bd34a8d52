import {
  anyObjectOrNull,
  count,
  instant,
  instantOrNull,
  optional,
  pageOf,
  paging,
  slug,
  strict,
  uuid,
  wording,
} from './parts.js';
import type { FromSchema } from './schema-type.js';

export const backfillStates = ['running', 'paused', 'done', 'failed', 'cancelled'] as const;
export const backfillSelections = ['all', 'window', 'native-ids', 'records', 'mapping-version'] as const;
export const backfillDirections = ['in', 'out'] as const;

/** Reading a stream again, or bringing its copies up to date again, with how far it is. */
export const backfill = strict({
  id: { type: 'string' },
  connectionId: slug,
  stream: { type: 'string' },
  entity: { type: 'string' },
  direction: { enum: backfillDirections },
  selection: { enum: backfillSelections },
  changedSince: instantOrNull,
  changedUntil: instantOrNull,
  mappingVersion: { type: ['integer', 'null'] },
  recordsPerSecond: { type: ['number', 'null'] },
  state: { enum: backfillStates },
  words: wording,
  done: count,
  skipped: { ...count, description: 'Rows outside of the window, and ids that the stream does not know.' },
  total: { type: ['integer', 'null'], minimum: 0, description: 'As far as is known beforehand; null = it is not.' },
  perSecond: { type: ['number', 'null'], description: 'Rows or records per second so far.' },
  etaSeconds: { type: ['integer', 'null'], minimum: 0, description: 'Seconds that are left at this speed.' },
  open: { ...count, description: 'What it set off and is not fetched, merged or delivered yet.' },
  failure: anyObjectOrNull,
  actor: { type: 'string' },
  startedAt: instant,
  finishedAt: instantOrNull,
});
export type BackfillAnswer = FromSchema<typeof backfill>;
export const backfillPage = pageOf(backfill);
export const backfillList = strict({ items: { type: 'array', items: backfill } });
export const backfillsQuery = optional({
  ...paging,
  connection: slug,
  stream: { type: 'string', maxLength: 128 },
  state: { enum: backfillStates },
});
export type BackfillsQuery = FromSchema<typeof backfillsQuery>;

/** What to take again: streams by connection, stream or entity; of them all, a window of time, a list of ids, or what a mapping version wrote. */
export const startBackfill = optional({
  connectionId: slug,
  stream: { type: 'string', minLength: 1, maxLength: 128 },
  entity: { type: 'string', minLength: 1, maxLength: 64 },
  direction: {
    enum: backfillDirections,
    default: 'in',
    description: 'in: read the rows again; out: compare the copies with their records and write what differs.',
  },
  changedSince: { type: 'string', format: 'date-time' },
  changedUntil: { type: 'string', format: 'date-time' },
  nativeIds: {
    type: 'array',
    minItems: 1,
    maxItems: 10_000,
    uniqueItems: true,
    items: { type: 'string', minLength: 1, maxLength: 255 },
  },
  recordIds: { type: 'array', minItems: 1, maxItems: 10_000, uniqueItems: true, items: uuid },
  mappingVersion: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
  recordsPerSecond: { type: 'number', exclusiveMinimum: 0, maximum: 100_000 },
});
export type StartBackfill = FromSchema<typeof startBackfill>;
