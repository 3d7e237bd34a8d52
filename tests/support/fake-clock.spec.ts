import { FakeClock } from './fake-clock.js';

describe('the fake clock', () => {
  it('stands still until it is moved, then fires in order of time', async () => {
    const clock = new FakeClock('2026-03-01T08:00:00Z');
    const fired: string[] = [];
    clock.setTimer(200, () => fired.push(`late ${clock.monotonicMs()}`));
    clock.setTimer(100, () => fired.push(`early ${clock.monotonicMs()}`));
    clock.setTimer(150, () => fired.push('cancelled')).cancel();
    await clock.advance(99);
    expect(fired).toEqual([]);
    await clock.advance(101);
    expect(fired).toEqual(['early 100', 'late 200']);
    expect(clock.now()).toEqual(new Date('2026-03-01T08:00:00.200Z'));
  });

  it('reaches sleeps that are begun while it moves', async () => {
    const clock = new FakeClock();
    let rounds = 0;
    const loop = (async () => {
      while (rounds < 3) {
        await clock.sleep(1_000);
        rounds++;
      }
    })();
    await clock.advance(3_000);
    await loop;
    expect(rounds).toBe(3);
    expect(clock.waiting).toBe(0);
  });

  it('ends a sleep with the reason of the signal', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const sleeping = clock.sleep(1_000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    expect(clock.waiting).toBe(0);
  });
});
