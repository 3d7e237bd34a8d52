import type { Sql } from '../database.js';

/** A replica that waits, through others, for itself: one of a ring of references in a connection. */
export interface CycleMember {
  readonly connectionId: string;
  /** The smallest record id of the ring: the same for all its members. */
  readonly ring: string;
  readonly recordId: string;
  readonly entity: string;
  readonly stream: string;
  readonly blockedOn: string;
  readonly body: Record<string, unknown>;
}

/** Longer rings are left to a person: nobody has seen one. */
const LONGEST_RING = 20;

const CYCLES = {
  name: 'find-reference-cycles',
  text: `
with recursive walk as (
  select b.connection_id, b.record_id as start, b.blocked_on as at, least(b.record_id, b.blocked_on) as ring, 1 as steps
  from replica b where b.state = 'blocked' and exists (
    select 1 from replica r where r.record_id = b.blocked_on and r.connection_id = b.connection_id and r.state = 'blocked' and r.blocked_on is not null)
  union all
  select w.connection_id, w.start, r.blocked_on, least(w.ring, r.blocked_on), w.steps + 1
  from walk w join replica r on r.record_id = w.at and r.connection_id = w.connection_id and r.state = 'blocked' and r.blocked_on is not null
  where w.at <> w.start and w.steps < ${LONGEST_RING}
)
select w.connection_id as "connectionId", w.ring, p.record_id as "recordId", p.entity, p.stream, p.blocked_on as "blockedOn", d.body
from walk w join replica p on p.record_id = w.start and p.connection_id = w.connection_id join record d on d.id = p.record_id
where w.at = w.start and p.native_id is null order by w.connection_id, w.ring, p.record_id limit 1000`,
};

/** Replicas that block one another in a ring, so that none of them would ever go: each ring with all its members. */
export async function findReferenceCycles(sql: Sql): Promise<CycleMember[]> {
  return sql.run<CycleMember>(CYCLES, []);
}

const LEAVE_OUT = {
  name: 'leave-out-references',
  text: `
update replica r set left_out = array_append(array_remove(coalesce(r.left_out, '{}'), t.reference), t.reference),
  state = 'pending', due_at = $1, blocked_on = null, failure = null
from unnest($2::text[], $3::uuid[], $4::uuid[]) as t(connection_id, record_id, reference)
where r.connection_id = t.connection_id and r.record_id = t.record_id and r.state = 'blocked' and r.blocked_on = t.reference and r.native_id is null`,
};

/** Has replicas created without a reference; once they exist, the update that sets it follows. */
export async function leaveOutReferences(
  sql: Sql,
  now: Date,
  replicas: readonly { readonly connectionId: string; readonly recordId: string; readonly blockedOn: string }[],
): Promise<void> {
  if (replicas.length === 0) return;
  await sql.run(LEAVE_OUT, [
    now,
    replicas.map((row) => row.connectionId),
    replicas.map((row) => row.recordId),
    replicas.map((row) => row.blockedOn),
  ]);
}

const BURY = {
  name: 'bury-reference-cycle',
  text: `
update replica r set state = 'dead', failure = $1::jsonb, blocked_on = null, due_at = null
from unnest($2::text[], $3::uuid[], $4::uuid[]) as t(connection_id, record_id, reference)
where r.connection_id = t.connection_id and r.record_id = t.record_id and r.state = 'blocked' and r.blocked_on = t.reference`,
};

/** Makes dead letters of replicas in a ring that cannot be broken. */
export async function buryReferenceCycle(
  sql: Sql,
  failure: object,
  replicas: readonly { readonly connectionId: string; readonly recordId: string; readonly blockedOn: string }[],
): Promise<void> {
  if (replicas.length === 0) return;
  await sql.run(BURY, [
    JSON.stringify(failure),
    replicas.map((row) => row.connectionId),
    replicas.map((row) => row.recordId),
    replicas.map((row) => row.blockedOn),
  ]);
}
