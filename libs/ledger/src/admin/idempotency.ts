import type { Sql } from '../database.js';

/** What is known of an Idempotency-Key: `status` null = its first request still runs. */
export interface StoredIdempotency {
  readonly bodyHash: string;
  readonly status: number | null;
  readonly answer: unknown;
}

const CLAIM = {
  name: 'claim-idempotency',
  text: `
insert into idempotency as i (key, route, body_hash, at) values ($1, $2, $3, $4)
on conflict (key, route) do update set body_hash = excluded.body_hash, status = null, answer = null, at = excluded.at
  where i.at < excluded.at - interval '24 hours' or (i.status is null and i.at < excluded.at - interval '10 minutes')
returning 1 as claimed`,
};
const READ = {
  name: 'read-idempotency',
  text: `select body_hash as "bodyHash", status, answer from idempotency where key = $1 and route = $2`,
};

/**
 * Takes an Idempotency-Key for this request; undefined = taken, go on. Otherwise what an earlier request left. A key whose first request
 * died in the middle is free again after ten minutes, every key after a day.
 */
export async function claimIdempotency(
  sql: Sql,
  request: { readonly key: string; readonly route: string; readonly bodyHash: string },
  now: Date,
): Promise<StoredIdempotency | undefined> {
  const claimed = await sql.run(CLAIM, [request.key, request.route, request.bodyHash, now]);
  if (claimed.length > 0) return undefined;
  return (
    await sql.run<{ bodyHash: string; status: number | null; answer: unknown }>(READ, [request.key, request.route])
  )[0];
}

const SETTLE = {
  name: 'settle-idempotency',
  text: `update idempotency set status = $3, answer = $4::jsonb where key = $1 and route = $2`,
};

/** Keeps the answer for repetitions of the request. */
export async function settleIdempotency(
  sql: Sql,
  request: { readonly key: string; readonly route: string },
  answer: { readonly status: number; readonly body: unknown },
): Promise<void> {
  await sql.run(SETTLE, [request.key, request.route, answer.status, JSON.stringify(answer.body ?? null)]);
}

const FORGET = {
  name: 'release-idempotency',
  text: `delete from idempotency where key = $1 and route = $2 and status is null`,
};

/** The request failed and changed nothing: the key may be used again. */
export async function releaseIdempotency(
  sql: Sql,
  request: { readonly key: string; readonly route: string },
): Promise<void> {
  await sql.run(FORGET, [request.key, request.route]);
}
