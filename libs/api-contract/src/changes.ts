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
  wording,
} from './parts.js';
import type { FromSchema } from './schema-type.js';

export const changeStates = [
  'fetch',
  'pending',
  'waiting',
  'review',
  'merged',
  'unchanged',
  'stale',
  'ignored',
  'rejected',
  'dead',
] as const;

const changeFields = {
  id: { type: 'string' },
  receivedAt: instant,
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  entity: { type: 'string' },
  nativeId: { type: 'string' },
  kind: { enum: ['upsert', 'delete'] },
  origin: { type: 'string' },
  state: { enum: changeStates },
  sourceAt: instantOrNull,
  attempts: count,
  waitingOn: textOrNull,
  reason: anyObjectOrNull,
  recordId: { type: ['string', 'null'], format: 'uuid' },
  recordVersion: { type: ['integer', 'null'] },
  mappingVersion: { type: ['integer', 'null'] },
  settledAt: instantOrNull,
} as const;

/** Something that a connection told the hub. */
export const change = strict(changeFields);
export type ChangeAnswer = FromSchema<typeof change>;
export const changePage = pageOf(change);
/** A change with its row as it came; values of personal fields are masked unless asked for. */
export const changeDetail = strict({ ...changeFields, raw: {}, masked: { type: 'boolean' } });
export type ChangeDetail = FromSchema<typeof changeDetail>;
export const changesQuery = optional({
  ...paging,
  state: { enum: changeStates },
  connection: { type: 'string', maxLength: 64 },
  stream: { type: 'string', maxLength: 128 },
  nativeId: { type: 'string', maxLength: 256 },
});
export type ChangesQuery = FromSchema<typeof changesQuery>;
export const changeQuery = optional({
  unmask: { type: 'boolean', description: 'Show personal data. The look is written to the audit.' },
});
export type ChangeQuery = FromSchema<typeof changeQuery>;

/**
 * A person's decision about a change in review. A new object: `link` it to a record or `create` one. A deletion: `keep` the record,
 * `recreate` the object there, `delete` it everywhere, or `archive` it. Something deleted that speaks again: `restore` it, `create` something
 * new, or `ignore` it.
 */
export const decideChange = {
  ...optional({
    link: uuid,
    create: { const: true },
    keep: { const: true },
    recreate: { const: true },
    delete: { const: true },
    archive: { const: true },
    restore: { const: true },
    ignore: { const: true },
  }),
  minProperties: 1,
  maxProperties: 1,
} as const;
export type DecideChange = FromSchema<typeof decideChange>;

/** A dead letter: a change or replica that waits for a person. */
export const deadLetter = strict({
  id: { type: 'string', description: '`change:<id>` or `replica:<record id>:<connection>`.' },
  stage: { enum: ['capture', 'merge', 'deliver'] },
  code: { type: 'string' },
  path: textOrNull,
  message: { anyOf: [wording, { type: 'null' }] },
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  entity: { type: 'string' },
  nativeId: textOrNull,
  recordId: { type: ['string', 'null'], format: 'uuid' },
  since: instant,
});
export type DeadLetterAnswer = FromSchema<typeof deadLetter>;
export const deadLetterPage = pageOf(deadLetter);

/** Dead letters with one cause: fix once, release all. */
export const deadLetterGroup = strict({
  stage: { enum: ['capture', 'merge', 'deliver'] },
  connectionId: { type: 'string' },
  entity: { type: 'string' },
  code: { type: 'string' },
  path: textOrNull,
  message: { anyOf: [wording, { type: 'null' }] },
  count,
  firstAt: instant,
  lastAt: instant,
  sample: { type: 'string', description: 'Id of one of them.' },
});
export type DeadLetterGroup = FromSchema<typeof deadLetterGroup>;
export const deadLetterGroups = strict({ items: { type: 'array', items: deadLetterGroup }, total: count });
export const deadLettersQuery = optional({
  ...paging,
  groupBy: { const: 'cause' },
  connection: { type: 'string', maxLength: 64 },
  entity: { type: 'string', maxLength: 64 },
  code: { type: 'string', maxLength: 128 },
});
export type DeadLettersQuery = FromSchema<typeof deadLettersQuery>;

const releaseFilter = {
  ...optional({
    code: { type: 'string', minLength: 1, maxLength: 128 },
    connection: { type: 'string', minLength: 1, maxLength: 64 },
    entity: { type: 'string', minLength: 1, maxLength: 64 },
  }),
  minProperties: 1,
} as const;
/** Which dead letters to try again: named ones, or all of a cause. */
export const replayDeadLetters = {
  ...optional({
    ids: {
      type: 'array',
      items: { type: 'string', maxLength: 160, pattern: '^(change:\\d{1,19}|replica:[0-9a-f-]{36}:.+)$' },
      minItems: 1,
      maxItems: 1000,
      uniqueItems: true,
    },
    filter: releaseFilter,
  }),
  minProperties: 1,
  maxProperties: 1,
} as const;
export type ReplayDeadLetters = FromSchema<typeof replayDeadLetters>;
/** What a release did. */
export const replayResult = strict({
  changes: count,
  replicas: count,
  superseded: {
    ...count,
    description: 'Changes that a newer one of the same object has overtaken; they are settled as stale.',
  },
});
export type ReplayResult = FromSchema<typeof replayResult>;

