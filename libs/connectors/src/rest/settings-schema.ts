import type { JsonSchema } from '@isthmus/connector-kit';
import { answers, read, signature, webhook, write } from './settings-parts.js';
import { when } from './when.js';

const ORIGIN = {
  type: 'string',
  format: 'uri',
  pattern: '^https?://[^?#@]+$',
  'x-error': {
    en: 'baseUrl must be an http(s) address without credentials, query and fragment.',
    zh: 'baseUrl 必须是不含凭据、查询参数和片段的 http(s) 地址。',
  },
};

const stream = {
  type: 'object',
  additionalProperties: false,
  required: ['title', 'schema', 'key'],
  properties: {
    title: {
      type: 'object',
      additionalProperties: false,
      required: ['en', 'zh'],
      properties: { en: { type: 'string', minLength: 1 }, zh: { type: 'string', minLength: 1 } },
      title: 'Name in both languages / 名称',
    },
    schema: {
      type: 'object',
      $ref: 'https://json-schema.org/draft/2020-12/schema',
      title: 'JSON Schema of one row / 数据结构',
      description: 'JSON Schema 2020-12; may be open: {"type": "object"}.',
    },
    key: {
      type: 'string',
      minLength: 1,
      title: 'Path of the id / 编号路径',
      description: 'Dotted path (order.id) or JSON Pointer (/order/id).',
    },
    modifiedAt: { type: 'string', title: 'Path of the time of change / 修改时间路径' },
    modifiedFormat: { enum: ['rfc3339', 'seconds', 'milliseconds', 'local'], default: 'rfc3339' },
    version: { type: 'string', title: 'Path of the version / 版本路径' },
    read,
    fetch: {
      type: 'object',
      additionalProperties: false,
      required: ['path'],
      properties: {
        path: {
          type: 'string',
          pattern: '^/[^?#{}]*\\{id\\}[^{}]*$',
          'x-error': { en: 'fetch.path must begin with / and hold {id}.', zh: 'fetch.path 必须以 / 开头并包含 {id}。' },
        },
        rowAt: { type: 'string' },
      },
    },
    write,
  },
};

const secret = (title: string, description?: string): JsonSchema => ({
  type: 'string',
  minLength: 1,
  writeOnly: true,
  title,
  ...(description ? { description } : {}),
});

const needs = (kind: string, secretName: string, ...members: string[]): object =>
  when(
    { required: ['auth'], properties: { auth: { required: ['kind'], properties: { kind: { const: kind } } } } },
    { required: [secretName], properties: { auth: { required: members } } },
  );

/** The manifest of a REST connection: settings and secrets. Validates, draws the console form, documents. */
export const settingsSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['baseUrl', 'streams'],
  properties: {
    baseUrl: {
      ...ORIGIN,
      title: 'Base URL / 服务地址',
      description: 'Origin and path before every call, for example https://api.example.com/v2.',
    },
    auth: {
      type: 'object',
      additionalProperties: false,
      required: ['kind'],
      title: 'Credentials / 认证方式',
      properties: {
        kind: { enum: ['none', 'bearer', 'basic', 'header', 'query', 'oauth2', 'hmac'] },
        header: {
          type: 'string',
          pattern: '^[A-Za-z0-9-]+$',
          description: 'header: name of the header that carries the token.',
        },
        prefix: { type: 'string', description: 'header: text before the token.' },
        parameter: {
          type: 'string',
          minLength: 1,
          description: 'query: name of the parameter that carries the token.',
        },
        user: { type: 'string', minLength: 1, description: 'basic: user name.' },
        tokenUrl: {
          type: 'string',
          pattern: '^(/|https?://)',
          description: 'oauth2: path below the base URL, or a whole URL.',
        },
        clientId: { type: 'string', minLength: 1 },
        scope: { type: 'string' },
        credentialsIn: { enum: ['body', 'header'], default: 'body' },
        signature,
      },
    },
    token: secret('Token / 令牌', 'For bearer, header and query.'),
    password: secret('Password / 密码', 'For basic.'),
    clientSecret: secret('Client secret / 客户端密钥', 'For oauth2.'),
    signingSecret: secret('Signing secret / 签名密钥', 'For hmac.'),
    webhookSecret: secret('Webhook secret / 回调密钥'),
    previousWebhookSecret: secret(
      'Previous webhook secret / 旧回调密钥',
      'Accepted as well while the secret is rotated.',
    ),
    headers: {
      type: 'object',
      additionalProperties: { type: 'string' },
      propertyNames: { pattern: '^[A-Za-z0-9-]+$' },
      title: 'Fixed headers / 固定请求头',
      description: 'No secrets here: these are shown.',
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      title: 'Limits / 限制',
      properties: {
        requestsPerSecond: { type: 'number', exclusiveMinimum: 0 },
        burst: { type: 'integer', minimum: 1 },
        concurrency: { type: 'integer', minimum: 1, maximum: 64 },
        timeoutMs: { type: 'integer', minimum: 100, maximum: 600_000 },
        maxAnswerBytes: { type: 'integer', minimum: 1024, maximum: 268_435_456 },
      },
    },
    utcOffset: {
      type: 'string',
      pattern: '^(Z|[+-]\\d{2}:\\d{2})$',
      default: 'Z',
      title: 'Offset of local times / 本地时间时区',
      description: 'For example +08:00.',
    },
    answers,
    checkPath: { type: 'string', pattern: '^/', title: 'Path for the connection test / 连接测试路径' },
    streams: {
      type: 'object',
      minProperties: 1,
      maxProperties: 100,
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_-]*$' },
      additionalProperties: stream,
      title: 'Streams / 数据流',
    },
    webhook,
  },
  allOf: [
    needs('bearer', 'token'),
    needs('basic', 'password', 'user'),
    needs('header', 'token', 'header'),
    needs('query', 'token', 'parameter'),
    needs('oauth2', 'clientSecret', 'tokenUrl', 'clientId'),
    needs('hmac', 'signingSecret', 'signature'),
    when(
      {
        required: ['webhook'],
        properties: { webhook: { anyOf: [{ required: ['hmac'] }, { required: ['secretHeader'] }] } },
      },
      { required: ['webhookSecret'] },
    ),
  ],
};
