import type { FlowStatus, StatusReason } from '@isthmus/api-contract';
import { driftScore } from '@isthmus/decide';
import type { ListedConnection, StoredBrake, StreamDrift } from '@isthmus/ledger';
import { iso } from '../http/exchange.js';

/** How in step a flow's copies were when they were last compared; null = never. */
export function flowDrift(drift: readonly StreamDrift[], flowId: string): FlowStatus['drift'] {
  const mine = drift.filter((row) => row.flowId === flowId);
  const [first] = mine;
  if (!first) return null;
  const causes: { [cause: string]: number } = {};
  let compared = 0;
  let oldest = first.comparedAt;
  for (const row of mine) {
    compared += row.compared;
    if (row.comparedAt < oldest) oldest = row.comparedAt;
    for (const [cause, count] of Object.entries(row.causes)) causes[cause] = (causes[cause] ?? 0) + count;
  }
  return { score: driftScore(compared, causes), compared, causes, comparedAt: iso(oldest) };
}

/** One reason for every stopped mass deletion: which connection, how many, and since when. */
export function brakeReasons(brakes: readonly StoredBrake[], connections: readonly ListedConnection[]): StatusReason[] {
  return brakes.map((brake) => {
    const title = connections.find((row) => row.id === brake.connectionId)?.title ?? brake.connectionId;
    const since = iso(brake.since);
    const { held, entity, population, windowMinutes, deletes } = brake;
    return {
      verdict: 'failing',
      code: 'flow.delete-brake',
      connectionId: brake.connectionId,
      flowId: null,
      message: {
        en: `${title} told of ${deletes} deleted ${entity} within ${windowMinutes} min (of ${population}); ${held} are held since ${since} until they are released or rejected.`,
        zh: `${title} 在 ${windowMinutes} 分钟内报告删除 ${deletes} 条 ${entity}（共 ${population} 条）；自 ${since} 起暂停 ${held} 条，等待放行或拒绝。`,
      },
    };
  });
}
