import type { Failure } from '../failure.js';
import type { Attempt, AttemptAnswer } from './attempt.js';
import { withoutQuery } from './call-path.js';
import type { Redactor } from './redactor.js';

/** One try of a call, for the attempt log, metrics and traces. Nothing in it holds a secret. */
export interface CallObservation {
  readonly connectionId: string;
  readonly method: string;
  /** Host and port that were called. */
  readonly host: string;
  /** The call's path template, else its path without query. Only a template is fit for a metric's label. */
  readonly path: string;
  readonly templated: boolean;
  /** Absent when no answer came. */
  readonly status?: number;
  /** From the moment the request went out; 0 when it never did. */
  readonly durationMs: number;
  readonly failure?: Pick<Failure, 'kind' | 'code'>;
  readonly requestBytes: number;
  /** Bytes on the wire, before unpacking. */
  readonly answerBytes: number;
  /** Request line, headers and body, redacted, at most 4096 characters. Made only when asked for. */
  requestText(): string;
  /** Headers and body of the answer, redacted, at most 4096 characters; empty when there was none. */
  answerText(): string;
}

const MOST_TEXT = 4_096;
// Redaction shortens; so much is looked at that the cut cannot bring half a secret into view.
const LOOKED_AT = 4 * MOST_TEXT;
const TAIL = 512;

/** What is known of one try when it is over. */
export interface Observed {
  readonly connectionId: string;
  readonly template: string | undefined;
  readonly attempt: Attempt;
  readonly answer: AttemptAnswer | undefined;
  readonly answerBody: string;
  readonly failure: Failure | undefined;
  readonly durationMs: number;
}

/** Builds the observation of one try; texts are made lazily, since most observers only count. */
export function observe(observed: Observed, redactor: Redactor): CallObservation {
  const { attempt, answer, failure, template } = observed;
  return {
    connectionId: observed.connectionId,
    method: attempt.method,
    host: new URL(attempt.origin).host,
    path: template ?? redactor.text(withoutQuery(attempt.path)),
    templated: template !== undefined,
    ...(answer ? { status: answer.status } : {}),
    durationMs: observed.durationMs,
    ...(failure ? { failure: { kind: failure.kind, code: failure.code } } : {}),
    requestBytes: attempt.body === undefined ? 0 : Buffer.byteLength(attempt.body),
    answerBytes: answer?.wireBytes ?? 0,
    requestText: () => requestText(attempt, redactor),
    answerText: () =>
      answer
        ? `${headerLines(answer.headers, redactor)}\n${redactedBody(observed.answerBody, redactor)}`.slice(0, MOST_TEXT)
        : '',
  };
}

function requestText(attempt: Attempt, redactor: Redactor): string {
  const path = withoutQuery(attempt.path);
  const query = attempt.path.slice(path.length + 1);
  const line = `${attempt.method} ${redactor.text(path)}${query ? `?${redactor.query(query)}` : ''}`;
  const body = typeof attempt.body === 'string' ? attempt.body : (attempt.body?.toString('utf8') ?? '');
  const isForm = (attempt.headers['content-type'] ?? '').includes('form-urlencoded');
  const shown = isForm ? redactor.query(body.slice(0, LOOKED_AT)) : redactedBody(body, redactor);
  return `${line}\n${headerLines(attempt.headers, redactor)}\n${shown}`.slice(0, MOST_TEXT);
}

function headerLines(headers: { readonly [name: string]: string }, redactor: Redactor): string {
  const safe = redactor.headers(headers);
  return Object.keys(safe)
    .map((name) => `${name}: ${safe[name]}\n`)
    .join('');
}

function redactedBody(body: string, redactor: Redactor): string {
  if (body.length <= LOOKED_AT) return redactor.text(body);
  return redactor.text(body.slice(0, LOOKED_AT + TAIL)).slice(0, MOST_TEXT);
}
