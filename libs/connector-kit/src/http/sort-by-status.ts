import type { AnswerToSort } from '../contract.js';
import type { Failure, FailureKind } from '../failure.js';
import type { Json } from '../json.js';
import { makeFailure } from '../make-failure.js';

/** What a vendor's error body says about one refused record. */
export interface RefusalText {
  /** Native path of the field that is complained about. */
  readonly field?: string | undefined;
  /** The vendor's own words, shown to the admin after ours. */
  readonly text?: string | undefined;
}

const LONGEST_VENDOR_TEXT = 300;

/**
 * Sorts an answer by its HTTP status alone; undefined for success (2xx). A connector calls it for what its own table does not
 * know, with a hook that reads field and words out of the vendor's error body.
 */
export function sortByStatus(
  answer: AnswerToSort,
  readRefusal?: (body: Json | string) => RefusalText | undefined,
): Failure | undefined {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const { kind, code, en, zh } = rowFor(answer);
  const refusal = status < 500 ? readRefusal?.(answer.body) : undefined;
  const words = refusal?.text?.trim().slice(0, LONGEST_VENDOR_TEXT);
  return makeFailure(kind, code, words ? `${en} ${words}` : en, words ? `${zh}${words}` : zh, {
    ...(refusal?.field ? { field: refusal.field } : {}),
    details: { status },
  });
}

interface Sorted {
  readonly kind: FailureKind;
  readonly code: string;
  readonly en: string;
  readonly zh: string;
}

function rowFor(answer: AnswerToSort): Sorted {
  const { status } = answer;
  if (status < 400)
    return sorted(
      'contract',
      'http.redirect',
      'The system answered with a redirect; check the base URL.',
      '对方系统返回了重定向，请检查服务地址。',
    );
  if (status === 401 || status === 403) return AUTH;
  if (status === 404 || status === 410) return isItem(answer) ? GONE : NO_END_POINT;
  if (status === 409 || status === 412)
    return sorted(
      'conflict',
      'http.conflict',
      'The system holds a newer version of this record.',
      '对方系统中该记录已有更新的版本。',
    );
  if (status === 429)
    return sorted(
      'rate-limited',
      'http.rate-limited',
      'The system asks for fewer calls.',
      '对方系统限流，稍后自动重试。',
    );
  if (status === 408 || status === 425)
    return sorted('transient', 'http.busy', 'The system asks to call again later.', '对方系统要求稍后重试。');
  if (status === 405 || status === 501) return NO_END_POINT;
  if (status >= 500)
    return sorted(
      'transient',
      'http.server-error',
      `The system failed with status ${status}.`,
      `对方系统出错（状态码 ${status}）。`,
    );
  return sorted(
    'invalid',
    'http.refused',
    `The system refused the record with status ${status}.`,
    `对方系统拒绝了该记录（状态码 ${status}）。`,
  );
}

const sorted = (kind: FailureKind, code: string, en: string, zh: string): Sorted => ({ kind, code, en, zh });
const AUTH = sorted(
  'auth',
  'http.auth',
  'The system refuses the credentials of this connection.',
  '对方系统拒绝了该连接的凭据。',
);
const GONE = sorted('gone', 'http.gone', 'The record does not exist there any more.', '该记录在对方系统中已不存在。');
const NO_END_POINT = sorted(
  'contract',
  'http.no-end-point',
  'The system has no such end point; check base URL and path.',
  '对方系统没有该接口，请检查服务地址和路径。',
);

/** A 404 means a gone record only where the path names one; a collection that is not found is a wrong address. */
function isItem({ call }: AnswerToSort): boolean {
  if (!call) return true;
  if (call.template !== undefined) return call.template.includes('{');
  return call.method !== 'POST';
}
