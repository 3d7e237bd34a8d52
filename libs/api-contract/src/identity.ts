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
import { fieldDifference } from './records.js';
import type { FromSchema } from './schema-type.js';

const texts = { type: 'array', items: { type: 'string' } } as const;

/** A record that a native object may be, beside what the object says. */
export const reviewCandidate = strict({
  recordId: uuid,
  label: { type: 'string' },
  version: count,
  recordStatus: { type: 'string' },
  why: { type: 'string', description: 'Why the hub did not link it by itself.' },
  shared: { ...texts, description: 'Kinds of identity keys that both hold.' },
  against: { ...texts, description: 'Kinds of strong keys in which they differ.' },
  systems: { ...texts, description: 'Connections in which the record has a copy.' },
  body: anyObject,
  differences: {
    type: 'array',
    items: fieldDifference,
    description: 'Side by side: `before` is what the record holds, `after` what the object says.',
  },
});

/** A native object that waits for a person to say which record it is. */
export const identityReview = strict({
  id: { type: 'string', description: 'Id of the change; also for `/changes/{id}`.' },
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  entity: { type: 'string' },
  nativeId: { type: 'string' },
  since: instant,
  label: { type: 'string' },
  masked: { type: 'boolean' },
  incoming: {
    ...anyObjectOrNull,
    description: 'What the object says, in canonical form; null = it cannot be mapped any more.',
  },
  keys: { type: 'array', items: strict({ kind: { type: 'string' }, strength: { type: 'string' } }) },
  candidates: { type: 'array', items: reviewCandidate },
});
export type IdentityReview = FromSchema<typeof identityReview>;
export const identityReviewPage = pageOf(identityReview);
export const identityReviewsQuery = optional({
  ...paging,
  entity: { type: 'string', maxLength: 64 },
  connection: { type: 'string', maxLength: 64 },
});
export type IdentityReviewsQuery = FromSchema<typeof identityReviewsQuery>;
export const identityReviewQuery = optional({
  unmask: { type: 'boolean', description: 'Show personal data. The look is written to the audit.' },
});
export type IdentityReviewQuery = FromSchema<typeof identityReviewQuery>;

const sides = { enum: ['survivor', 'other'] } as const;
const choices = { type: 'object', additionalProperties: sides, maxProperties: 200 } as const;

/** Which record it is, a new one, or: the candidates are one, into which the object is linked. */
export const decideReview = {
  ...optional({
    link: uuid,
    create: { const: true },
    mergeInto: { ...uuid, description: 'One of the candidates: the others are merged into it first.' },
  }),
  minProperties: 1,
  maxProperties: 1,
} as const;
export type DecideReview = FromSchema<typeof decideReview>;
export const reviewDecided = strict({
  changeId: { type: 'string' },
  state: { type: 'string' },
  merges: { ...texts, description: 'Ids of the merges that were made.' },
});
export type ReviewDecided = FromSchema<typeof reviewDecided>;

/** Make one record of two. */
export const mergeRecord = {
  ...optional({
    other: { ...uuid, description: 'The record that becomes part of this one.' },
    fields: {
      ...choices,
      description: "JSON Pointer → whose value is taken. Else this record's value where it has one.",
    },
    keep: { ...choices, description: 'Connection → whose copy is kept in step, where both have one.' },
    doubles: {
      enum: ['keep', 'remove'],
      description: "What becomes of the second copy in a system. Else the flow's policy.",
    },
    dryRun: { type: 'boolean', description: 'Only say what would be done.' },
    survivorVersion: { ...count, description: 'The version that was looked at; 412 when it has moved on.' },
    otherVersion: count,
  }),
  required: ['other'],
} as const;
export type MergeRecord = FromSchema<typeof mergeRecord>;

export const movedReplica = strict({
  connectionId: { type: 'string' },
  stream: { type: 'string' },
  nativeId: textOrNull,
  of: sides,
  what: { enum: ['stays', 'moves', 'kept-double', 'removed-double', 'gone', 'dropped'] },
});
const reference = strict({ recordId: uuid, entity: { type: 'string' }, pointers: texts });

/** What a merge did, or would do. */
export const mergeReport = strict({
  dryRun: { type: 'boolean' },
  mergeId: textOrNull,
  survivorId: uuid,
  otherId: uuid,
  version: count,
  body: anyObject,
  fields: {
    type: 'array',
    items: {
      type: 'object',
      properties: { pointer: { type: 'string' }, survivor: {}, other: {}, takes: sides },
      required: ['pointer', 'takes'],
      additionalProperties: false,
    },
  },
  shared: texts,
  contradictions: { ...texts, description: 'Kinds of strong keys in which the two differ. Look twice.' },
  replicas: { type: 'array', items: movedReplica },
  references: strict({ count, samples: { type: 'array', items: reference } }),
  conflicts: count,
  reviews: count,
});
export type MergeReportAnswer = FromSchema<typeof mergeReport>;

const native = strict({ connectionId: { type: 'string' }, nativeId: { type: 'string' } });

