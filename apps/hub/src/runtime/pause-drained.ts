import { findDrained, insertAudit, setConnectionState, setFlowState, setHold } from '@isthmus/ledger';
import type { Database, Drained, Sql } from '@isthmus/ledger';

/**
 * Pauses connections, flows and entities that drained and have nothing open any more.
 *
 * @returns whether anything changed
 */
export async function pauseDrained(database: Database, now: Date): Promise<boolean> {
  const drained = await findDrained(database);
  for (const what of drained)
    await database.transaction(async (sql) => {
      if (!(await pause(sql, what, now))) return;
      await insertAudit(sql, now, { actor: 'hub', action: `${what.kind}.drained`, object: objectOf(what) });
    });
  return drained.length > 0;
}

const REASON = {
  code: 'hub.drained',
  message: { en: 'Drained: everything that was open is done.', zh: '已排空：未完成的工作均已处理。' },
};

function pause(sql: Sql, { kind, connectionId, flowId, entity }: Drained, now: Date): Promise<boolean> {
  if (kind === 'flow') return setFlowState(sql, flowId ?? '', 'paused', now, REASON);
  if (kind === 'connection') return setConnectionState(sql, connectionId ?? '', 'paused', REASON);
  return setHold(sql, { connectionId: connectionId ?? '', entity: entity ?? '', state: 'paused', reason: REASON, now });
}

function objectOf({ kind, connectionId, flowId, entity }: Drained): string {
  if (kind === 'flow') return `flow:${flowId ?? ''}`;
  return kind === 'hold' ? `connection:${connectionId ?? ''}/${entity ?? ''}` : `connection:${connectionId ?? ''}`;
}
