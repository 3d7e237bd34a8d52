import type { Wording } from '../parts.js';
import { controlApiErrors } from './control-errors.js';
import { erasureErrors } from './erasure-errors.js';
import { undoErrors } from './undo-errors.js';
import { identityApiErrors } from './identity-api-errors.js';
import { mappingApiErrors } from './mapping-api-errors.js';

/** An error code of the HTTP API: its status, and what it means to the caller. */
export interface ApiError {
  readonly status: number;
  /** Short and always the same. */
  readonly title: string;
  readonly detail: Wording;
  /** The same request may succeed later. @default false */
  readonly retryable?: boolean;
}

/** Every code that the API answers with. */
export const apiErrors = {
  'auth.missing-key': {
    status: 401,
    title: 'API key missing',
    detail: {
      en: 'Send an API key: "Authorization: Bearer <key>" or "X-API-Key: <key>".',
      zh: '请提供 API 密钥：“Authorization: Bearer <密钥>”或“X-API-Key: <密钥>”。',
    },
  },
  'auth.unknown-key': {
    status: 401,
    title: 'API key not known',
    detail: {
      en: 'The API key is wrong or was revoked. Ask an administrator for a new one.',
      zh: 'API 密钥错误或已被吊销，请向管理员申请新的密钥。',
    },
  },
  'auth.too-many-attempts': {
    status: 429,
    title: 'Too many wrong API keys',
    detail: {
      en: 'Too many wrong keys came from this address. Wait as long as Retry-After says.',
      zh: '该地址提交错误密钥过多，请按 Retry-After 指示的时间等待。',
    },
    retryable: true,
  },
  'request.not-found': {
    status: 404,
    title: 'Not found',
    detail: {
      en: 'There is nothing at this address. Check the path and the id.',
      zh: '该地址不存在，请检查路径和编号。',
    },
  },
  'request.method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    detail: { en: 'This address does not take that method.', zh: '该地址不支持此请求方法。' },
  },
  'request.invalid': {
    status: 400,
    title: 'Request not valid',
    detail: {
      en: 'The request does not fit the description of this address; "errors" names each place.',
      zh: '请求与该接口的说明不符，“errors”中列出了每一处问题。',
    },
  },
  'request.unknown-parameter': {
    status: 400,
    title: 'Query parameter not known',
    detail: { en: 'A query parameter is not known here; "errors" names it.', zh: '存在未知的查询参数，详见“errors”。' },
  },
  'request.bad-cursor': {
    status: 400,
    title: 'Cursor not valid',
    detail: {
      en: 'The cursor does not belong to this list. Begin without one.',
      zh: '游标不属于此列表，请从头开始查询。',
    },
  },
  'request.body-missing': {
    status: 400,
    title: 'Body missing',
    detail: { en: 'This request needs a JSON body.', zh: '此请求需要 JSON 正文。' },
  },
  'request.content-type': {
    status: 415,
    title: 'Content type not supported',
    detail: {
      en: 'Send JSON: "Content-Type: application/json".',
      zh: '请发送 JSON：“Content-Type: application/json”。',
    },
  },
  'request.too-large': {
    status: 413,
    title: 'Body too large',
    detail: {
      en: 'The body is larger than this server accepts. Send it in parts.',
      zh: '请求正文超过服务器允许的大小，请分批发送。',
    },
  },
  'request.malformed': {
    status: 400,
    title: 'Request malformed',
    detail: { en: 'The request could not be read.', zh: '无法读取请求。' },
  },
  'json.syntax': {
    status: 400,
    title: 'Not valid JSON',
    detail: { en: 'The body is not valid JSON.', zh: '正文不是有效的 JSON。' },
  },
  'json.encoding': {
    status: 400,
    title: 'Not valid UTF-8',
    detail: { en: 'The body is not valid UTF-8.', zh: '正文不是有效的 UTF-8 编码。' },
  },
  'json.too-deep': {
    status: 400,
    title: 'JSON nested too deeply',
    detail: { en: 'The body is nested more than 32 levels deep.', zh: '正文嵌套超过 32 层。' },
  },
  'json.too-many-keys': {
    status: 400,
    title: 'Too many keys',
    detail: { en: 'An object in the body has more than 2000 keys.', zh: '正文中某个对象的键超过 2000 个。' },
  },
  'json.dangerous-key': {
    status: 400,
    title: 'Key not allowed',
    detail: {
      en: 'The body has a key that is never allowed (__proto__, constructor, prototype).',
      zh: '正文含有禁止使用的键（__proto__、constructor、prototype）。',
    },
  },
  'json.nul-character': {
    status: 400,
    title: 'NUL character',
    detail: { en: 'A text in the body contains the NUL character.', zh: '正文中的文本含有 NUL 字符。' },
  },
  'json.lone-surrogate': {
    status: 400,
    title: 'Half a character',
    detail: {
      en: 'A text in the body contains half a character (lone surrogate).',
      zh: '正文中的文本含有不完整的字符（孤立代理项）。',
    },
  },
  'precondition.required': {
    status: 428,
    title: 'If-Match required',
    detail: {
      en: "Read the record first and send its ETag as If-Match, so that nobody else's edit is overwritten.",
      zh: '请先读取记录，并将其 ETag 作为 If-Match 发送，以免覆盖他人的修改。',
    },
  },
  'precondition.failed': {
    status: 412,
    title: 'Changed meanwhile',
    detail: {
      en: 'The record has a newer version by now. Read it again and repeat the edit.',
      zh: '记录已有更新的版本，请重新读取后再修改。',
    },
  },
  'idempotency.other-request': {
    status: 422,
    title: 'Idempotency key used before',
    detail: {
      en: 'This Idempotency-Key was used with another body. Use a new key.',
      zh: '该 Idempotency-Key 已用于不同的请求，请使用新的键。',
    },
  },
  'idempotency.still-running': {
    status: 409,
    title: 'Still running',
    detail: {
      en: 'The first request with this Idempotency-Key has not ended yet.',
      zh: '使用该 Idempotency-Key 的首个请求尚未结束。',
    },
    retryable: true,
  },
  'record.invalid': {
    status: 422,
    title: 'Record would not be valid',
    detail: {
      en: 'With this edit the record would break the rules of its entity; "errors" names each place.',
      zh: '此修改将使记录不符合规则，详见“errors”。',
    },
  },
  'record.not-editable': {
    status: 409,
    title: 'Record cannot be edited',
    detail: { en: 'A deleted or merged record cannot be edited.', zh: '已删除或已合并的记录不能修改。' },
  },
  'change.already-settled': {
    status: 409,
    title: 'Change already settled',
    detail: {
      en: 'This change was settled already; there is nothing to replay or to decide.',
      zh: '该变更已处理完毕，无需重放或裁决。',
    },
  },
  'change.cannot-decide': {
    status: 409,
    title: 'Decision does not fit',
    detail: {
      en: 'This decision does not fit the change: link or create for a new object; keep, recreate, delete or archive for a deletion; restore, create or ignore for something deleted that speaks again.',
      zh: '该裁决不适用于此变更：新对象可关联或新建；删除可保留、重建、全部删除或归档；已删除对象再次出现时可恢复、新建或忽略。',
    },
  },
  'delete-brake.already-decided': {
    status: 409,
    title: 'Mass deletion already decided',
    detail: { en: 'Somebody released or rejected these deletions already.', zh: '这批删除已被放行或拒绝。' },
  },
  'record.not-deleted': {
    status: 409,
    title: 'Record is not deleted',
    detail: {
      en: 'Only a deleted or archived record can be taken up again.',
      zh: '只有已删除或已归档的记录才能恢复。',
    },
  },
  'record.replaced': {
    status: 409,
    title: 'Something else took its place',
    detail: {
      en: 'Another record with the same identity key lives by now; "errors" names it. Delete or change that one first.',
      zh: '已有另一条记录使用相同的身份键，详见“errors”。请先处理那一条。',
    },
  },
  'reconcile.not-repairable': {
    status: 409,
    title: 'No plan to repair by',
    detail: {
      en: 'This run has not ended well, or its plan was carried out already. Compare again.',
      zh: '该次对账未成功结束，或其计划已执行。请重新对账。',
    },
  },
  'conflict.already-decided': {
    status: 409,
    title: 'Conflict already decided',
    detail: { en: 'This conflict was decided already.', zh: '该冲突已裁决。' },
  },
  'conflict.not-applicable': {
    status: 409,
    title: 'Value cannot be taken over',
    detail: {
      en: 'The record has changed so much that this value has no place in it any more. Decide for the record, or edit it.',
      zh: '记录变化较大，该值已无处可放。请保留记录的值，或直接修改记录。',
    },
  },
  'stream.not-readable': {
    status: 409,
    title: 'Stream cannot be read',
    detail: {
      en: 'This stream takes part in no active flow that reads it.',
      zh: '该数据流未参与任何读取它的活动流程。',
    },
  },
  'stream.not-comparable': {
    status: 409,
    title: 'Stream cannot be compared',
    detail: {
      en: 'This stream cannot be read in full, so both sides cannot be compared.',
      zh: '该数据流无法完整读取，不能对账。',
    },
  },
  ...mappingApiErrors,
  ...identityApiErrors,
  ...controlApiErrors,
  'api-key.last': {
    status: 409,
    title: 'Last API key',
    detail: {
      en: 'This is the last key that works. Make another one first.',
      zh: '这是最后一个可用密钥，请先创建新的密钥。',
    },
  },
  'hub.unavailable': {
    status: 503,
    title: 'Not available now',
    detail: {
      en: 'The hub cannot reach its database right now. Nothing was changed; try again shortly.',
      zh: '中台暂时无法连接数据库，未做任何更改，请稍后重试。',
    },
    retryable: true,
  },
  'hub.defect': {
    status: 500,
    title: 'Internal error',
    detail: {
      en: 'Something went wrong inside the hub. The log has the details under this request id.',
      zh: '中台内部错误，日志中可按此请求编号查看详情。',
    },
  },
  ...undoErrors,
  ...erasureErrors,
} as const satisfies { readonly [code: string]: ApiError };

/** A code that the API answers with. */
export type ApiErrorCode = keyof typeof apiErrors;
