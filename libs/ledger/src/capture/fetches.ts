import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** A thin change that waits to be fetched; several changes of one native object are one fetch. */
export interface PendingFetch {
  readonly stream: string;
  readonly nativeId: string;
  readonly changeIds: string[];
  readonly attempts: number;
}

const CLAIM = {
  name: 'claim-fetches',
  text: `
with due as (
  select id, received_at from change where connection_id = $1 and state = 'fetch' and due_at <= $2 and lane >= $5
  order by lane, due_at, id limit $3 for update skip locked
), taken as (
  update change c set due_at = $2 + make_interval(secs => $4), attempts = c.attempts + 1
  from due where c.id = due.id and c.received_at = due.received_at
  returning c.id, c.stream, c.native_id, c.attempts, c.lane
)
select stream, native_id as "nativeId", array_agg(id::text order by id) as "changeIds", max(attempts) as attempts
from taken group by stream, native_id order by min(lane), min(id)`,
};

/** Takes due thin changes, the most urgent lane first; a worker that dies leaves them due again after the lease. */
export async function claimFetches(
  sql: Sql,
  connectionId: string,
  claim: {
    readonly now: Date;
    readonly limit: number;
    readonly leaseSeconds: number;
    /** Only this lane and less urgent ones. @default 0, the most urgent */
    readonly leastLane?: number;
  },
): Promise<PendingFetch[]> {
  return sql.run<{ stream: string; nativeId: string; changeIds: string[]; attempts: number }>(CLAIM, [
    connectionId,
    claim.now,
    claim.limit,
    claim.leaseSeconds,
    claim.leastLane ?? 0,
  ]);
}

/** What a fetch brought: the newest of the changes gets the row, the older ones are stale by it. */
export interface FetchOutcome {
  readonly changeIds: readonly string[];
  readonly state: 'pending' | 'fetch' | 'waiting' | 'dead' | 'ignored';
  readonly kind?: 'upsert' | 'delete';
  readonly raw?: string;
  readonly sourceAt?: string;
  readonly dueAt?: Date;
  readonly reason?: object;
  /** With `waiting`: what it waits on. */
  readonly waitingOn?: string;
}

const SETTLE = {
  name: 'settle-fetches',
  text: `
with outcome as (
  select unnest($1::bigint[]) as id, unnest($2::text[]) as state, unnest($3::text[]) as kind, unnest($4::text[]) as raw,
    unnest($5::timestamptz[]) as source_at, unnest($6::timestamptz[]) as due_at, unnest($7::text[]) as reason, unnest($8::text[]) as waiting_on
)
update change c set state = o.state, kind = coalesce(o.kind, c.kind), raw = coalesce(o.raw, c.raw),
  source_at = coalesce(o.source_at, c.source_at), due_at = coalesce(o.due_at, c.due_at), reason = o.reason::jsonb,
  waiting_on = o.waiting_on
from outcome o where c.id = o.id and c.state = 'fetch'`,
};

/** Writes what fetches brought. */
export async function settleFetches(sql: Sql, outcomes: readonly FetchOutcome[]): Promise<void> {
  const rows = outcomes.flatMap((outcome) => spread(outcome));
  if (rows.length === 0) return;
  await sql.run(SETTLE, [
    rows.map((row) => row.id),
    rows.map((row) => row.state),
    rows.map((row) => row.kind ?? null),
    textArray(rows.map((row) => row.raw ?? null)),
    rows.map((row) => row.sourceAt ?? null),
    rows.map((row) => row.dueAt ?? null),
    rows.map((row) => (row.reason === undefined ? null : JSON.stringify(row.reason))),
    rows.map((row) => row.waitingOn ?? null),
  ]);
}

type SettledFetch = Omit<FetchOutcome, 'state' | 'changeIds'> & { id: string; state: string };

function spread(outcome: FetchOutcome): SettledFetch[] {
  const newest = outcome.changeIds.at(-1);
  if (outcome.state !== 'pending') return outcome.changeIds.map((id) => ({ ...outcome, id }));
  return outcome.changeIds.map((id) =>
    id === newest
      ? { ...outcome, id }
      : {
          id,
          state: 'stale',
          reason: { code: 'change.coalesced', message: 'A newer change of the same object was fetched with it.' },
        },
  );
}
