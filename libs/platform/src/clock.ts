/** A timer that has been set. Cancelling it twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/** Time as the process sees it. Tests hand in a clock that they move by hand. */
export interface Clock {
  /** The wall clock: for instants that are stored or shown. It may jump. */
  now(): Date;
  /** Milliseconds since some fixed moment; never goes back. For durations. */
  monotonicMs(): number;
  /** Calls `action` once after `delayMs`. It does not keep the process alive. */
  setTimer(delayMs: number, action: () => void): Timer;
  /** Resolves after `delayMs`, or rejects with the signal's reason as soon as it aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

/** The longest delay that the runtime's own timers take; beyond it they fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, action) => setLongTimer(delayMs, action),
  sleep: (delayMs, signal) =>
    new Promise((done, failed) => {
      const fail = (): void => failed(signal?.reason as Error);
      if (signal?.aborted) return fail();
      const finish = (end: () => void) => (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        end();
      };
      const onAbort = finish(fail);
      const timer = setLongTimer(delayMs, finish(done), true);
      signal?.addEventListener('abort', onAbort);
    }),
};

function setLongTimer(delayMs: number, action: () => void, keepAlive = false): Timer {
  const until = performance.now() + delayMs;
  let handle: NodeJS.Timeout;
  const arm = (): void => {
    const leftMs = until - performance.now();
    const far = leftMs > LONGEST_DELAY_MS;
    handle = setTimeout(far ? arm : action, far ? LONGEST_DELAY_MS : Math.max(0, leftMs));
    if (!keepAlive) handle.unref();
  };
  arm();
  return { cancel: () => clearTimeout(handle) };
}
