import type { StatusReason } from '@isthmus/api-contract';
import type { Hold, LearntRate, ListedConnection } from '@isthmus/ledger';
import { maintenanceOf } from '../connections/hold-answer.js';
import type { Readings } from './readings.js';

/** What is no failure while a far side is in maintenance: the hub does not call it. */
const EXPECTED = new Set(['delivery.stuck', 'delivery.retrying', 'stream.late', 'stream.failing', 'stream.stopped']);

/** A connection's reasons, with what is paused, drains or is held back there; in maintenance nothing of that counts as failing. */
export function withHolds(readings: Readings, row: ListedConnection, reasons: readonly StatusReason[]): StatusReason[] {
  const until = maintenanceOf(row, readings.now);
  const holds = readings.holds.filter((hold) => hold.connectionId === row.id);
  const kept = until ? reasons.filter(({ code }) => !EXPECTED.has(code)) : reasons;
  return [
    ...kept,
    ...(until ? [maintenance(row, until)] : []),
    ...draining(row),
    ...holds.map((hold) => held(row, hold)),
  ];
}

/** Without what waits for a far side in maintenance. */
export function withoutMaintained(readings: Readings): Readings {
  const maintained = new Set(readings.connections.flatMap((row) => (maintenanceOf(row, readings.now) ? [row.id] : [])));
  if (maintained.size === 0) return readings;
  const changes = readings.changes.filter(
    ({ state, connectionId }) => state !== 'fetch' || !maintained.has(connectionId),
  );
  return { ...readings, changes };
}

function say(row: ListedConnection, code: string, en: string, zh: string): StatusReason {
  return { verdict: 'attention', code, connectionId: row.id, flowId: null, message: { en, zh } };
}

function maintenance(row: ListedConnection, until: Date): StatusReason {
  const at = `${until.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return say(
    row,
    'connection.maintenance',
    `${row.title} is in maintenance until ${at}; reads and writes wait.`,
    `${row.title} 处于维护时段，至 ${at}；读写均等待。`,
  );
}

function draining(row: ListedConnection): StatusReason[] {
  if (row.state !== 'draining') return [];
  return [
    say(
      row,
      'connection.draining',
      `${row.title} drains: nothing new is read, and it pauses when what is open is done.`,
      `${row.title} 正在排空：不再读取新数据，未完成的工作处理后即暂停。`,
    ),
  ];
}

function held(row: ListedConnection, { entity, state }: Hold): StatusReason {
  if (state === 'paused')
    return say(row, 'connection.paused', `${entity} is paused at ${row.title}.`, `${row.title} 的 ${entity} 已暂停。`);
  return say(row, 'connection.draining', `${entity} drains at ${row.title}.`, `${row.title} 的 ${entity} 正在排空。`);
}

/** What the hub allows itself to call; null = nothing is known. */
export function rateOf(
  rates: readonly LearntRate[],
  connectionId: string,
): {
  readonly perSecond: number;
  readonly configured: number;
  readonly heldUntil: string | null;
  readonly refusedAt: string | null;
} | null {
  const rate = rates.find((candidate) => candidate.connectionId === connectionId);
  if (!rate || rate.ceiling === null) return null;
  return {
    perSecond: Math.round(rate.perSecond * 100) / 100,
    configured: rate.ceiling,
    heldUntil: rate.heldUntil?.toISOString() ?? null,
    refusedAt: rate.penalisedAt?.toISOString() ?? null,
  };
}
