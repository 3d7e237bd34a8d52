import type { Sql } from '../database.js';

/** Calls granted out of a connection's bucket, and how long to wait when there were none. */
export interface Grant {
  readonly granted: number;
  readonly waitMs: number;
  /** Calls per second as learnt from refusals, at most the configured ones. */
  readonly rate: number;
}

/** Share of the ceiling that the rate gains with every second without a refusal. */
const RECOVERY_SHARE_PER_SECOND = 0.02;
/** Refusals that come together say one thing. */
const ONE_BURST_MS = 1_000;
const SLOWEST_PER_SECOND = 0.1;

const TAKE = {
  name: 'take-rate-tokens',
  text: `
with now as (select clock_timestamp() as at),
seed as (
  insert into rate_bucket (connection_id, tokens, rate, ceiling, refilled_at)
  select $1, $4, $3, $3, at from now on conflict (connection_id) do nothing
), bucket as (
  select b.tokens, b.refilled_at, b.held_until, now.at,
    least($3::float8, b.rate + ${RECOVERY_SHARE_PER_SECOND} * $3::float8 * greatest(0, extract(epoch from now.at - greatest(b.refilled_at, b.held_until)))) as rate
  from rate_bucket b, now where b.connection_id = $1 for update of b
), filled as (
  select *, least($4::float8, tokens + greatest(0, extract(epoch from at - refilled_at)) * rate) as filled from bucket
), grant_ as (
  select at, case when held_until > at then 0 else least($2::float8, floor(filled)) end as granted, filled, held_until, rate from filled
), taken as (
  update rate_bucket b set tokens = g.filled - g.granted, refilled_at = g.at, rate = g.rate, ceiling = $3
  from grant_ g where b.connection_id = $1
)
select granted::int as granted, rate,
  case when granted > 0 then 0
       when held_until > at then ceil(extract(epoch from held_until - at) * 1000)
       else ceil((1 - filled) / rate * 1000) end::int as "waitMs"
from grant_`,
};

/**
 * Takes up to `wanted` calls out of the bucket that all processes of the hub share. A 429 halves the rate, which then grows by a share of
 * the ceiling with every second. The first call for a connection creates its bucket and may be granted nothing.
 */
export async function takeRateTokens(
  sql: Sql,
  connectionId: string,
  ask: { readonly wanted: number; readonly ratePerSecond: number; readonly burst: number },
): Promise<Grant> {
  const row = (await sql.run<Grant>(TAKE, [connectionId, ask.wanted, ask.ratePerSecond, ask.burst]))[0];
  return row ?? { granted: 0, waitMs: 1, rate: ask.ratePerSecond };
}

const PENALISE = {
  name: 'penalise-rate-bucket',
  text: `
insert into rate_bucket as b (connection_id, tokens, rate, ceiling, refilled_at, held_until, penalised_at)
select $1, 0, greatest($3::float8 / 2, ${SLOWEST_PER_SECOND}), $3, clock_timestamp(), clock_timestamp() + make_interval(secs => $2 / 1000.0), clock_timestamp()
on conflict (connection_id) do update set tokens = 0, refilled_at = clock_timestamp(), penalised_at = clock_timestamp(),
  rate = case when b.held_until > clock_timestamp() or b.penalised_at > clock_timestamp() - make_interval(secs => ${ONE_BURST_MS / 1_000})
    then b.rate else greatest(least(b.rate, $3) / 2, ${SLOWEST_PER_SECOND}) end,
  held_until = greatest(b.held_until, clock_timestamp() + make_interval(secs => $2 / 1000.0))`,
};

/**
 * The far side said "too many": no call of any process before `waitMs` has passed, and half as many calls per second from then on. Calls
 * that were under way together are refused together; that halves once.
 *
 * @param ratePerSecond the configured limit, or where there is none, what the process has just called
 */
export async function penaliseRateBucket(
  sql: Sql,
  connectionId: string,
  waitMs: number,
  ratePerSecond: number,
): Promise<void> {
  await sql.run(PENALISE, [connectionId, waitMs, ratePerSecond]);
}

/** What the hub has learnt about a connection's limit. */
export interface LearntRate {
  readonly connectionId: string;
  /** Calls per second that the hub allows itself now. */
  readonly perSecond: number;
  /** Calls per second that are configured, or that were being made when the first refusal came. */
  readonly ceiling: number | null;
  readonly heldUntil: Date | null;
  readonly penalisedAt: Date | null;
}

const RATES = {
  name: 'list-learnt-rates',
  text: `
select connection_id as "connectionId", ceiling, case when held_until > clock_timestamp() then held_until end as "heldUntil", penalised_at as "penalisedAt",
  least(ceiling, rate + ${RECOVERY_SHARE_PER_SECOND} * ceiling * greatest(0, extract(epoch from clock_timestamp() - greatest(refilled_at, held_until)))) as "perSecond"
from rate_bucket where ceiling is not null order by connection_id`,
};

/** The call rates of all connections, as they are now. */
export async function listLearntRates(sql: Sql): Promise<LearntRate[]> {
  return sql.run<LearntRate>(RATES, []);
}
