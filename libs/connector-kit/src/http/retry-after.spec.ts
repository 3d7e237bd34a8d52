import { retryAfterMs } from './retry-after.js';

const now = new Date('2026-03-01T12:00:00.000Z');

describe('F15 retryAfterMs', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    ['1.5', 1_500],
    [' 30 ', 30_000],
    ['Sun, 01 Mar 2026 12:00:10 GMT', 10_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['1000000000', 3_600_000],
    ['Sun, 01 Mar 2099 12:00:00 GMT', 3_600_000],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as %j ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });
});
