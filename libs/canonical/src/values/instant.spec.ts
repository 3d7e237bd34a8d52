import fc from 'fast-check';
import {
  businessDateIn,
  instantFromEpoch,
  instantFromExcelSerial,
  instantFromLocal,
  instantFromRfc3339,
  isInstant,
  localFromInstant,
  parseBusinessDate,
} from './instant.js';
import type { Outcome } from './outcome.js';

const valueOrCode = <T>(outcome: Outcome<T>): T | string => (outcome.ok ? outcome.value : outcome.code);

describe('instants', () => {
  it.each([
    ['2026-11-23T06:30:00.000Z', '2026-11-23T06:30:00.000Z'],
    ['2026-11-23T14:30:00+08:00', '2026-11-23T06:30:00.000Z'],
    ['2026-11-23 14:30:00+0800', '2026-11-23T06:30:00.000Z'],
    ['2026-11-23T06:30:00.123456789Z', '2026-11-23T06:30:00.123Z'],
    ['2026-12-31T23:59:60Z', '2026-12-31T23:59:59.999Z'],
    ['2026-11-23T01:00:00-05:30', '2026-11-23T06:30:00.000Z'],
    ['2026-11-23T06:30:00', 'instant.no-zone'],
    ['2026-02-29T00:00:00Z', 'instant.syntax'],
    ['2026-11-23T25:00:00Z', 'instant.syntax'],
    ['yesterday', 'instant.syntax'],
  ])('reads RFC 3339 %s as %s', (text, expected) => {
    expect(valueOrCode(instantFromRfc3339(text))).toBe(expected);
  });

  it.each([
    ['2026-11-23 14:30:00', 'Asia/Shanghai', undefined, '2026-11-23T06:30:00.000Z'],
    ['2026/1/5 9:05', 'Asia/Shanghai', 'yyyy/M/d H:mm', '2026-01-05T01:05:00.000Z'],
    ['20261123143000', 'Asia/Shanghai', undefined, '2026-11-23T06:30:00.000Z'],
    ['2026-11-23', 'Asia/Shanghai', undefined, '2026-11-22T16:00:00.000Z'],
    ['2026-11-23T14:30:00Z', 'Asia/Shanghai', undefined, '2026-11-23T14:30:00.000Z'],
    ['2026-03-29 02:30:00', 'Europe/Berlin', undefined, '2026-03-29T01:30:00.000Z'],
    ['2026-10-25 02:30:00', 'Europe/Berlin', undefined, '2026-10-25T00:30:00.000Z'],
    ['2026-11-23 14:30:00', 'Mars/Base', undefined, 'instant.unknown-zone'],
    ['noon', 'Asia/Shanghai', undefined, 'instant.syntax'],
  ])('reads local time %s of %s', (text, zone, format, expected) => {
    expect(valueOrCode(instantFromLocal(text, zone, format))).toBe(expected);
  });

  it.each([
    [1_795_415_400, 's', '2026-11-23T06:30:00.000Z'],
    ['1795415400123', 'ms', '2026-11-23T06:30:00.123Z'],
    ['1795415400.5', 's', '2026-11-23T06:30:00.500Z'],
    [1_795_415_400_000, 's', 'instant.out-of-range'],
    ['soon', 's', 'decimal.syntax'],
  ] as const)('reads the epoch count %p %s', (value, unit, expected) => {
    expect(valueOrCode(instantFromEpoch(value, unit))).toBe(expected);
  });

  it.each([
    [1, '1899-12-31T15:54:17.000Z'],
    [59, '1900-02-27T15:54:17.000Z'],
    [60, 'instant.syntax'],
    [61, '1900-02-28T15:54:17.000Z'],
    [46349.604166667, '2026-11-23T06:30:00.000Z'],
    [0, 'instant.syntax'],
    [Number.NaN, 'instant.syntax'],
  ])('reads the Excel serial %d', (serial, expected) => {
    expect(valueOrCode(instantFromExcelSerial(serial, 'Asia/Shanghai'))).toBe(expected);
  });

  it('takes the business date from the zone, not from UTC', () => {
    expect(valueOrCode(businessDateIn('2026-11-22T16:30:00.000Z', 'Asia/Shanghai'))).toBe('2026-11-23');
  });

  it('reads back the local time that it wrote, where the zone has no gaps', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          const instant = new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString();
          const local = localFromInstant(instant, 'Asia/Shanghai');
          expect(local.ok && valueOrCode(instantFromLocal(local.value, 'Asia/Shanghai'))).toBe(instant);
          expect(isInstant(instant)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['2026-11-23', '2026-11-23'],
    ['2026/1/5', '2026-01-05'],
    ['20261123', '2026-11-23'],
    ['2026年11月3日', '2026-11-03'],
    ['2026-02-30', 'date.syntax'],
    ['0000-00-00', 'date.syntax'],
    ['23.11.2026', 'date.syntax'],
  ])('reads the calendar day %s as %s', (text, expected) => {
    expect(valueOrCode(parseBusinessDate(text))).toBe(expected);
  });
});
