import { setTimeout as sleep } from 'node:timers/promises';
import type { KitClock } from './contract.js';

/** The real clock of this machine. `monotonicMs` never jumps, whatever happens to the wall clock. */
export const systemClock: KitClock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, signal ? { signal } : {}),
};
