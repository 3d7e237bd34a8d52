import type { Sql } from '../database.js';

const STATES = {
  name: 'read-replica-states',
  text: `
select p.record_id as "recordId", p.connection_id as "connectionId", p.state, p.failure
from unnest($1::uuid[], $2::text[]) as t(record_id, connection_id)
join replica p on p.record_id = t.record_id and p.connection_id = t.connection_id`,
};

/** How a record's copy in a connection stands. */
export interface ReplicaState {
  readonly recordId: string;
  readonly connectionId: string;
  readonly state: 'settled' | 'pending' | 'blocked' | 'dead' | 'gone';
  readonly failure: Record<string, unknown> | null;
}

/** How the given copies stand; one that does not exist is left out. */
export async function readReplicaStates(
  sql: Sql,
  replicas: readonly { readonly recordId: string; readonly connectionId: string }[],
): Promise<ReplicaState[]> {
  if (replicas.length === 0) return [];
  return sql.run<ReplicaState>(STATES, [replicas.map((row) => row.recordId), replicas.map((row) => row.connectionId)]);
}
