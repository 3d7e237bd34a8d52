import type { Sql } from '../database.js';

/** Why a stream is read: for its newest changes, for its whole history, or to compare. */
export type CursorPurpose = 'changes' | 'backfill' | 'reconcile';

/** How far a stream has been read. */
export interface StoredCursor {
  readonly value: unknown;
  readonly rowsRead: string;
  readonly attempts: number;
}

const CLAIM = {
  name: 'claim-cursor',
  text: `
insert into cursor (connection_id, stream, purpose, state, started_at, lease_token, lease_until)
values ($1, $2, $3, 'running', $4, $5, clock_timestamp() + make_interval(secs => $6))
on conflict (connection_id, stream, purpose) do update
  set lease_token = excluded.lease_token, lease_until = excluded.lease_until, state = 'running',
      started_at = case when cursor.state = 'running' then cursor.started_at else excluded.started_at end
  where (cursor.lease_until is null or cursor.lease_until < clock_timestamp()) and cursor.state <> 'stopped'
    and (cursor.next_at is null or cursor.next_at <= $4 or $7)
returning value, rows_read as "rowsRead", attempts`,
};

/** Takes the right to read a stream; undefined = another worker reads it, it is stopped, or it is not due yet (unless `force`). */
export async function claimCursor(
  sql: Sql,
  key: { readonly connectionId: string; readonly stream: string; readonly purpose: CursorPurpose },
  claim: { readonly now: Date; readonly token: string; readonly leaseSeconds: number; readonly force: boolean },
): Promise<StoredCursor | undefined> {
  const values = [key.connectionId, key.stream, key.purpose, claim.now, claim.token, claim.leaseSeconds, claim.force];
  return (await sql.run<{ value: unknown; rowsRead: string; attempts: number }>(CLAIM, values))[0];
}

const ADVANCE = {
  name: 'advance-cursor',
  text: `
update cursor set value = $5::jsonb, rows_read = rows_read + $6, attempts = 0, failure = null,
  lease_until = clock_timestamp() + make_interval(secs => $7)
where connection_id = $1 and stream = $2 and purpose = $3 and lease_token = $4
returning 1 as held`,
};

/** Moves the cursor after a stored page, in the page's transaction; false = the lease was lost, so the page must not be stored. */
export async function advanceCursor(
  sql: Sql,
  key: { readonly connectionId: string; readonly stream: string; readonly purpose: CursorPurpose },
  page: { readonly token: string; readonly value: unknown; readonly rows: number; readonly leaseSeconds: number },
): Promise<boolean> {
  const values = [
    key.connectionId,
    key.stream,
    key.purpose,
    page.token,
    JSON.stringify(page.value),
    page.rows,
    page.leaseSeconds,
  ];
  return (await sql.run(ADVANCE, values)).length > 0;
}

const KEEP = {
  name: 'keep-cursor',
  text: `
update cursor set lease_until = clock_timestamp() + make_interval(secs => $5)
where connection_id = $1 and stream = $2 and purpose = $3 and lease_token = $4 returning 1 as held`,
};

/** Renews the lease of a read that waits; false = it was lost. */
export async function keepCursor(
  sql: Sql,
  key: { readonly connectionId: string; readonly stream: string; readonly purpose: CursorPurpose },
  lease: { readonly token: string; readonly leaseSeconds: number },
): Promise<boolean> {
  return (await sql.run(KEEP, [key.connectionId, key.stream, key.purpose, lease.token, lease.leaseSeconds])).length > 0;
}

const RELEASE = {
  name: 'release-cursor',
  text: `
update cursor set lease_token = null, lease_until = null, state = $5, next_at = $6, finished_at = case when $8::jsonb is null and $10 then $7 else finished_at end,
  value = case when $9 then null else value end,
  failure = $8::jsonb, attempts = case when $8::jsonb is null then 0 else attempts + 1 end
where connection_id = $1 and stream = $2 and purpose = $3 and lease_token = $4`,
};

/** Ends a read: when to read again, and why it ended if it did not reach the end. */
export async function releaseCursor(
  sql: Sql,
  key: { readonly connectionId: string; readonly stream: string; readonly purpose: CursorPurpose },
  end: {
    readonly token: string;
    readonly state: 'idle' | 'running' | 'stopped';
    readonly nextAt: Date;
    readonly now: Date;
    readonly failure: object | undefined;
    /** True = the next read begins at the start (a full read that reached its end). */
    readonly restart: boolean;
    /** False = it did not reach the end although nothing failed. @default true */
    readonly isFinished?: boolean;
  },
): Promise<void> {
  const failure = end.failure === undefined ? null : JSON.stringify(end.failure);
  await sql.run(RELEASE, [
    key.connectionId,
    key.stream,
    key.purpose,
    end.token,
    end.state,
    end.nextAt,
    end.now,
    failure,
    end.restart,
    end.isFinished ?? true,
  ]);
}
