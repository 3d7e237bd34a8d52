import type { StartBackfill } from '@isthmus/api-contract';
import type { BackfillSelection, NewBackfill } from '@isthmus/ledger';
import type { StreamBinding, Topology } from '@isthmus/stages';
import { ProblemError } from '../http/problem-error.js';

/**
 * Turns what was asked for into one backfill per stream.
 *
 * @throws ProblemError when the selection is not clear, or no stream fits
 */
export function planBackfills(topology: Topology, order: StartBackfill, actor: string): NewBackfill[] {
  const selection = selectionOf(order);
  const direction = order.direction ?? 'in';
  const isNamed = order.connectionId !== undefined && order.stream !== undefined;
  const needsStream = selection === 'native-ids' || selection === 'mapping-version';
  if (needsStream && !isNamed) throw new ProblemError('backfill.selection');
  if (order.connectionId === undefined && order.entity === undefined) throw new ProblemError('backfill.no-stream');
  const isById = direction === 'in' && selection !== 'all' && selection !== 'window';
  const fits = (binding: StreamBinding): boolean => {
    if (direction === 'out') return binding.writes;
    return binding.reads && (isById ? binding.stream.fetch !== undefined : binding.stream.read !== undefined);
  };
  const bindings = streamsOf(topology, order);
  if (bindings.length === 0) throw new ProblemError('backfill.no-stream');
  const able = bindings.filter(fits);
  if (able.length === 0) throw new ProblemError(refusalOf(direction, isById));
  return able.map((binding) => ({
    connectionId: binding.connectionId,
    stream: binding.name,
    entity: binding.entity,
    direction,
    selection,
    changedSince: order.changedSince === undefined ? null : new Date(order.changedSince),
    changedUntil: order.changedUntil === undefined ? null : new Date(order.changedUntil),
    mappingVersion: order.mappingVersion ?? null,
    recordsPerSecond: order.recordsPerSecond ?? null,
    actor,
    ...(order.nativeIds && { nativeIds: order.nativeIds }),
    ...(order.recordIds && { recordIds: order.recordIds }),
  }));
}

function refusalOf(
  direction: 'in' | 'out',
  isById: boolean,
): 'backfill.not-writable' | 'backfill.not-fetchable' | 'stream.not-readable' {
  if (direction === 'out') return 'backfill.not-writable';
  return isById ? 'backfill.not-fetchable' : 'stream.not-readable';
}

function selectionOf(order: StartBackfill): BackfillSelection {
  const isWindow = order.changedSince !== undefined || order.changedUntil !== undefined;
  const named: readonly (readonly [BackfillSelection, boolean])[] = [
    ['window', isWindow],
    ['native-ids', order.nativeIds !== undefined],
    ['records', order.recordIds !== undefined],
    ['mapping-version', order.mappingVersion !== undefined],
  ];
  const given = named.filter(([, isGiven]) => isGiven).map(([selection]) => selection);
  if (given.length > 1) throw new ProblemError('backfill.selection');
  return given[0] ?? 'all';
}

function streamsOf(topology: Topology, { connectionId, stream, entity }: StartBackfill): StreamBinding[] {
  return [...topology.connections.values()].flatMap((connection) =>
    [...connection.streams.values()].filter(
      (binding) =>
        (connectionId === undefined || binding.connectionId === connectionId) &&
        (stream === undefined || binding.name === stream) &&
        (entity === undefined || binding.entity === entity),
    ),
  );
}
