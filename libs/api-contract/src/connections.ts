import {
  anyObject,
  anyObjectOrNull,
  count,
  instant,
  instantOrNull,
  optional,
  paging,
  slug,
  strict,
  textOrNull,
  uuid,
  wording,
  pageOf,
} from './parts.js';
import type { FromSchema } from './schema-type.js';

export const connectionStates = ['active', 'paused', 'draining', 'needs-auth'] as const;

/** An entity of the connection that is paused, or that drains. */
export const hold = strict({
  entity: { type: 'string' },
  state: { enum: ['paused', 'draining'] },
  reason: anyObjectOrNull,
  since: instant,
});

/** A connection without its secrets: only the names of those that are set. */
export const connection = strict({
  id: slug,
  connector: { type: 'string' },
  title: { type: 'string' },
  state: { enum: connectionStates },
  stateReason: anyObjectOrNull,
  stateSince: instant,
  settings: anyObject,
  secretNames: { type: 'array', items: { type: 'string' } },
  environment: anyObject,
  maintenance: { type: 'array', items: anyObject, description: 'When the far side is not called.' },
  maintenanceUntil: { ...instantOrNull, description: 'It is in maintenance until then; null = it is not.' },
  holds: { type: 'array', items: hold },
  ownMappings: {
    type: 'array',
    items: { type: 'string' },
    description: 'Streams whose mapping is not the shipped one.',
  },
  lastWebhookAt: instantOrNull,
  lastSuccessAt: instantOrNull,
  version: count,
  createdAt: instant,
  updatedAt: instant,
});
export type ConnectionAnswer = FromSchema<typeof connection>;

export const connectionPage = pageOf(connection);
export const connectionsQuery = optional({
  ...paging,
  state: { enum: connectionStates },
  connector: { type: 'string', maxLength: 64 },
});
export type ConnectionsQuery = FromSchema<typeof connectionsQuery>;

const reason = { type: 'string', minLength: 1, maxLength: 500 } as const;
const entity = {
  type: 'string',
  minLength: 1,
  maxLength: 64,
  description: 'Only this entity of the connection.',
} as const;
export const pauseConnection = optional({ reason, entity });
export type PauseConnection = FromSchema<typeof pauseConnection>;
export const resume = optional({ entity });
export type Resume = FromSchema<typeof resume>;
export const pauseFlow = optional({ reason });
export type PauseFlow = FromSchema<typeof pauseFlow>;

/** What each step of a connection test found. */
export const connectionTest = strict({
  ok: { type: 'boolean' },
  steps: { type: 'array', items: strict({ step: { type: 'string' }, ok: { type: 'boolean' }, message: wording }) },
});
export type ConnectionTest = FromSchema<typeof connectionTest>;

export const readPurposes = ['changes', 'backfill', 'reconcile'] as const;

/** How far a stream has been read for one purpose. */
export const cursor = strict({
  purpose: { enum: readPurposes },
  state: { enum: ['idle', 'running', 'stopped'] },
  rowsRead: { type: 'string', description: 'Rows read so far, as text (may exceed 2^53).' },
  startedAt: instantOrNull,
  finishedAt: instantOrNull,
  nextAt: instantOrNull,
  attempts: count,
  failure: anyObjectOrNull,
});
export type CursorAnswer = FromSchema<typeof cursor>;

/** A stream of a connection: what it is tied to and how far it has been read. */
export const stream = strict({
  name: { type: 'string' },
  title: { anyOf: [wording, { type: 'null' }] },
  entity: textOrNull,
  reads: { type: 'boolean' },
  writes: { type: 'boolean' },
  creates: { type: 'boolean' },
  mapping: textOrNull,
  mappingVersion: { type: ['integer', 'null'] },
  cursors: { type: 'array', items: cursor },
});
export type StreamAnswer = FromSchema<typeof stream>;
export const streamList = strict({ items: { type: 'array', items: stream } });

export const readStream = strict({ purpose: { enum: ['changes', 'backfill'] } });
export type ReadStream = FromSchema<typeof readStream>;

/** A read that was started; its progress is in the stream's cursors. */
export const readStarted = strict({
  connectionId: slug,
  stream: { type: 'string' },
  purpose: { enum: readPurposes },
  cursors: { type: 'string' },
});

export const flowStates = ['active', 'paused', 'draining'] as const;
export const flow = strict({
  id: slug,
  entity: { type: 'string' },
  members: { type: 'array', items: anyObject },
  policy: anyObject,
  state: { enum: flowStates },
  stateReason: anyObjectOrNull,
  stateSince: instant,
  awaitsConfirmationSince: {
    ...instantOrNull,
    description: 'Nothing is written since then, until a person confirms the matching report of the first sync.',
  },
  confirmed: { ...anyObject, description: 'Member connection → when and by whom its first sync was confirmed.' },
  version: count,
  createdAt: instant,
  updatedAt: instant,
});
export type FlowAnswer = FromSchema<typeof flow>;
export const flowPage = pageOf(flow);
export const flowsQuery = optional({
  ...paging,
  entity: { type: 'string', maxLength: 64 },
  state: { enum: flowStates },
});
export type FlowsQuery = FromSchema<typeof flowsQuery>;

/** An API key; the key itself is told once, when it is made. */
export const apiKey = strict({
  id: uuid,
  name: { type: 'string' },
  prefix: { type: 'string' },
  createdAt: instant,
  usedAt: instantOrNull,
  revokedAt: instantOrNull,
});
export type ApiKeyAnswer = FromSchema<typeof apiKey>;
export const apiKeyList = strict({ items: { type: 'array', items: apiKey } });
export const createApiKey = strict({
  name: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]*$' },
});
export type CreateApiKey = FromSchema<typeof createApiKey>;
export const createdApiKey = strict({ ...apiKey.properties, key: { type: 'string', description: 'Shown only here.' } });
