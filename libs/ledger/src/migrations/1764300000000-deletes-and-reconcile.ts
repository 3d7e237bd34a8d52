import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
alter table replica add column gone_at timestamptz, add column gone_since timestamptz, add column incarnation int not null default 0,
  add column agreed_hash text, add column agreed_version int, add column agreed_mapping int;
create index ix_replica_gone on replica (connection_id, entity, gone_at) where state = 'gone' and gone_at is not null;

create table tombstone (
  connection_id text not null,
  stream text not null,
  native_id text not null,
  record_id uuid not null,
  gone_at timestamptz not null,
  primary key (connection_id, stream, native_id)
);

create table delete_brake (
  id bigint generated always as identity primary key,
  connection_id text not null,
  entity text not null,
  state text not null default 'on' check (state in ('on', 'released', 'rejected')),
  since timestamptz not null,
  deletes int not null,
  population int not null,
  allowed int not null,
  window_minutes int not null,
  decided_at timestamptz,
  decided_by text
);
create unique index uq_delete_brake_on on delete_brake (connection_id, entity) where state = 'on';
create index ix_change_braked on change ((reason->>'brake')) where state = 'review' and reason->>'brake' is not null;

alter table reconcile_run drop column differences, alter column connection_id drop not null, alter column stream drop not null,
  add column flow_id text,
  add column mode text not null default 'plan' check (mode in ('plan', 'repair')),
  add column automatic boolean not null default false,
  add column cause text not null default 'asked' check (cause in ('asked', 'schedule', 'outage')),
  add column actor text not null default 'hub',
  add column repair_state text not null default 'none' check (repair_state in ('none', 'running', 'done', 'failed')),
  add column repair_counts jsonb not null default '{}',
  add column repaired_at timestamptz,
  add column alive_at timestamptz;
update reconcile_run set mode = case when repair then 'repair' else 'plan' end;
alter table reconcile_run drop column repair;

create table reconcile_difference (
  run_id bigint not null references reconcile_run (id) on delete cascade,
  seq bigint generated always as identity,
  connection_id text not null,
  stream text not null,
  entity text not null,
  cause text not null check (cause in ('late', 'lost', 'edited-both', 'mapping', 'forbidden', 'deleted')),
  detail text not null,
  record_id uuid,
  native_id text not null,
  fields text[] not null,
  action text not null check (action in ('none', 'merge', 'write', 'put-back', 'delete', 'create', 'remove')),
  state text not null default 'planned' check (state in ('planned', 'applied', 'stale', 'skipped')),
  record_version int,
  base_hash text,
  row_text text,
  row_at timestamptz,
  primary key (run_id, seq)
);
create index ix_reconcile_difference_cause on reconcile_difference (run_id, cause, seq);
create index ix_reconcile_difference_record on reconcile_difference (run_id, record_id);

create unlogged table reconcile_seen (
  run_id bigint not null,
  connection_id text not null,
  stream text not null,
  native_id text not null,
  primary key (run_id, connection_id, stream, native_id)
);

create table reconcile_stream (
  connection_id text not null,
  stream text not null,
  flow_id text not null,
  due_at timestamptz,
  due_cause text not null default 'schedule' check (due_cause in ('schedule', 'outage')),
  lease_until timestamptz,
  run_id bigint,
  compared_at timestamptz,
  compared int not null default 0,
  causes jsonb not null default '{}',
  score double precision,
  primary key (connection_id, stream)
);
`;

/** Tombstones and the brake on mass deletes; comparisons with a plan, its differences, their schedule and the drift score. */
export class DeletesAndReconcile1764300000000 implements MigrationInterface {
  name = 'DeletesAndReconcile1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table reconcile_stream, reconcile_seen, reconcile_difference;
      delete from reconcile_run;
      alter table reconcile_run drop column flow_id, drop column mode, drop column automatic, drop column cause, drop column actor,
        drop column repair_state, drop column repair_counts, drop column repaired_at, drop column alive_at,
        add column repair boolean not null, add column differences jsonb not null default '[]',
        alter column connection_id set not null, alter column stream set not null;
      drop index ix_change_braked;
      drop table delete_brake, tombstone;
      drop index ix_replica_gone;
      alter table replica drop column gone_at, drop column gone_since, drop column incarnation, drop column agreed_hash,
        drop column agreed_version, drop column agreed_mapping`);
  }
}
