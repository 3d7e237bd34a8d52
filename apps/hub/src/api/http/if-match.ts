import type { HttpExchange } from './exchange.js';
import { ProblemError } from './problem-error.js';

/** The revision that the caller says it read; undefined = it names none, `*` = whatever it is now. A weak tag never matches. */
export function ifMatch({ request }: HttpExchange): number | '*' | undefined {
  const match = request.headers['if-match']?.trim();
  if (match === undefined || match === '*') return match;
  const revision = /^"(\d{1,9})"$/.exec(match)?.[1];
  if (revision === undefined) throw new ProblemError('precondition.failed');
  return Number(revision);
}
