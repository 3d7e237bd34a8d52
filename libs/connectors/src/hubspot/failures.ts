import type { Connector, Failure, FailureKind, Json, JsonObject, Wording } from '@isthmus/connector-kit';

type Answer = Parameters<NonNullable<Connector['sortAnswer']>>[0];

interface Rule {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: Wording;
}

/**
 * What an error category of HubSpot means. Categories and the error body: generated types of npm `@hubspot/api-client` 13.5;
 * which statuses may be retried: the retry decorator of the same package.
 */
const byCategory: { readonly [category: string]: Rule } = {
  OBJECT_NOT_FOUND: rule(
    'gone',
    'not-found',
    'HubSpot does not hold this object any more.',
    'HubSpot 中已不存在此对象。',
  ),
  OBJECT_ALREADY_EXISTS: rule(
    'invalid',
    'already-exists',
    'HubSpot already holds an object with this unique value.',
    'HubSpot 中已存在具有相同唯一值的对象。',
  ),
  CONFLICT: rule(
    'invalid',
    'already-exists',
    'HubSpot already holds an object with this unique value.',
    'HubSpot 中已存在具有相同唯一值的对象。',
  ),
  VALIDATION_ERROR: rule(
    'invalid',
    'validation',
    'HubSpot refuses a value. Correct the value or the mapping, then release the record.',
    'HubSpot 拒绝了某个值。请更正该值或映射后重新放行。',
  ),
  PROPERTY_DOESNT_EXIST: rule(
    'invalid',
    'unknown-property',
    'A property does not exist in this HubSpot account. Create it in HubSpot or correct the mapping.',
    '此 HubSpot 账户中不存在某个属性。请在 HubSpot 中创建该属性或更正映射。',
  ),
  CONFLICTING_UNIQUE_VALUE: rule(
    'invalid',
    'already-exists',
    'HubSpot already holds an object with this unique value.',
    'HubSpot 中已存在具有相同唯一值的对象。',
  ),
  MISSING_SCOPES: rule(
    'auth',
    'missing-scopes',
    'The app lacks permissions. Add the scopes that the message names to the private app.',
    '应用缺少权限。请在私有应用中添加提示中的权限范围。',
  ),
  INVALID_AUTHENTICATION: rule(
    'auth',
    'invalid-token',
    'HubSpot refuses the access token. Enter a new one in the connection.',
    'HubSpot 拒绝访问令牌。请在连接中填写新的令牌。',
  ),
  EXPIRED_AUTHENTICATION: rule(
    'auth',
    'expired-token',
    'The access token has expired. Enter a new one in the connection.',
    '访问令牌已过期。请在连接中填写新的令牌。',
  ),
};

const byStatus: { readonly [status: number]: Rule } = {
  401: rule(
    'auth',
    'invalid-token',
    'HubSpot refuses the access token. Enter a new one in the connection.',
    'HubSpot 拒绝访问令牌。请在连接中填写新的令牌。',
  ),
  403: rule(
    'auth',
    'forbidden',
    'The access token may not do this. Check the scopes of the private app.',
    '访问令牌无权执行此操作。请检查私有应用的权限范围。',
  ),
  404: rule('gone', 'not-found', 'HubSpot does not hold this object any more.', 'HubSpot 中已不存在此对象。'),
  409: rule(
    'invalid',
    'already-exists',
    'HubSpot already holds an object with this unique value.',
    'HubSpot 中已存在具有相同唯一值的对象。',
  ),
  423: rule(
    'transient',
    'locked',
    'HubSpot holds a lock on this object; we try again.',
    '该对象在 HubSpot 中被锁定，将自动重试。',
  ),
};

const refused = rule('invalid', 'bad-request', 'HubSpot refuses the request.', 'HubSpot 拒绝了该请求。');

/** Sorts an answer of HubSpot; undefined leaves success to the caller, 5xx and unknown end points to the kit. */
export function sortAnswer(answer: Answer): Failure | undefined {
  if (answer.status < 300) return undefined;
  const body = asObject(answer.body);
  if (answer.status === 429) return rateLimited(body, answer.headers);
  // A 404 without a category is an end point that does not exist: the kit says so.
  if (answer.status >= 500 || (answer.status === 404 && categoryOf(body) === '')) return undefined;
  return sortError(body, answer.status);
}