/** What taking two records apart did. */
export const unmergeReport = strict({
  mergeId: { type: 'string' },
  survivorId: uuid,
  otherId: uuid,
  survivorVersion: count,
  otherVersion: count,
  changes: {
    type: 'array',
    description: 'What was changed since the merge, and with whom it stays.',
    items: strict({
      pointer: { type: 'string' },
      with: sides,
      because: { enum: ['said-by-its-copy', 'unattributed', 'no-place'] },
    }),
  },
  replicas: { type: 'array', items: strict({ ...native.properties, to: sides }) },
  lost: { type: 'array', items: native, description: 'Copies that could not be given back.' },
  since: { type: 'array', items: native, description: 'Matched since the merge: they stay with the survivor.' },
  references: count,
  leftReferences: { type: 'array', items: strict({ recordId: uuid, pointer: { type: 'string' } }) },
});
export type UnmergeReportAnswer = FromSchema<typeof unmergeReport>;

/** A merge in the history of a record. */
export const recordMerge = strict({
  id: { type: 'string' },
  survivorId: uuid,
  otherId: uuid,
  state: { enum: ['merged', 'undone'] },
  report: anyObject,
  actor: { type: 'string' },
  at: instant,
  undoneBy: textOrNull,
  undoneAt: instantOrNull,
});
export type RecordMergeAnswer = FromSchema<typeof recordMerge>;
export const recordMergeList = strict({ items: { type: 'array', items: recordMerge } });

/** Records that one strong key says are one. */
export const duplicateGroup = strict({
  kind: { type: 'string', description: 'Kind of the key that they share.' },
  value: { type: 'string', description: 'The key, masked.' },
  shared: { ...texts, description: 'Kinds of all keys that all of them share.' },
  contradictions: { ...texts, description: 'Kinds of strong keys in which they differ.' },
  suggestedSurvivor: uuid,
  records: {
    type: 'array',
    items: strict({ recordId: uuid, label: { type: 'string' }, version: count, systems: texts, createdAt: instant }),
  },
});
export type DuplicateGroup = FromSchema<typeof duplicateGroup>;
export const duplicatePage = pageOf(duplicateGroup);
export const duplicatesQuery = {
  ...optional({ ...paging, entity: { type: 'string', maxLength: 64 } }),
  required: ['entity'],
} as const;
export type DuplicatesQuery = FromSchema<typeof duplicatesQuery>;

const samples = { ...texts, description: 'Ids of some of them: records, or changes for what is not matched.' };
const matched = { count, samples } as const;

/** What the first sync of a flow found, and what it would write. */
export const matchingReport = strict({
  flowId: { type: 'string' },
  entity: { type: 'string' },
  at: instant,
  awaitsConfirmationSince: instantOrNull,
  complete: { type: 'boolean', description: 'All members were read to their end and everything read is matched.' },
  streams: {
    type: 'array',
    items: strict({ connectionId: { type: 'string' }, stream: { type: 'string' }, read: { type: 'boolean' } }),
  },
  linked: strict({
    count,
    by: { type: 'array', items: strict({ connectionId: { type: 'string' }, rule: { type: 'string' }, ...matched }) },
  }),
  unmatched: {
    type: 'array',
    description: 'Records that one system alone holds, and where they would be created.',
    items: strict({ connectionId: { type: 'string' }, ...matched, wouldCreateIn: texts }),
  },
  ambiguous: { type: 'array', items: strict({ connectionId: { type: 'string' }, ...matched }) },
  contradictions: { type: 'array', items: strict({ connectionId: { type: 'string' }, ...matched }) },
  duplicates: {
    type: 'array',
    description: 'Objects of one system that say they are what another object of the same system is.',
    items: strict({ connectionId: { type: 'string' }, ...matched }),
  },
  notMatched: {
    type: 'array',
    description: 'Rows that were refused or wait for something.',
    items: strict({ connectionId: { type: 'string' }, state: { type: 'string' }, ...matched }),
  },
  writes: {
    type: 'array',
    description: 'What confirming starts.',
    items: strict({
      connectionId: { type: 'string' },
      creates: count,
      updates: count,
      removes: count,
      unchanged: count,
      underReview: { ...count, description: 'Creates that wait for an identity review.' },
      unwritable: { ...count, description: 'Records that the mapping cannot write.' },
      problems: {
        type: 'array',
        items: strict({ recordId: uuid, code: { type: 'string' }, path: { type: 'string' }, message: wording }),
      },
    }),
  },
  digest: { type: 'string', description: 'Stands for the counts; name it when confirming.' },
});
export type MatchingReport = FromSchema<typeof matchingReport>;
export const confirmMatching = optional({
  digest: {
    type: 'string',
    maxLength: 64,
    description: 'Of the report that was looked at; refused when the counts have changed.',
  },
  incomplete: { const: true, description: 'Begin although not everything was read yet.' },
});
export type ConfirmMatching = FromSchema<typeof confirmMatching>;
