import type { IdentityRefusal } from '@isthmus/stages';
import { notFound, ProblemError } from '../http/problem-error.js';

/** A refusal of the stages as the API answers it. */
export function refusal({ code, places }: IdentityRefusal): ProblemError {
  if (code === 'record.not-found') return notFound();
  if (code === 'record.version-moved') return new ProblemError('precondition.failed');
  const retry = code === 'record.merge-busy' ? { retryAfterMs: 1_000 } : {};
  return new ProblemError(code, { ...(places && { errors: places }), ...retry });
}

const TRIES = 25;
const BETWEEN_TRIES_MS = 200;

/** Repeats what was refused because a copy is being written at this very moment; a delivery takes a moment, a person should not have to repeat. */
export async function whenFree<Done extends object>(
  work: () => Promise<Done | { readonly refused: IdentityRefusal }>,
): Promise<Done> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await work();
    if (!('refused' in outcome)) return outcome;
    const { refused } = outcome as { readonly refused: IdentityRefusal };
    if (refused.code !== 'record.merge-busy' || tries >= TRIES) throw refusal(refused);
    await new Promise((turn) => setTimeout(turn, BETWEEN_TRIES_MS));
  }
}
