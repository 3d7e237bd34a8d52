import {
  anyObject,
  anyObjectOrNull,
  count,
  instant,
  instantOrNull,
  optional,
  pageOf,
  paging,
  strict,
  textOrNull,
  uuid,
  wording,
} from './parts.js';
import { recordErasure } from './erasures.js';
import type { FromSchema } from './schema-type.js';

export const recordStatuses = ['active', 'archived', 'deleted', 'merged'] as const;
export const replicaStates = ['settled', 'pending', 'blocked', 'dead', 'gone'] as const;

/** A record in a list: personal data is masked. */
export const recordSummary = strict({
  id: uuid,
  entity: { type: 'string' },
  label: { type: 'string', description: 'Name or number for people; personal names are masked.' },
  version: count,
  recordStatus: { enum: recordStatuses },
  replicas: strict({ settled: count, pending: count, blocked: count, dead: count, gone: count }),
  createdAt: instant,
  updatedAt: instant,
});
export type RecordSummary = FromSchema<typeof recordSummary>;
export const recordPage = pageOf(recordSummary);
export const recordsQuery = optional({
  ...paging,
  entity: { type: 'string', maxLength: 64 },
  q: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description: 'Id, native id, identity key (phone, e-mail, number …) or part of a name.',
  },
  status: { enum: recordStatuses },
  updatedSince: { type: 'string', format: 'date-time' },
});
export type RecordsQuery = FromSchema<typeof recordsQuery>;

/** A record's copy in one connection, with its state in words. */
export const replica = strict({
  recordId: uuid,
  connectionId: { type: 'string' },
  connector: textOrNull,
  entity: { type: 'string' },
  stream: { type: 'string' },
  nativeId: textOrNull,
  nativeVersion: textOrNull,
  syncState: { enum: replicaStates },
  words: wording,
  desiredVersion: count,
  deliveredVersion: count,
  attempts: count,
  outcomeUnknown: { type: 'boolean' },
  failure: anyObjectOrNull,
  blockedOn: { type: ['string', 'null'], format: 'uuid' },
  waitsFor: {
    anyOf: [
      strict({
        recordId: uuid,
        entity: { type: 'string' },
        label: { type: 'string' },
        syncState: {
          enum: [...replicaStates, null],
          description: 'Its own state in this connection; null = nobody plans it there.',
        },
        why: wording,
      }),
      { type: 'null' },
    ],
    description: 'The record that has to exist in this connection first, and what keeps it.',
  },
  behindSince: instantOrNull,
  nextTryAt: instantOrNull,
  lastSeenAt: instantOrNull,
  deliveredAt: instantOrNull,
  evidence: anyObjectOrNull,
});
export type ReplicaAnswer = FromSchema<typeof replica>;
export const replicaPage = pageOf(replica);
export const deliveriesQuery = optional({
  ...paging,
  state: { enum: ['pending', 'blocked', 'dead'] },
  connection: { type: 'string', maxLength: 64 },
});
export type DeliveriesQuery = FromSchema<typeof deliveriesQuery>;

/** Who set a field. */
export const fieldSource = strict({
  connectionId: { type: 'string' },
  changeId: { type: 'string' },
  at: { type: 'string' },
  mappingVersion: textOrNull,
});

/** The whole record: envelope, body, who set which field, and its copies. */
export const record = strict({
  id: uuid,
  entity: { type: 'string' },
  schemaVersion: count,
  version: count,
  recordStatus: { enum: recordStatuses },
  createdAt: instant,
  updatedAt: instant,
  sourceUpdatedAt: instantOrNull,
  deletedAt: instantOrNull,
  mergedIntoId: { type: ['string', 'null'], format: 'uuid' },
  label: { type: 'string' },
  erased: { anyOf: [recordErasure, { type: 'null' }], description: 'The person was erased: when, and why.' },
  body: anyObject,
  provenance: { type: 'object', additionalProperties: fieldSource },
  replicas: { type: 'array', items: replica },
});
export type RecordAnswer = FromSchema<typeof record>;
/** JSON merge patch of the body: what is absent stays, `null` clears. */
export const editRecord = { type: 'object', additionalProperties: true, minProperties: 1, maxProperties: 200 } as const;

/** One field that a version changed. */
export const fieldDifference = {
  type: 'object',
  properties: { pointer: { type: 'string' }, before: {}, after: {} },
  required: ['pointer'],
  additionalProperties: false,
} as const;
export type FieldDifference = FromSchema<typeof fieldDifference>;

/** A field of a version about which two sides said different things: which value held, by which policy and why; the other one is kept here. */
const versionConflict = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    pointer: { type: 'string' },
    state: { type: 'string' },
    policy: textOrNull,
    why: textOrNull,
    recordValue: {},
    incomingValue: {},
  },
  required: ['id', 'pointer', 'state', 'policy', 'why'],
  additionalProperties: false,
} as const;

/** One version of a record: who made it, when, why, and what it changed. */
export const recordVersion = strict({
  version: count,
  recordStatus: { enum: recordStatuses },
  at: instant,
  connectionId: textOrNull,
  changeId: textOrNull,
  actor: { type: 'string' },
  mappingVersion: { type: ['integer', 'null'] },
  mapping: textOrNull,
  differences: { type: 'array', items: fieldDifference },
  conflicts: { type: 'array', items: versionConflict },
});
export type RecordVersionAnswer = FromSchema<typeof recordVersion>;
export const recordVersionPage = pageOf(recordVersion);
export const historyQuery = optional({ ...paging });
export type HistoryQuery = FromSchema<typeof historyQuery>;

/** One stop on the way of a record, in time order. */
export const trailStep = strict({
  at: instant,
  kind: { enum: ['change', 'version', 'attempt', 'audit'] },
  id: { type: 'string' },
  connectionId: textOrNull,
  stream: textOrNull,
  outcome: { type: 'string' },
  words: wording,
  details: anyObject,
});
export type TrailStep = FromSchema<typeof trailStep>;
export const trail = strict({
  recordId: uuid,
  items: { type: 'array', items: trailStep },
  truncated: { type: 'boolean' },
});

/** One try at bringing replicas up to date, with its redacted requests and answers. */
export const attempt = strict({
  id: { type: 'string' },
  at: instant,
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  operation: { type: 'string' },
  recordIds: { type: 'array', items: uuid },
  outcome: { type: 'string' },
  failure: anyObjectOrNull,
  calls: { type: 'array', items: {} },
  durationMs: count,
  mappingVersion: { type: ['integer', 'null'] },
});
export type AttemptAnswer = FromSchema<typeof attempt>;
export const attemptPage = pageOf(attempt);
export const attemptsQuery = optional({ ...paging, record: uuid, connection: { type: 'string', maxLength: 64 } });
export type AttemptsQuery = FromSchema<typeof attemptsQuery>;
