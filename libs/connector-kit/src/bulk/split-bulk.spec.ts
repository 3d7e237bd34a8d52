import fc from 'fast-check';
import type { WriteResult } from '../contract.js';
import { FailureError } from '../failure.js';
import type { FailureKind } from '../failure.js';
import { makeFailure } from '../make-failure.js';
import { splitBulk } from './split-bulk.js';

const fail = (kind: FailureKind): FailureError => new FailureError(makeFailure(kind, `x.${kind}`, 'no', '否'));
const written = (item: number): WriteResult => ({ ok: true, nativeId: String(item) });

describe('F22 splitBulk', () => {
  it('writes everything but the poison, each item once, whatever is poisoned', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.uniqueArray(fc.nat(199), { maxLength: 5 }),
        async (size, poisoned) => {
          const poison = new Set(poisoned);
          const done: number[] = [];
          const results = await splitBulk(
            Array.from({ length: size }, (_, index) => index),
            (items) => {
              if (items.some((item) => poison.has(item))) return Promise.reject(fail('invalid'));
              done.push(...items);
              return Promise.resolve(items.map(written));
            },
          );
          expect(results.map(({ ok }) => ok)).toEqual(Array.from({ length: size }, (_, index) => !poison.has(index)));
          expect(done).toEqual(Array.from({ length: size }, (_, index) => index).filter((item) => !poison.has(item)));
        },
      ),
    );
  });

  it('needs few calls to find one poison in 200', async () => {
    let calls = 0;
    await splitBulk(
      Array.from({ length: 200 }, (_, index) => index),
      (items) => {
        calls += 1;
        return items.includes(77) ? Promise.reject(fail('invalid')) : Promise.resolve(items.map(written));
      },
    );
    expect(calls).toBeLessThanOrEqual(2 * 8 + 1);
  });

  it('hands a failure of the whole call to the stage', async () => {
    await expect(splitBulk([1, 2], () => Promise.reject(fail('unknown')))).rejects.toThrow(FailureError);
  });

  it('keeps what is written when a later half fails, and says that the rest was never sent', async () => {
    let calls = 0;
    const results = await splitBulk([1, 2, 3, 4, 5, 6, 7, 8], (items) => {
      calls += 1;
      if (calls === 1) return Promise.reject(fail('invalid'));
      if (items.includes(5)) return Promise.reject(fail('unknown'));
      return Promise.resolve(items.map(written));
    });
    expect(results.slice(0, 4).every(({ ok }) => ok)).toBe(true);
    expect(results.slice(4).map((result) => (result.ok ? '' : result.failure.kind))).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  it('does not go on after the first half met a closed door', async () => {
    const sent: number[][] = [];
    const results = await splitBulk([1, 2, 3, 4], (items) => {
      sent.push([...items]);
      if (items.length === 4) return Promise.reject(fail('invalid'));
      return Promise.reject(fail('unknown'));
    });
    expect(sent).toEqual([
      [1, 2, 3, 4],
      [1, 2],
    ]);
    expect(results.map((result) => (result.ok ? '' : result.failure.kind))).toEqual([
      'unknown',
      'unknown',
      'transient',
      'transient',
    ]);
  });
});
