import { systemClock } from './clock.js';

describe('the system clock', () => {
  it('fires a timer once and not after it was cancelled', async () => {
    const fired: string[] = [];
    systemClock.setTimer(5, () => fired.push('cancelled')).cancel();
    await new Promise<void>((done) => {
      const keepAlive = setInterval(() => undefined, 1_000);
      systemClock.setTimer(10, () => {
        fired.push('kept');
        clearInterval(keepAlive);
        done();
      });
    });
    expect(fired).toEqual(['kept']);
  });

  it('does not fire at once when the delay is longer than the runtime takes', async () => {
    let fired = false;
    const timer = systemClock.setTimer(2 ** 32, () => (fired = true));
    await systemClock.sleep(20);
    timer.cancel();
    expect(fired).toBe(false);
  });

  it('ends a sleep with the reason of the signal', async () => {
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort(new Error('shutting down'));
    await expect(sleeping).rejects.toThrow('shutting down');
    await expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('shutting down');
  });

  it('measures durations that never go back', () => {
    const before = systemClock.monotonicMs();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before);
    expect(systemClock.now()).toBeInstanceOf(Date);
  });
});
