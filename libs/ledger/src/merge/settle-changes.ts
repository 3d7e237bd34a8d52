import type { Sql } from '../database.js';

/** What became of a change. */
export interface ChangeOutcome {
  readonly id: string;
  readonly receivedAt: Date;
  readonly state: 'merged' | 'unchanged' | 'stale' | 'ignored' | 'rejected' | 'review' | 'waiting' | 'dead';
  readonly recordId: string | null;
  readonly recordVersion: number | null;
  readonly mappingVersion: number | null;
  readonly reason: object | null;
  /** `<stream>|<native id>` of the missing reference, with `waiting`. */
  readonly waitingOn: string | null;
}

const SETTLE = {
  name: 'settle-changes',
  text: `
update change c set state = o.state, record_id = o.record_id, record_version = o.record_version, mapping_version = o.mapping_version,
  reason = o.reason::jsonb, waiting_on = o.waiting_on, settled_at = $1
from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::uuid[], $6::int[], $7::int[], $8::text[], $9::text[])
  as o(id, received_at, state, record_id, record_version, mapping_version, reason, waiting_on)
where c.id = o.id and c.received_at = o.received_at`,
};

/** Writes the outcome of every change of a batch. */
export async function settleChanges(sql: Sql, now: Date, outcomes: readonly ChangeOutcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await sql.run(SETTLE, [
    now,
    outcomes.map((row) => row.id),
    outcomes.map((row) => row.receivedAt),
    outcomes.map((row) => row.state),
    outcomes.map((row) => row.recordId),
    outcomes.map((row) => row.recordVersion),
    outcomes.map((row) => row.mappingVersion),
    outcomes.map((row) => (row.reason === null ? null : JSON.stringify(row.reason))),
    outcomes.map((row) => row.waitingOn),
  ]);
}

const RELEASE = {
  name: 'release-waiting-changes',
  text: `
update change set state = 'pending', waiting_on = null
where state = 'waiting' and (connection_id, waiting_on) in (select * from unnest($1::text[], $2::text[]))
returning entity`,
};

/** Changes that waited for one of these native objects go on. Returns the entities that have work now. */
export async function releaseWaitingChanges(
  sql: Sql,
  known: readonly { readonly connectionId: string; readonly stream: string; readonly nativeId: string }[],
): Promise<Set<string>> {
  if (known.length === 0) return new Set();
  const rows = await sql.run<{ entity: string }>(RELEASE, [
    known.map((key) => key.connectionId),
    known.map((key) => `${key.stream}|${key.nativeId}`),
  ]);
  return new Set(rows.map((row) => row.entity));
}

const ANY_WAITING = {
  name: 'any-waiting-changes',
  text: `select 1 as found from change where state = 'waiting' limit 1`,
};

/** Whether any change waits for a reference at all; lets the hot path skip the release. */
export async function hasWaitingChanges(sql: Sql): Promise<boolean> {
  return (await sql.run(ANY_WAITING, [])).length > 0;
}

const CONFLICTS = {
  name: 'insert-conflicts',
  text: `
insert into conflict (record_id, entity, pointer, connection_id, change_id, record_value, incoming_value, base_value, state, policy, why,
  record_by, record_at, incoming_at, decided_value, at)
select * , $1 from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::jsonb[], $8::jsonb[], $9::jsonb[], $10::text[],
  $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::timestamptz[], $16::jsonb[])`,
};

/** A field that two sides changed. */
export interface NewConflict {
  readonly recordId: string;
  readonly entity: string;
  readonly pointer: string;
  readonly connectionId: string;
  readonly changeId: string;
  readonly recordValue: unknown;
  readonly incomingValue: unknown;
  readonly baseValue: unknown;
  /** `open` waits for a person; `superseded` = moot before anybody looked; else what policy chose. */
  readonly state: 'open' | 'record' | 'incoming' | 'joined' | 'superseded';
  /** Policy that chose, and which of its rules. */
  readonly policy?: string | null;
  readonly why?: string | null;
  /** Connection that had set the record's value, and when; null = nobody is known to have. */
  readonly recordBy?: string | null;
  readonly recordAt?: Date | null;
  /** When the source said its value. */
  readonly incomingAt?: Date | null;
  /** With `joined`: the value that was made of both. */
  readonly decidedValue?: unknown;
}

/** Keeps both values of every conflict, decided or not. */
export async function insertConflicts(sql: Sql, now: Date, conflicts: readonly NewConflict[]): Promise<void> {
  if (conflicts.length === 0) return;
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  await sql.run(CONFLICTS, [
    now,
    conflicts.map((row) => row.recordId),
    conflicts.map((row) => row.entity),
    conflicts.map((row) => row.pointer),
    conflicts.map((row) => row.connectionId),
    conflicts.map((row) => row.changeId),
    conflicts.map((row) => json(row.recordValue)),
    conflicts.map((row) => json(row.incomingValue)),
    conflicts.map((row) => json(row.baseValue)),
    conflicts.map((row) => row.state),
    conflicts.map((row) => row.policy ?? null),
    conflicts.map((row) => row.why ?? null),
    conflicts.map((row) => row.recordBy ?? null),
    conflicts.map((row) => row.recordAt ?? null),
    conflicts.map((row) => row.incomingAt ?? null),
    conflicts.map((row) => json(row.decidedValue)),
  ]);
}
