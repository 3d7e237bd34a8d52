import type { Sql } from '../database.js';

/** Calls granted out of a connection's bucket, and how long to wait when there were none. */
export interface Grant {
  readonly granted: number;
  readonly waitMs: number;
}

const TAKE = {
  name: 'take-rate-tokens',
  text: `
with now as (select clock_timestamp() as at),
seed as (
  insert into rate_bucket (connection_id, tokens, rate, refilled_at)
  select $1, $4, $3, at from now on conflict (connection_id) do nothing
), bucket as (
  select b.tokens, b.rate, b.refilled_at, b.held_until, now.at,
    least($4::float8, b.tokens + extract(epoch from now.at - b.refilled_at) * least(b.rate, $3)) as filled
  from rate_bucket b, now where b.connection_id = $1 for update of b
), grant_ as (
  select at, case when held_until > at then 0 else least($2::float8, floor(filled)) end as granted, filled, held_until, rate from bucket
), taken as (
  update rate_bucket b set tokens = g.filled - g.granted, refilled_at = g.at, rate = least($3, g.rate + 0.02 * $3 * g.granted / greatest(g.granted, 1))
  from grant_ g where b.connection_id = $1
)
select granted::int as granted,
  case when granted > 0 then 0
       when held_until > at then ceil(extract(epoch from held_until - at) * 1000)
       else ceil((1 - filled) / least(rate, $3) * 1000) end::int as "waitMs"
from grant_`,
};

/**
 * Takes up to `wanted` calls out of the bucket that all processes of the hub share. A 429 halves the rate, which recovers slowly.
 * The first call for a connection creates its bucket and may be granted nothing.
 */
export async function takeRateTokens(
  sql: Sql,
  connectionId: string,
  ask: { readonly wanted: number; readonly ratePerSecond: number; readonly burst: number },
): Promise<Grant> {
  const row = (
    await sql.run<{ granted: number; waitMs: number }>(TAKE, [connectionId, ask.wanted, ask.ratePerSecond, ask.burst])
  )[0];
  return row ?? { granted: 0, waitMs: 1 };
}

const PENALISE = {
  name: 'penalise-rate-bucket',
  text: `
update rate_bucket set tokens = 0, rate = greatest(rate / 2, 0.1), refilled_at = clock_timestamp(),
  held_until = greatest(held_until, clock_timestamp() + make_interval(secs => $2 / 1000.0)) where connection_id = $1`,
};

/** The far side said "too many": no call of any process before `waitMs` has passed. */
export async function penaliseRateBucket(sql: Sql, connectionId: string, waitMs: number): Promise<void> {
  await sql.run(PENALISE, [connectionId, waitMs]);
}
