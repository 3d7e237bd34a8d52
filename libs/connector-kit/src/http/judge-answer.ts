import type { Failure } from '../failure.js';
import { makeFailure } from '../make-failure.js';
import type { AttemptAnswer } from './attempt.js';
import { withoutQuery } from './call-path.js';
import type { HttpClientOptions } from './client-options.js';
import type { PreparedCall } from './prepare-call.js';
import type { ReadBody } from './read-answer.js';
import { retryAfterMs } from './retry-after.js';
import { sortByStatus } from './sort-by-status.js';

const BODY_FAULTS = {
  html: [
    'http.html-answer',
    'The system answered with a web page instead of data; check the base URL.',
    '对方系统返回的是网页而不是数据，请检查服务地址。',
  ],
  json: ['http.broken-json', 'The answer is not valid JSON.', '对方系统返回的 JSON 无效。'],
  empty: ['http.empty-answer', 'The answer is empty although it says that it is JSON.', '对方系统的应答为空。'],
} as const;

/**
 * Says whether an answer is a success, by the connector's own table, then by body and status.
 *
 * @returns undefined for success
 */
export function judgeAnswer(
  call: PreparedCall,
  answer: AttemptAnswer,
  read: ReadBody,
  sortAnswer: HttpClientOptions['sortAnswer'],
  now: Date,
): Failure | undefined {
  const toSort = {
    status: answer.status,
    headers: answer.headers,
    body: read.body,
    call: {
      method: call.method,
      path: withoutQuery(call.path),
      ...(call.template === undefined ? {} : { template: call.template }),
      idempotent: call.idempotent,
    },
  };
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const failure = isSuccess && read.fault ? undefined : sortAnswer?.(toSort);
  const sorted = failure ?? bodyFault(isSuccess, read, call) ?? sortByStatus(toSort);
  if (!sorted) return undefined;
  return withRetryAfter(asUnknown(sorted, answer.status, call), answer.headers['retry-after'], now);
}

function bodyFault(isSuccess: boolean, read: ReadBody, call: PreparedCall): Failure | undefined {
  if (!isSuccess || !read.fault) return undefined;
  const [code, en, zh] = BODY_FAULTS[read.fault];
  // A write was answered with a success, only the words are lost: it may well have taken effect.
  return makeFailure(call.idempotent ? 'contract' : 'unknown', code, en, zh);
}

/** The kit's own verdict on a 5xx of a write that may have happened; a connector's verdict (another code) stands. */
function asUnknown(failure: Failure, status: number, call: PreparedCall): Failure {
  const isOurs = failure.code.startsWith('http.');
  return isOurs && failure.kind === 'transient' && status >= 500 && !call.idempotent
    ? { ...failure, kind: 'unknown' }
    : failure;
}

function withRetryAfter(failure: Failure, header: string | undefined, now: Date): Failure {
  if (failure.retryAfterMs !== undefined) return failure;
  const waitMs = retryAfterMs(header, now);
  return waitMs === undefined ? failure : { ...failure, retryAfterMs: waitMs };
}
