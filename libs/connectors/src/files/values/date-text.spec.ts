import fc from 'fast-check';
import { isAmbiguousDate, readDate, serialDate } from './date-text.js';

describe('dates as people write them', () => {
  test.each([
    ['2026-01-05', '2026-01-05'],
    ['2026/1/5', '2026-01-05'],
    ['2026.1.5', '2026-01-05'],
    ['2026年1月5日', '2026-01-05'],
    ['2026 年 1 月 5 号', '2026-01-05'],
    ['２０２６／１／５', '2026-01-05'],
    ['20260105', '2026-01-05'],
    ['2026/1/5 14:30', '2026-01-05 14:30:00'],
    ['2026-01-05T14:30:09', '2026-01-05 14:30:09'],
    ['2026-01-05 14:30:09.120', '2026-01-05 14:30:09'],
    ['2026年1月5日 14时30分', '2026-01-05 14:30:00'],
    ['2024-02-29', '2024-02-29'],
  ])('%s is %s', (text, expected) => expect(readDate(text)).toBe(expected));

  test.each([
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026/1',
    '2026-01/05',
    '明天',
    '',
    '2026-01-05 25:00',
    '0000-00-00',
  ])('%j is refused', (text) => expect(readDate(text)).toBeUndefined());

  test.each(['1/5/2026', '05-01-26', '13.5.2026'])('%s is ambiguous', (text) =>
    expect([isAmbiguousDate(text), readDate(text)]).toEqual([true, undefined]),
  );
});

describe('day numbers of Excel', () => {
  test.each([
    [1, false, '1900-01-01'],
    [59, false, '1900-02-28'],
    [60, false, undefined],
    [61, false, '1900-03-01'],
    [46_027, false, '2026-01-05'],
    [46_027.604_166_666_7, false, '2026-01-05 14:30:00'],
    [0.5, false, '12:00:00'],
    [44_565, true, '2026-01-05'],
    [2_958_465, false, '9999-12-31'],
    [2_958_466, false, undefined],
    [-1, false, undefined],
    [Number.NaN, false, undefined],
  ])('%s (1904: %s) is %s', (serial, epoch1904, expected) => expect(serialDate(serial, epoch1904)).toBe(expected));

  test('days follow one another and read back as themselves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 61, max: 2_958_464 }), (serial) => {
        const today = serialDate(serial, false) as string;
        const tomorrow = serialDate(serial + 1, false) as string;
        expect(Date.parse(tomorrow) - Date.parse(today)).toBe(86_400_000);
        expect(readDate(today)).toBe(today);
      }),
    );
  });
});
