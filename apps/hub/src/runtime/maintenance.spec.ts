import { maintenanceUntil } from './maintenance.js';

const until = (
  windows: Parameters<typeof maintenanceUntil>[0],
  now: string,
  zone = 'Asia/Shanghai',
): string | undefined => maintenanceUntil(windows, zone, new Date(now))?.toISOString();

describe('maintenance windows', () => {
  // 2026-11-23 is a Monday; Shanghai is 8 hours ahead.
  it.each([
    ['before it begins', '2026-11-23T13:59:59.000Z', undefined],
    ['when it begins', '2026-11-23T14:00:00.000Z', '2026-11-23T16:00:00.000Z'],
    ['inside', '2026-11-23T15:20:30.500Z', '2026-11-23T16:00:00.000Z'],
    ['when it ends', '2026-11-23T16:00:00.000Z', undefined],
  ])('say until when, by the local clock of the connection: %s', (_name, now, end) => {
    expect(until([{ from: '22:00', to: '24:00' }], now)).toBe(end);
  });

  it('may last past midnight, and belong to the day on which they began', () => {
    const window = [{ days: ['sun'] as const, from: '23:00', to: '02:00' }];
    expect(until(window, '2026-11-22T16:30:00.000Z')).toBe('2026-11-22T18:00:00.000Z');
    expect(until(window, '2026-11-23T16:30:00.000Z')).toBeUndefined();
  });

  it('that follow one another are one', () => {
    const windows = [
      { from: '01:00', to: '02:00' },
      { from: '02:00', to: '03:30' },
    ];
    expect(until(windows, '2026-11-23T01:15:00.000Z', 'UTC')).toBe('2026-11-23T03:30:00.000Z');
  });

  it.each([
    ['begins', '2026-03-29T00:30:00.000Z', '2026-03-29T03:00:00.000Z'],
    ['ends', '2026-10-25T00:30:00.000Z', '2026-10-25T04:00:00.000Z'],
  ])('F30 keep their end by the clock on the wall when summer time %s inside', (_name, now, end) => {
    expect(until([{ from: '01:00', to: '05:00', timeZone: 'Europe/Berlin' }], now)).toBe(end);
  });

  it('around the clock end, at the latest, when they are taken out', () => {
    expect(until([{ from: '00:00', to: '00:00' }], '2026-11-23T01:15:00.000Z')).toBeDefined();
  });
});
