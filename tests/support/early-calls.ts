import type { FarSide } from '../../apps/sandbox/src/far-side.js';

/** Far side and hub share one event loop here: what was on its way may arrive this late after a 429 was sent. */
const ON_ITS_WAY_MS = 500;

/**
 * Counts calls below a path that arrive although the far side had asked its caller to stay away. The sandbox counts as well (`tooEarly`),
 * but with the patience of a process of its own, and over all connections that call it.
 *
 * @returns the count so far
 */
export function countEarlyCalls(system: FarSide, path: string): () => number {
  const { calls } = system;
  const arrived = calls.arrived.bind(calls);
  const toldToWait = calls.toldToWait.bind(calls);
  let pause = { from: 0, until: 0 };
  let early = 0;
  calls.arrived = (request, now) => {
    if (request.url.startsWith(path) && now > pause.from + ON_ITS_WAY_MS && now < pause.until) early += 1;
    arrived(request, now);
  };
  calls.toldToWait = (now, until) => {
    if (until > pause.until) pause = { from: now, until };
    toldToWait(now, until);
  };
  return () => early;
}
