import { allowedDeletes, populationThatMatters } from '@isthmus/decide';
import { countCopies, countRecentlyGone, findBrakesOn, putBrakeOn } from '@isthmus/ledger';
import type { PendingChange, Sql } from '@isthmus/ledger';
import type { StageContext } from '../topology/stage-context.js';
import { isOpenDelete } from './merge-delete.js';
import type { MergeSession } from './merge-session.js';

/**
 * Looks whether a batch's deletions, with those of the last while, are more than the flow lets pass. Then the connection's deletions of the
 * entity are held, these and all that follow, until a person decides about them together.
 */
export async function brakeDeletes(
  sql: Sql,
  context: StageContext,
  session: MergeSession,
  changes: readonly PendingChange[],
): Promise<void> {
  const counts = new Map<string, number>();
  for (const change of changes)
    if (isOpenDelete(session, change)) counts.set(change.connectionId, (counts.get(change.connectionId) ?? 0) + 1);
  if (counts.size === 0) return;
  const on = await findBrakesOn(sql, session.definition.name, [...counts.keys()]);
  for (const { connectionId, id } of on) session.brakes.set(connectionId, id);
  for (const [connectionId, count] of counts)
    if (!session.brakes.has(connectionId)) await brakeConnection(sql, context, session, connectionId, count);
}

async function brakeConnection(
  sql: Sql,
  context: StageContext,
  session: MergeSession,
  connectionId: string,
  count: number,
): Promise<void> {
  const { brake } = session.flow.deleteRules;
  const entity = session.definition.name;
  const since = new Date(session.now.getTime() - brake.windowMinutes * 60_000);
  const recent = await countRecentlyGone(sql, connectionId, entity, since);
  const deletes = count + recent;
  const streams = [...(session.topology.connections.get(connectionId)?.streams.values() ?? [])]
    .filter((binding) => binding.entity === entity)
    .map((binding) => binding.name);
  const copies = (atMost: number): Promise<number> => countCopies(sql, connectionId, streams, atMost);
  const population = recent + (await copies(populationThatMatters(brake, deletes)));
  const allowed = deletes > brake.count ? brake.count : allowedDeletes(brake, population);
  if (deletes <= allowed) return;
  const all = recent + (await copies(Number.MAX_SAFE_INTEGER));
  const { windowMinutes } = brake;
  const id = await putBrakeOn(sql, {
    connectionId,
    entity,
    since: session.now,
    deletes,
    population: all,
    allowed: allowedDeletes(brake, all),
    windowMinutes,
  });
  session.brakes.set(connectionId, id);
  context.observer.warn({
    code: 'flow.delete-brake',
    message: 'very many deletions in a short time are held until a person decides about them',
    details: { connection: connectionId, entity, brake: id, deletes, population: all, windowMinutes },
  });
}
