import { when } from './when.js';

const text = { type: 'string', minLength: 1 };
const path = (en: string, zh: string, pattern: string): object => ({ type: 'string', pattern, 'x-error': { en, zh } });
const plainPath = path(
  'The path must begin with / and hold no placeholder.',
  '路径必须以 / 开头，且不含占位符。',
  '^/[^#{}]*$',
);
const createPath = path(
  'The path must begin with /; its only placeholder is {recordId}.',
  '路径必须以 / 开头，只能使用占位符 {recordId}。',
  '^/([^#{}]|\\{recordId\\})*$',
);
const itemPath = path(
  'The path must begin with / and hold {id} or {recordId}.',
  '路径必须以 / 开头并包含 {id} 或 {recordId}。',
  '^/(?=.*\\{(id|recordId)\\})([^#{}]|\\{(id|recordId)\\})*$',
);
const header = { type: 'string', pattern: '^[A-Za-z0-9-]+$' };
const value = { type: ['string', 'number', 'boolean'] };
const status = { type: 'array', items: { type: 'integer', minimum: 400, maximum: 599 } };
const format = { enum: ['rfc3339', 'seconds', 'milliseconds', 'local'] };
const size = { type: 'integer', minimum: 1, maximum: 10_000 };
const object = (properties: { readonly [name: string]: object }, ...required: string[]): object => ({
  type: 'object',
  additionalProperties: false,
  ...(required.length > 0 ? { required } : {}),
  properties,
});

/** How a signature is made and where it stands. */
export const signature = object(
  {
    header,
    algorithm: { enum: ['sha256', 'sha1', 'sha512', 'md5'], default: 'sha256' },
    encoding: { enum: ['hex', 'base64', 'base64url'], default: 'hex' },
    prefix: { type: 'string' },
    timestampHeader: header,
    timestampUnit: { enum: ['seconds', 'milliseconds', 'rfc3339'], default: 'seconds' },
    signs: { type: 'array', minItems: 1, items: { enum: ['method', 'url', 'path', 'timestamp', 'body'] } },
    joinedBy: { type: 'string' },
  },
  'header',
);

const pagingNeeds = (kinds: readonly string[], ...required: string[]): object =>
  when({ required: ['kind'], properties: { kind: { enum: kinds } } }, { required });

const paging = {
  ...object(
    {
      kind: { enum: ['none', 'cursor', 'page', 'offset', 'link', 'keyset'] },
      param: text,
      nextAt: text,
      sizeParam: text,
      size,
      startAt: { type: 'integer', minimum: 0 },
      totalAt: text,
      moreAt: text,
      stable: { type: 'boolean', default: false },
      idParam: text,
    },
    'kind',
  ),
  allOf: [
    pagingNeeds(['cursor'], 'param', 'nextAt'),
    pagingNeeds(['page', 'offset'], 'param', 'size'),
    pagingNeeds(['keyset'], 'size'),
  ],
  dependentRequired: { sizeParam: ['size'] },
};

/** How a stream is read. */
export const read = object(
  {
    path: plainPath,
    rowsAt: { type: 'string' },
    query: { type: 'object', additionalProperties: value },
    paging,
    since: object({ param: text, format, overlapSeconds: { type: 'integer', minimum: 0, maximum: 604_800 } }, 'param'),
    pollSeconds: { type: 'integer', minimum: 1, maximum: 86_400, default: 60 },
  },
  'path',
);

const writeMethod = { enum: ['POST', 'PUT', 'PATCH'] };

/** How a stream is written. */
export const write = {
  ...object(
    {
      create: object(
        { method: writeMethod, path: createPath, bodyAt: text, idAt: text, storedAt: { type: 'string' } },
        'path',
        'idAt',
      ),
      update: object(
        {
          method: writeMethod,
          path: itemPath,
          bodyAt: text,
          storedAt: { type: 'string' },
          sends: { enum: ['changed', 'all'] },
          ifMatch: { type: 'boolean', default: false },
        },
        'path',
      ),
      remove: object({ method: { enum: ['DELETE', 'POST'], default: 'DELETE' }, path: itemPath }, 'path'),
      bulk: object(
        {
          method: writeMethod,
          path: plainPath,
          itemsAt: text,
          resultsAt: { type: 'string' },
          okAt: text,
          okValue: value,
          idAt: text,
          storedAt: { type: 'string' },
          errorAt: text,
          fieldAt: text,
          size: { type: 'integer', minimum: 2, maximum: 1000 },
          allOrNothing: { type: 'boolean', default: false },
        },
        'path',
        'idAt',
        'size',
      ),
      idempotency: {
        ...object({
          header,
          field: text,
          upsert: { const: true },
          lookup: object({ path: createPath, rowsAt: { type: 'string' }, field: text }, 'path'),
        }),
        minProperties: 1,
        maxProperties: 1,
        'x-error': {
          en: 'idempotency needs exactly one of header, field, upsert or lookup.',
          zh: 'idempotency 必须且只能设置 header、field、upsert、lookup 之一。',
        },
      },
      concurrency: { type: 'integer', minimum: 1, maximum: 64, default: 4 },
    },
    'idempotency',
  ),
  allOf: [
    when(
      { required: ['bulk'] },
      {
        properties: {
          idempotency: {
            not: { required: ['header'] },
            'x-error': {
              en: 'A bulk call has one header for many rows: use idempotency.field, upsert or lookup.',
              zh: '批量调用的一个请求头无法对应多行，请使用 idempotency.field、upsert 或 lookup。',
            },
          },
        },
      },
    ),
  ],
};

/** How webhooks are verified and read. */
export const webhook = {
  ...object({
    eventIdHeader: header,
    eventIdAt: text,
    hmac: signature,
    secretHeader: header,
    rowsAt: { type: 'string' },
    stream: text,
    streamAt: text,
    streams: { type: 'object', additionalProperties: text },
    rowAt: { type: 'string' },
    idAt: text,
    thin: { type: 'boolean', default: false },
    occurredAt: text,
    occurredFormat: format,
    deleteWhen: object({ at: text, equals: { type: 'array', minItems: 1, items: value } }, 'at', 'equals'),
  }),
  title: 'Webhooks / 回调',
  anyOf: [{ required: ['stream'] }, { required: ['streamAt'] }],
};

/** What answers mean beyond their HTTP status. */
export const answers = {
  ...object({
    retry: status,
    duplicate: status,
    okAt: text,
    okValues: { type: 'array', minItems: 1, items: value },
    retryValues: { type: 'array', items: value },
    messageAt: text,
    fieldAt: text,
  }),
  title: 'Meaning of answers / 应答含义',
  dependentRequired: { okAt: ['okValues'] },
};
