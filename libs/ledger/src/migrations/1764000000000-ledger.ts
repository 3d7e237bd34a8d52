import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table connection (
  id text primary key,
  connector text not null,
  title text not null,
  settings jsonb not null,
  secrets text,
  mappings jsonb not null default '{}',
  environment jsonb not null default '{}',
  state text not null default 'active' check (state in ('active', 'paused', 'needs-auth')),
  state_reason jsonb,
  state_since timestamptz not null default now(),
  webhook_at timestamptz,
  success_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table flow (
  id text primary key,
  entity text not null,
  members jsonb not null,
  policy jsonb not null,
  state text not null default 'active' check (state in ('active', 'paused')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table mapping_version (
  id int generated always as identity primary key,
  mapping text not null,
  hash text not null,
  document text not null,
  origin text not null,
  created_at timestamptz not null default now(),
  constraint uq_mapping_version unique (mapping, hash)
);

create table record (
  id uuid primary key,
  entity text not null,
  version int not null,
  status text not null default 'active' check (status in ('active', 'archived', 'deleted', 'merged')),
  body jsonb not null,
  provenance jsonb not null,
  change_id bigint,
  connection_id text,
  mapping_version int,
  source_updated_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  merged_into uuid
) with (fillfactor = 85);
create index ix_record_updated on record (entity, updated_at, id);
create index ix_record_label on record (entity, left(lower(coalesce(body->>'displayName', body->>'orderNumber', body->>'name', body->>'code', '')), 100) text_pattern_ops);

create table record_version (
  record_id uuid not null,
  version int not null,
  status text not null,
  body jsonb not null,
  provenance jsonb not null,
  change_id bigint,
  connection_id text,
  mapping_version int,
  at timestamptz not null,
  primary key (record_id, version)
);

create table identity_key (
  entity text not null,
  key text not null,
  record_id uuid not null,
  primary key (entity, key, record_id)
);

create table replica (
  record_id uuid not null,
  connection_id text not null,
  entity text not null,
  stream text not null,
  native_id text,
  native_version text,
  base text,
  base_hash text,
  modified_at timestamptz,
  desired_version int not null,
  delivered_version int not null default 0,
  state text not null check (state in ('settled', 'pending', 'blocked', 'dead', 'gone')),
  lane smallint not null default 0,
  due_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  claims int not null default 0,
  attempts int not null default 0,
  outcome_unknown boolean not null default false,
  tried_version integer,
  failure jsonb,
  blocked_on uuid,
  behind_since timestamptz,
  last_seen_at timestamptz,
  delivered_at timestamptz,
  evidence jsonb,
  primary key (record_id, connection_id)
) with (fillfactor = 70);
create unique index uq_replica_native on replica (connection_id, stream, native_id) where native_id is not null;
create index ix_replica_due on replica (connection_id, lane, due_at) where state = 'pending';
create index ix_replica_blocked on replica (connection_id, blocked_on) where state = 'blocked';
create index ix_replica_in_flight on replica (connection_id, entity) where state = 'pending' and (claims > 0 or outcome_unknown);
create index ix_replica_dead on replica (connection_id, behind_since) where state = 'dead';

create table change (
  id bigint generated always as identity,
  received_at timestamptz not null,
  connection_id text not null,
  stream text not null,
  entity text not null,
  native_id text not null,
  kind text not null check (kind in ('upsert', 'delete')),
  origin text not null check (origin in ('webhook', 'poll', 'backfill', 'reconcile', 'file', 'reference', 'delivery')),
  lane smallint not null default 0,
  state text not null check (state in ('fetch', 'pending', 'waiting', 'review', 'merged', 'unchanged', 'stale', 'ignored', 'rejected', 'dead')),
  raw text,
  event_key text,
  source_at timestamptz,
  due_at timestamptz,
  attempts int not null default 0,
  waiting_on text,
  reason jsonb,
  record_id uuid,
  record_version int,
  mapping_version int,
  settled_at timestamptz,
  primary key (id, received_at)
) partition by range (received_at);
create index ix_change_pending on change (entity, lane, id) where state = 'pending';
create index ix_change_fetch on change (connection_id, due_at) where state = 'fetch';
create index ix_change_waiting on change (connection_id, waiting_on) where state = 'waiting';
create index ix_change_open on change (connection_id, id) where state in ('waiting', 'review', 'rejected', 'dead');
create index ix_change_native on change (connection_id, stream, native_id, id);
create table change_other partition of change default with (fillfactor = 80);

create table seen_event (
  connection_id text not null,
  event_key text not null,
  seen_at timestamptz not null,
  primary key (connection_id, event_key)
);
create index ix_seen_event_at on seen_event (seen_at);

create table attempt (
  id bigint generated always as identity,
  at timestamptz not null,
  connection_id text not null,
  stream text not null,
  operation text not null,
  record_ids uuid[] not null,
  outcome text not null,
  failure jsonb,
  calls jsonb,
  duration_ms int not null,
  primary key (id, at)
) partition by range (at);
create index ix_attempt_records on attempt using gin (record_ids);
create index ix_attempt_connection on attempt (connection_id, id);
create table attempt_other partition of attempt default;

create table hygiene_mark (
  name text primary key,
  up_to bigint not null
);

create table cursor (
  connection_id text not null,
  stream text not null,
  purpose text not null check (purpose in ('changes', 'backfill', 'reconcile')),
  value jsonb,
  state text not null default 'idle' check (state in ('idle', 'running', 'stopped')),
  rows_read bigint not null default 0,
  started_at timestamptz,
  finished_at timestamptz,
  next_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  attempts int not null default 0,
  failure jsonb,
  primary key (connection_id, stream, purpose)
);

create table conflict (
  id bigint generated always as identity primary key,
  record_id uuid not null,
  entity text not null,
  pointer text not null,
  connection_id text not null,
  change_id bigint not null,
  record_value jsonb,
  incoming_value jsonb,
  base_value jsonb,
  state text not null default 'open' check (state in ('open', 'record', 'incoming')),
  at timestamptz not null,
  decided_at timestamptz,
  decided_by text
);
create index ix_conflict_open on conflict (entity, id) where state = 'open';
create index ix_conflict_record on conflict (record_id);

create table merge_run (
  entity text primary key,
  is_open boolean not null,
  batch_limit int not null,
  crashes int not null
);

create table rate_bucket (
  connection_id text primary key,
  tokens double precision not null,
  rate double precision not null,
  refilled_at timestamptz not null,
  held_until timestamptz
);

create table connection_token (
  connection_id text not null,
  name text not null,
  sealed text not null,
  expires_at timestamptz not null,
  primary key (connection_id, name)
);

create table reconcile_run (
  id bigint generated always as identity primary key,
  connection_id text not null,
  stream text not null,
  state text not null check (state in ('running', 'done', 'failed')),
  repair boolean not null,
  counts jsonb not null default '{}',
  differences jsonb not null default '[]',
  failure jsonb,
  started_at timestamptz not null,
  finished_at timestamptz
);
create index ix_reconcile_run_stream on reconcile_run (connection_id, stream, id);

create table api_key (
  id uuid primary key,
  name text not null,
  prefix text not null,
  hash text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  revoked_at timestamptz,
  constraint uq_api_key_hash unique (hash)
);

create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  action text not null,
  object text not null,
  details jsonb
);

create table idempotency (
  key text not null,
  route text not null,
  body_hash text not null,
  status int,
  answer jsonb,
  at timestamptz not null default now(),
  primary key (key, route)
);
`;

/** The first schema of the ledger (DESIGN §5). */
export class Ledger1764000000000 implements MigrationInterface {
  name = 'Ledger1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table hygiene_mark, idempotency, audit, api_key, reconcile_run, connection_token, rate_bucket, merge_run, conflict, cursor,
        attempt, seen_event, change, replica, identity_key, record_version, record, mapping_version, flow, connection`);
  }
}
