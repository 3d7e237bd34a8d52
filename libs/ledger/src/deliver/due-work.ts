import type { Sql } from '../database.js';

/** Something that waits to be done, found in the ledger whatever became of its hint. */
export interface DueWork {
  readonly kind: 'merge' | 'deliver' | 'fetch';
  /** Entity for merge, connection id for deliver and fetch. */
  readonly key: string;
}

const DUE = {
  name: 'find-due-work',
  text: `
with recursive entities as (
  (select entity from change where state = 'pending' order by entity limit 1)
  union all
  select (select c.entity from change c where c.state = 'pending' and c.entity > e.entity order by c.entity limit 1)
  from entities e where e.entity is not null
)
select 'merge' as kind, entity as key from entities where entity is not null
union all
select 'deliver', c.id from connection c where c.state = 'active' and exists (
  select 1 from replica r where r.connection_id = c.id and r.state = 'pending' and r.due_at <= $1
    and (r.lease_until is null or r.lease_until < clock_timestamp()))
union all
select 'fetch', c.id from connection c where c.state = 'active' and exists (
  select 1 from change h where h.connection_id = c.id and h.state = 'fetch' and h.due_at <= $1)`,
};

/** The sweep: everything that is due now, grouped as the queue groups it. Cheap: three partial indexes. */
export async function findDueWork(sql: Sql, now: Date): Promise<DueWork[]> {
  return sql.run<DueWork>(DUE, [now]);
}

const NEXT = {
  name: 'next-due-at',
  text: `
select least(
  (select min(r.due_at) from replica r join connection c on c.id = r.connection_id and c.state = 'active' where r.state = 'pending' and r.due_at > $1),
  (select min(h.due_at) from change h where h.state = 'fetch' and h.due_at > $1)) as at`,
};

/** When the next retry is due, so that the alarm clock can be set to it. */
export async function nextDueAt(sql: Sql, now: Date): Promise<Date | undefined> {
  return (await sql.run<{ at: Date | null }>(NEXT, [now]))[0]?.at ?? undefined;
}
