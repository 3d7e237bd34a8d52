import {
  anyObject,
  anyObjectOrNull,
  count,
  instant,
  instantOrNull,
  optional,
  pageOf,
  paging,
  slug,
  strict,
  textOrNull,
} from './parts.js';
import type { FromSchema } from './schema-type.js';

/** Why two sides differ. */
export const driftCauses = ['late', 'lost', 'edited-both', 'mapping', 'forbidden', 'deleted'] as const;
/** What puts a difference right. */
export const repairActions = ['none', 'merge', 'write', 'put-back', 'delete', 'create', 'remove'] as const;
/** How far a difference was put right. */
export const differenceStates = ['planned', 'applied', 'stale', 'skipped'] as const;

/** One difference between a record and its copy, with why and what puts it right. */
export const driftDifference = strict({
  seq: { type: 'string' },
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  entity: { type: 'string' },
  cause: { enum: driftCauses },
  detail: { type: 'string', description: 'A word that says more than the cause.' },
  recordId: { type: ['string', 'null'], format: 'uuid' },
  nativeId: { type: 'string' },
  fields: { type: 'array', items: { type: 'string' }, description: 'Fields that differ, as JSON Pointers.' },
  action: { enum: repairActions },
  recordVersion: { type: ['integer', 'null'] },
  state: { enum: differenceStates },
});
export type DriftDifference = FromSchema<typeof driftDifference>;
export const driftDifferencePage = pageOf(driftDifference);
export const differencesQuery = optional({
  ...paging,
  cause: { enum: driftCauses },
  state: { enum: differenceStates },
});
export type DifferencesQuery = FromSchema<typeof differencesQuery>;

/** A comparison of both sides of a flow or of one stream, with its plan in samples and what its repair did. */
export const reconcileRun = strict({
  id: { type: 'string' },
  flowId: textOrNull,
  connectionId: textOrNull,
  stream: textOrNull,
  mode: { enum: ['plan', 'repair'] },
  cause: { enum: ['asked', 'schedule', 'outage'] },
  actor: { type: 'string' },
  state: { enum: ['running', 'done', 'failed'] },
  repairState: { enum: ['none', 'running', 'done', 'failed'] },
  counts: {
    ...anyObject,
    description: 'rows, compared, inStep, held, differences, causes, actions, and the same per stream.',
  },
  repairCounts: {
    ...anyObject,
    description: 'applied, stale (a side changed since the plan), skipped (left for a person).',
  },
  differences: { type: 'array', items: driftDifference, description: 'The first of every cause.' },
  failure: anyObjectOrNull,
  startedAt: instant,
  finishedAt: instantOrNull,
  repairedAt: instantOrNull,
});
export type ReconcileRunAnswer = FromSchema<typeof reconcileRun>;
export const reconcileRunPage = pageOf(reconcileRun);
export const reconcileRunsQuery = optional({
  ...paging,
  flow: slug,
  connection: slug,
  stream: { type: 'string', maxLength: 128 },
});
export type ReconcileRunsQuery = FromSchema<typeof reconcileRunsQuery>;

/** What to compare: a flow with all its streams, or one stream. `plan` only says what differs; `repair` puts it right at once. */
export const startReconcile = {
  ...optional({
    flow: slug,
    connectionId: slug,
    stream: { type: 'string', minLength: 1, maxLength: 128 },
    plan: {
      type: 'boolean',
      description: 'Only say what differs and what would put it right. This is what happens without repair.',
    },
    repair: { type: 'boolean', description: 'Put right at once what differs.' },
  }),
  minProperties: 1,
} as const;
export type StartReconcile = FromSchema<typeof startReconcile>;

/** A mass deletion that was stopped and waits for one decision. */
export const deleteBrake = strict({
  id: { type: 'string' },
  connectionId: { type: 'string' },
  entity: { type: 'string' },
  state: { enum: ['on', 'released', 'rejected'] },
  since: instant,
  held: { ...count, description: 'Deletions that it holds now.' },
  deletes: { ...count, description: 'Deletions within the window when it went on.' },
  population: { ...count, description: 'Copies of the entity in the connection at that moment.' },
  allowed: count,
  windowMinutes: count,
  decidedAt: instantOrNull,
  decidedBy: textOrNull,
});
export type DeleteBrakeAnswer = FromSchema<typeof deleteBrake>;
export const deleteBrakePage = pageOf(deleteBrake);
export const deleteBrakesQuery = optional({
  ...paging,
  state: { enum: ['on', 'released', 'rejected'] },
  connection: slug,
});
export type DeleteBrakesQuery = FromSchema<typeof deleteBrakesQuery>;

/** What becomes of the copies whose deletion is rejected. */
export const rejectDeletes = optional({
  recreate: { type: 'boolean', description: 'Make the deleted objects anew in their system.' },
});
export type RejectDeletes = FromSchema<typeof rejectDeletes>;

/** How in step the copies of a flow were when they were last compared. */
export const flowDrift = strict({
  score: { type: 'number', minimum: 0, maximum: 1, description: 'Weighted share in step; 1 = all.' },
  compared: count,
  causes: { type: 'object', additionalProperties: count },
  comparedAt: { ...instant, description: 'When the stream that was compared longest ago was.' },
});