export const conflictStates = ['open', 'record', 'incoming', 'joined', 'value', 'superseded'] as const;
const conflictFields = {
  id: { type: 'string' },
  recordId: uuid,
  entity: { type: 'string' },
  label: { type: 'string' },
  pointer: { type: 'string' },
  connectionId: { type: 'string' },
  changeId: { type: 'string' },
  recordValue: {},
  incomingValue: {},
  baseValue: {},
  state: { enum: conflictStates },
  policy: { ...textOrNull, description: 'Policy that chose, such as latest or owner.' },
  why: { ...textOrNull, description: 'Which rule of the policy decided, such as newer.' },
  words: { ...wording, description: 'What was decided and why, for people.' },
  recordBy: { ...textOrNull, description: "Connection that had set the record's value; hub = a person." },
  recordAt: instantOrNull,
  incomingAt: instantOrNull,
  decidedValue: { description: 'The value that policy made of both sides, or that a person gave.' },
  at: instant,
  decidedAt: instantOrNull,
  decidedBy: { ...textOrNull, description: 'The person who decided; null = policy did.' },
} as const;
/** A field that two sides changed, or that one changed without owning it. */
export const conflict = strict(conflictFields);
export type ConflictAnswer = FromSchema<typeof conflict>;
export const conflictPage = pageOf(conflict);
/** A conflict beside what both sides hold at this moment. */
export const conflictDetail = strict({
  ...conflictFields,
  now: strict({
    recordVersion: count,
    recordValue: { description: 'What the record holds now.' },
    sourceValue: { description: 'What the source last said, or was last told.' },
  }),
});
export type ConflictDetail = FromSchema<typeof conflictDetail>;
const conflictField = { type: 'string', minLength: 1, maxLength: 200 } as const;
export const conflictsQuery = optional({
  ...paging,
  state: { enum: conflictStates },
  entity: { type: 'string', maxLength: 64 },
  record: uuid,
  connection: { type: 'string', maxLength: 64 },
  field: { ...conflictField, description: 'Canonical path with dots, such as credit.limit; covers what is below it.' },
  policy: { type: 'string', maxLength: 32 },
});
export type ConflictsQuery = FromSchema<typeof conflictsQuery>;
/** One side's value, or another one; `value: null` takes the field out. */
export const decideConflict = {
  ...optional({ take: { enum: ['record', 'incoming'] }, value: {} }),
  minProperties: 1,
  maxProperties: 1,
} as const;
export type DecideConflict = FromSchema<typeof decideConflict>;
const conflictsFilter = {
  ...optional({
    entity: { type: 'string', minLength: 1, maxLength: 64 },
    connection: { type: 'string', minLength: 1, maxLength: 64 },
    record: uuid,
    field: conflictField,
  }),
  minProperties: 1,
} as const;
/** One decision for many open conflicts: at most 500 in a call; `more` in the answer says that some are left. */
export const decideConflicts = {
  type: 'object',
  properties: {
    take: { enum: ['record', 'incoming'] },
    ids: {
      type: 'array',
      items: { type: 'string', pattern: '^\\d{1,19}$' },
      minItems: 1,
      maxItems: 500,
      uniqueItems: true,
    },
    filter: conflictsFilter,
  },
  required: ['take'],
  minProperties: 2,
  maxProperties: 2,
  additionalProperties: false,
} as const;
export type DecideConflicts = FromSchema<typeof decideConflicts>;
/** What a decision for many did. */
export const conflictsDecided = strict({
  decided: count,
  refused: { type: 'array', items: strict({ id: { type: 'string' }, code: { type: 'string' } }) },
  more: { type: 'boolean', description: 'There are open ones left that fit; ask again.' },
});
export type ConflictsDecided = FromSchema<typeof conflictsDecided>;

/** A stored version of a mapping document. */
export const mappingVersion = strict({
  id: count,
  mapping: { type: 'string' },
  hash: { type: 'string' },
  origin: { type: 'string' },
  inUse: { type: 'array', items: strict({ connectionId: { type: 'string' }, stream: { type: 'string' } }) },
  createdAt: instant,
});
export type MappingVersionAnswer = FromSchema<typeof mappingVersion>;
export const mappingVersionPage = pageOf(mappingVersion);
export const mappingVersionDetail = strict({ ...mappingVersion.properties, document: { type: 'string' } });
export const mappingsQuery = optional({ ...paging, mapping: { type: 'string', maxLength: 200 } });
export type MappingsQuery = FromSchema<typeof mappingsQuery>;

/** Who did what, and when. */
export const auditEntry = strict({
  id: { type: 'string' },
  at: instant,
  actor: { type: 'string' },
  action: { type: 'string' },
  object: { type: 'string' },
  details: anyObjectOrNull,
});
export type AuditEntry = FromSchema<typeof auditEntry>;
export const auditPage = pageOf(auditEntry);
export const auditQuery = optional({
  ...paging,
  actor: { type: 'string', maxLength: 128 },
  object: { type: 'string', maxLength: 256 },
});
export type AuditQuery = FromSchema<typeof auditQuery>;
