import { anyObjectOrNull, count, instant, instantOrNull, strict, textOrNull, wording } from './parts.js';
import { flowDrift } from './reconcile.js';
import { connectionStates, flowStates, hold, readPurposes } from './connections.js';
import type { FromSchema } from './schema-type.js';

export const verdicts = ['ok', 'attention', 'failing'] as const;
export type Verdict = (typeof verdicts)[number];
const seconds = { type: ['integer', 'null'], minimum: 0 } as const;

/** Why the verdict is not `ok`, in words. */
export const statusReason = strict({
  verdict: { enum: ['attention', 'failing'] },
  code: { type: 'string' },
  connectionId: textOrNull,
  flowId: textOrNull,
  message: wording,
});
export type StatusReason = FromSchema<typeof statusReason>;

/** What a connection owes and how it is. */
export const connectionStatus = strict({
  id: { type: 'string' },
  title: { type: 'string' },
  connector: { type: 'string' },
  verdict: { enum: verdicts },
  state: { enum: connectionStates },
  stateReason: anyObjectOrNull,
  stateSince: instant,
  lastWebhookAt: instantOrNull,
  lastSuccessAt: instantOrNull,
  backlog: strict({ due: count, retrying: count, blocked: count, dead: count }),
  oldestUnsyncedSeconds: seconds,
  nextRetryAt: instantOrNull,
  changes: strict({ fetching: count, waiting: count, review: count, rejected: count, dead: count }),
  maintenanceUntil: instantOrNull,
  holds: { type: 'array', items: hold },
  rate: {
    anyOf: [
      strict({
        perSecond: { type: 'number' },
        configured: { type: 'number' },
        heldUntil: instantOrNull,
        refusedAt: instantOrNull,
      }),
      { type: 'null' },
    ],
    description:
      'Calls per second that the hub allows itself, as learnt from refusals; null = nothing is known or limited.',
  },
  cursors: {
    type: 'array',
    items: strict({
      stream: { type: 'string' },
      purpose: { enum: readPurposes },
      state: { enum: ['idle', 'running', 'stopped'] },
      lagSeconds: { ...seconds, description: 'Since the last complete read.' },
      failure: anyObjectOrNull,
    }),
  },
});
export type ConnectionStatus = FromSchema<typeof connectionStatus>;

/** How a flow's entity is doing. */
export const flowStatus = strict({
  id: { type: 'string' },
  entity: { type: 'string' },
  verdict: { enum: verdicts },
  state: { enum: flowStates },
  changes: strict({ pending: count, waiting: count, review: count, rejected: count, dead: count }),
  oldestChangeSeconds: seconds,
  replicas: strict({ pending: count, blocked: count, dead: count }),
  oldestUnsyncedSeconds: seconds,
  openConflicts: count,
  drift: { anyOf: [flowDrift, { type: 'null' }], description: 'Null = never compared.' },
});
export type FlowStatus = FromSchema<typeof flowStatus>;

/** The state of the whole hub at one moment. */
export const status = strict({
  verdict: { enum: verdicts },
  at: instant,
  version: { type: 'string' },
  reasons: { type: 'array', items: statusReason },
  words: { type: 'array', items: wording, description: 'What waits for what, in business words.' },
  connections: { type: 'array', items: connectionStatus },
  flows: { type: 'array', items: flowStatus },
  queue: strict({
    healthy: { type: 'boolean' },
    kinds: {
      type: 'object',
      additionalProperties: strict({ waiting: count, running: count, paused: { type: 'boolean' } }),
    },
  }),
});
export type Status = FromSchema<typeof status>;

/** Health in the shape of the (expired, but only) draft for it. */
export const health = {
  type: 'object',
  properties: {
    status: { enum: ['pass', 'warn', 'fail'] },
    version: { type: 'string' },
    checks: { type: 'object', additionalProperties: { type: 'array' } },
  },
  required: ['status', 'version'],
  additionalProperties: false,
} as const;
