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
  uuid,
} from './parts.js';
import type { FromSchema } from './schema-type.js';

const counts = { type: 'object', additionalProperties: count } as const;
const reason = {
  type: 'string',
  minLength: 3,
  maxLength: 500,
  pattern: '\\S',
  description: 'Why, without naming the person: it is kept.',
} as const;

/** An erasure to carry out. With `dryRun` it only says what would be erased. */
export const eraseRecord = {
  type: 'object',
  properties: {
    reason,
    dryRun: { type: 'boolean' },
    force: {
      type: 'boolean',
      description: 'Also while a system may be creating the person without the hub knowing it.',
    },
  },
  required: ['reason'],
  additionalProperties: false,
} as const;
export type EraseRecord = FromSchema<typeof eraseRecord>;

/** A system that holds the person, as far as is known. Nothing is deleted there. */
const held = strict({
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  nativeId: textOrNull,
  toldAt: instantOrNull,
});

/** Records that carry data of the person and stay without it. */
const documents = strict({
  entity: { type: 'string' },
  records: count,
  fields: { ...counts, description: 'Personal field (list items as `*`) → records that hold it, of those looked at.' },
  lookedAt: count,
  namedElsewhere: { ...count, description: 'Records whose other texts name the person; these texts stay.' },
});

/** What an erasure would do, or how far one has come. Holds nothing of the person. */
export const erasure = strict({
  id: { type: ['integer', 'null'], description: 'Null with dryRun.' },
  dryRun: { type: 'boolean' },
  recordId: { ...uuid, description: 'The record that stays as a stub.' },
  recordIds: { type: 'array', items: uuid, description: 'With dryRun: it, and the records that were merged into it.' },
  entity: { type: 'string' },
  state: { enum: ['planned', 'running', 'done', 'failed'] },
  phase: { enum: ['collect', 'documents', 'settle', null] },
  counts: { ...counts, description: 'What is kept of the person → rows.' },
  documents: { type: 'array', items: documents },
  held: { type: 'array', items: held },
  creating: {
    type: 'array',
    items: { type: 'string' },
    description: 'With dryRun: connections that create the person now.',
  },
  reason: { type: 'string' },
  actor: { type: 'string' },
  failure: anyObjectOrNull,
  startedAt: instantOrNull,
  finishedAt: instantOrNull,
  liftedAt: instantOrNull,
  liftedBy: textOrNull,
});
export type ErasureAnswer = FromSchema<typeof erasure>;
export const erasurePage = pageOf(erasure);
export const erasuresQuery = optional({ ...paging });
export type ErasuresQuery = FromSchema<typeof erasuresQuery>;

/** Lets what systems tell of an erased person in again. */
export const liftErasure = {
  type: 'object',
  properties: { reason },
  required: ['reason'],
  additionalProperties: false,
} as const;
export type LiftErasure = FromSchema<typeof liftErasure>;

/** On a record: that the person was erased, when and why. */
export const recordErasure = strict({
  id: count,
  at: instant,
  reason: { type: 'string' },
  actor: { type: 'string' },
  state: { enum: ['running', 'done', 'failed'] },
  liftedAt: instantOrNull,
});
