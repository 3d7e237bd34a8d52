import type { KitClock } from './contract.js';

/** A clock that stands still until its owner moves it: for tests and the conformance suite. */
export interface ManualClock extends KitClock {
  /** Moves both clocks and wakes whoever slept long enough. */
  advance(ms: number): void;
  /** How many callers sleep at this moment. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly atMs: number;
  wake(): void;
}

/** @param options.selfAdvancing true = a sleep moves the clock by itself and returns, so that nobody has to wait */
export function createManualClock(
  options: { readonly startAt?: Date; readonly selfAdvancing?: boolean } = {},
): ManualClock {
  const startMs = (options.startAt ?? new Date('2026-01-01T00:00:00.000Z')).getTime();
  let elapsedMs = 0;
  let sleepers: Sleeper[] = [];
  const advance = (ms: number): void => {
    elapsedMs += ms;
    const awake = sleepers.filter(({ atMs }) => atMs <= elapsedMs);
    sleepers = sleepers.filter(({ atMs }) => atMs > elapsedMs);
    awake.sort((a, b) => a.atMs - b.atMs).forEach((sleeper) => sleeper.wake());
  };
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = {
        atMs: elapsedMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      sleepers.push(sleeper);
      const onAbort = (): void => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      if (options.selfAdvancing) advance(ms);
    });
  return {
    now: () => new Date(startMs + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep,
    advance,
    get sleepers() {
      return sleepers.length;
    },
  };
}