/** Sorts one error object: the body of a refused call, or an entry of `errors` of a partly successful batch. */
export function sortError(error: JsonObject, status?: number): Failure {
  const found = byCategory[categoryOf(error)] ?? (status === undefined ? undefined : byStatus[status]) ?? refused;
  const text = textOf(error['message']).slice(0, 500);
  const existing = /existing id:?\s*(\d+)/i.exec(text)?.[1] ?? /\b(\d+) already has that value/i.exec(text)?.[1];
  const field = fieldOf(error, text);
  return {
    kind: found.kind,
    code: found.code,
    message:
      text === ''
        ? found.message
        : { en: `${found.message.en} HubSpot says: ${text}`, zh: `${found.message.zh} HubSpot 提示：${text}` },
    ...(field === undefined ? {} : { field }),
    details: details(error, status, existing),
  };
}

function categoryOf(error: JsonObject): string {
  const sub = textOf(error['subCategory']);
  const last = sub.slice(sub.lastIndexOf('.') + 1);
  if (last in byCategory) return last;
  const detail = firstDetail(error);
  const code = textOf(detail['code']);
  if (code in byCategory && code !== 'VALIDATION_ERROR') return code;
  return textOf(error['category']);
}

/** 429: the policy says how long to pause: 10 s for the rolling window, 1 s for search, until the day turns for the daily quota. */
function rateLimited(body: JsonObject, headers: { readonly [name: string]: string }): Failure {
  const policy = textOf(body['policyName']) || (/secondly limit/i.test(textOf(body['message'])) ? 'SECONDLY' : '');
  const waits: { readonly [policy: string]: number } = {
    TEN_SECONDLY_ROLLING: 10_000,
    SECONDLY: 1000,
    DAILY: 3_600_000,
  };
  return {
    kind: 'rate-limited',
    code: policy === 'DAILY' ? 'hubspot.daily-quota' : 'hubspot.rate-limited',
    message:
      policy === 'DAILY'
        ? { en: 'The daily quota of the HubSpot account is used up.', zh: 'HubSpot 账户的每日调用额度已用完。' }
        : { en: 'HubSpot asks us to slow down.', zh: 'HubSpot 要求降低调用频率。' },
    // A Retry-After header is read by the kit.
    ...(headers['retry-after'] ? {} : { retryAfterMs: waits[policy] ?? 10_000 }),
    details: { status: 429, ...(policy === '' ? {} : { policy }) },
  };
}

function details(
  error: JsonObject,
  status: number | undefined,
  existing: string | undefined,
): { readonly [name: string]: string | number } {
  const category = textOf(error['category']);
  const correlationId = textOf(error['correlationId']);
  return {
    ...(status === undefined ? {} : { status }),
    ...(category === '' ? {} : { category }),
    ...(correlationId === '' ? {} : { correlationId }),
    ...(existing === undefined ? {} : { existingId: existing }),
  };
}

function fieldOf(error: JsonObject, text: string): string | undefined {
  const context = asObject(firstDetail(error)['context'] ?? error['context'] ?? null);
  const named = context['propertyName'];
  const name = Array.isArray(named) ? named[0] : (named ?? firstDetail(error)['in']);
  if (typeof name === 'string' && /^[a-z0-9_]+$/i.test(name)) return `properties.${name}`;
  const quoted = /property "?([a-z][a-z0-9_]*)"? /i.exec(text)?.[1];
  return quoted === undefined ? undefined : `properties.${quoted}`;
}

function firstDetail(error: JsonObject): JsonObject {
  const list = error['errors'];
  return Array.isArray(list) ? asObject(list[0] ?? null) : {};
}

function asObject(value: Json | string): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function rule(kind: FailureKind, code: string, en: string, zh: string): Rule {
  return { kind, code: `hubspot.${code}`, message: { en, zh } };
}
