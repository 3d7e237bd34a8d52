import type { FromSchema, Schema } from './schema-type.js';

/** Text for people in both languages. */
export const wording = {
  type: 'object',
  properties: { en: { type: 'string' }, zh: { type: 'string' } },
  required: ['en', 'zh'],
  additionalProperties: false,
} as const;
export type Wording = FromSchema<typeof wording>;

/** RFC 3339 instant, UTC, milliseconds. */
export const instant = { type: 'string', format: 'date-time' } as const;
export const instantOrNull = { type: ['string', 'null'], format: 'date-time' } as const;
export const textOrNull = { type: ['string', 'null'] } as const;
export const uuid = { type: 'string', format: 'uuid' } as const;
/** Id of a connection or flow. */
export const slug = { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
/** Any JSON object; what is in it is described elsewhere (the canonical model, a vendor, a connector). */
export const anyObject = { type: 'object', additionalProperties: true } as const;
export const anyObjectOrNull = { type: ['object', 'null'], additionalProperties: true } as const;

/** Query parameters of every list. */
export const paging = {
  limit: { type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Most items of one page.' },
  cursor: {
    type: 'string',
    maxLength: 512,
    pattern: '^[A-Za-z0-9_-]+$',
    description: 'Where the page begins: `next` of the page before.',
  },
} as const;

/** A page of items; `next` is null on the last one. */
export function pageOf<const Item extends Schema>(item: Item) {
  return {
    type: 'object',
    properties: {
      items: { type: 'array', items: item },
      next: { type: ['string', 'null'], description: 'Address of the next page.' },
    },
    required: ['items', 'next'],
    additionalProperties: false,
  } as const;
}

/** A strict object: every listed property is required unless named optional, and no other is allowed. */
export function strict<const Properties extends { readonly [name: string]: Schema }>(properties: Properties) {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties) as readonly string[] as readonly (keyof Properties)[],
    additionalProperties: false,
  } as const;
}

/** A strict object whose properties may all be missing. */
export function optional<const Properties extends { readonly [name: string]: Schema }>(properties: Properties) {
  return { type: 'object', properties, additionalProperties: false } as const;
}

/** A refused request (RFC 9457). */
export const problem = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    docs: { type: 'string' },
    retryable: { type: 'boolean' },
    retryAfterMs: { type: 'integer' },
    errors: {
      type: 'array',
      items: strict({ pointer: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } }),
    },
  },
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId', 'docs', 'retryable'],
  additionalProperties: false,
} as const;
export type Problem = FromSchema<typeof problem>;
