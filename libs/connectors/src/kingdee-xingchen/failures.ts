import type { Connector, Failure, FailureKind, Json, JsonObject, Wording } from '@isthmus/connector-kit';

type Answer = Parameters<NonNullable<Connector['sortAnswer']>>[0];

interface Rule {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: Wording;
  readonly retryAfterMs?: number;
}

/** Codes that integrators agree on; everything else is told apart by the description. */
const byCode: { readonly [errcode: string]: Rule } = {
  '1030002006': rule(
    'auth',
    'app-key-invalid',
    'Kingdee refuses the app key. Check client id, secret and instance id, and that the account set still authorises the application.',
    '金蝶拒绝应用密钥。请检查 clientId、clientSecret、outerInstanceId 以及账套授权。',
  ),
  '1000202001': rule(
    'auth',
    'token-expired',
    'Kingdee refuses the app-token even after a new one was fetched.',
    '重新获取 app-token 后金蝶仍然拒绝。',
  ),
  '2000002000': rule(
    'transient',
    'system-error',
    'Kingdee reports a system error; we try again.',
    '金蝶系统错误，将自动重试。',
  ),
};

interface TextRule extends Rule {
  readonly pattern: RegExp;
}

/** Descriptions, most telling first: Kingdee publishes no table of codes for these. */
const byText: readonly TextRule[] = [
  {
    pattern: /sign|签名|timestamp|时间戳|clientid/i,
    ...rule(
      'auth',
      'bad-signature',
      'Kingdee refuses the signature. Check client id, client secret and the clock of this machine.',
      '金蝶拒绝签名。请检查 clientId、clientSecret 和本机时间。',
    ),
  },
  {
    pattern: /频繁|too many|limit/i,
    ...rule('rate-limited', 'rate-limited', 'Kingdee asks us to slow down.', '金蝶要求降低调用频率。', 60_000),
  },
  {
    pattern: /已存在|重复|already exist|duplicate/i,
    ...rule(
      'invalid',
      'duplicate-number',
      'Kingdee already holds a record with this number.',
      '金蝶中已存在相同编码的记录。',
    ),
  },
  {
    pattern: /已审核|已关闭|不允许修改|不能修改|audited/i,
    ...rule(
      'invalid',
      'locked-by-state',
      'The document is audited or closed in Kingdee and cannot be changed. Un-audit it there, then release the record.',
      '单据在金蝶中已审核或已关闭，不能修改。请反审核后重新放行。',
    ),
  },
  {
    pattern: /不存在|not exist|not found/i,
    ...rule(
      'missing-reference',
      'unknown-number',
      'Kingdee does not know something that this record names.',
      '金蝶中不存在该记录引用的资料。',
    ),
  },
];

const tooManyCalls = rule(
  'rate-limited',
  'rate-limited',
  'Kingdee asks us to slow down.',
  '金蝶要求降低调用频率。',
  60_000,
);

const byStatus: { readonly [status: number]: Rule } = {
  401: rule('auth', 'refused', 'Kingdee refuses the credentials of this connection.', '金蝶拒绝此连接的凭据。'),
  403: rule(
    'auth',
    'forbidden',
    'Kingdee does not permit this call. Check the authorisation of the application.',
    '金蝶不允许此调用。请检查应用授权。',
  ),
};

const refused = rule('invalid', 'refused', 'Kingdee refuses the record.', '金蝶拒绝该记录。');

/**
 * Sorts a reply: `errcode` 0 (or, from one old end point, `code` 200) is success whatever the HTTP status says otherwise;
 * undefined leaves success to the caller and bare 5xx to the kit.
 */
export function sortAnswer(answer: Answer): Failure | undefined {
  const body = asObject(answer.body);
  const errcode = codeOf(body);
  if (answer.status === 429) return toFailure(tooManyCalls, answer, body);
  if (errcode === undefined) return withoutCode(answer, body);
  if (errcode === '0' && answer.status < 300) return undefined;
  const found = byCode[errcode] ?? byDescription(body) ?? byStatus[answer.status];
  if (found === undefined && answer.status >= 500) return undefined;
  return toFailure(forCall(found ?? refused, answer), answer, body);
}

function withoutCode(answer: Answer, body: JsonObject): Failure | undefined {
  if (answer.status < 300) return toFailure(noEnvelope, answer, body);
  const found = byStatus[answer.status];
  return found === undefined ? undefined : toFailure(found, answer, body);
}

const noEnvelope = rule(
  'contract',
  'unexpected-answer',
  'Kingdee answered without an error code: this is not its documented form. Check the gateway address.',
  '金蝶的应答没有 errcode，与文档不符。请检查网关地址。',
);

function codeOf(body: JsonObject): string | undefined {
  const errcode = body['errcode'];
  if (typeof errcode === 'number' || typeof errcode === 'string') return String(errcode);
  const code = body['code'];
  if (typeof code !== 'number' && typeof code !== 'string') return undefined;
  return String(code) === '200' ? '0' : String(code);
}

function byDescription(body: JsonObject): Rule | undefined {
  const text = descriptionOf(body);
  return byText.find((candidate) => candidate.pattern.test(text));
}

/** A look-up that finds nothing means gone; a save that may have happened before the error is unknown. */
function forCall(found: Rule, answer: Answer): Rule {
  const isRead = answer.call?.method === 'GET';
  if (found.code === 'kingdee-xingchen.unknown-number' && isRead) return gone;
  if (found.code === 'kingdee-xingchen.system-error' && answer.call?.idempotent === false)
    return { ...found, kind: 'unknown' };
  return found;
}

const gone = rule('gone', 'not-found', 'Kingdee does not hold this record any more.', '金蝶中已不存在此记录。');

function toFailure(found: Rule, answer: Answer, body: JsonObject): Failure {
  const text = descriptionOf(body).slice(0, 300);
  const errcode = codeOf(body);
  const field = /\(([a-z_]+)\)\s*$/i.exec(text)?.[1] ?? /参数([a-z_]+)/i.exec(text)?.[1];
  return {
    kind: found.kind,
    code: found.code,
    message:
      text === ''
        ? found.message
        : { en: `${found.message.en} Kingdee says: ${text}`, zh: `${found.message.zh} 金蝶提示：${text}` },
    ...(field === undefined ? {} : { field }),
    // A Retry-After header is read by the kit.
    ...(found.retryAfterMs === undefined || answer.headers['retry-after'] ? {} : { retryAfterMs: found.retryAfterMs }),
    details: { status: answer.status, ...(errcode === undefined ? {} : { errcode }) },
  };
}

function descriptionOf(body: JsonObject): string {
  for (const name of ['description_cn', 'description', 'msg', 'message']) {
    const text = body[name];
    if (typeof text === 'string' && text !== '' && text !== 'success') return text;
  }
  return '';
}

function asObject(value: Json | string): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

function rule(kind: FailureKind, code: string, en: string, zh: string, retryAfterMs?: number): Rule {
  return {
    kind,
    code: `kingdee-xingchen.${code}`,
    message: { en, zh },
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
