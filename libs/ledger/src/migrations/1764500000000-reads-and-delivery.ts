import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table connection add column maintenance jsonb not null default '[]';
alter table connection drop constraint connection_state_check;
alter table connection add constraint connection_state_check check (state in ('active', 'paused', 'draining', 'needs-auth'));

alter table flow add column state_reason jsonb, add column state_since timestamptz not null default now();
alter table flow drop constraint flow_state_check;
alter table flow add constraint flow_state_check check (state in ('active', 'paused', 'draining'));

create table hold (
  connection_id text not null,
  entity text not null,
  state text not null check (state in ('paused', 'draining')),
  reason jsonb,
  since timestamptz not null,
  primary key (connection_id, entity)
);

alter table rate_bucket add column ceiling double precision, add column penalised_at timestamptz;

alter table replica add column left_out uuid[];

drop index ix_change_pending;
create index ix_change_pending on change (entity, lane, connection_id, id) where state = 'pending';
create index ix_change_fetch_lane on change (connection_id, lane, due_at) where state = 'fetch';

create table backfill (
  id int generated always as identity primary key,
  connection_id text not null,
  stream text not null,
  entity text not null,
  direction text not null check (direction in ('in', 'out')),
  selection text not null check (selection in ('all', 'window', 'native-ids', 'records', 'mapping-version')),
  changed_since timestamptz,
  changed_until timestamptz,
  mapping_version int,
  records_per_second double precision,
  state text not null default 'running' check (state in ('running', 'paused', 'done', 'failed', 'cancelled')),
  position text not null default '',
  done int not null default 0,
  skipped int not null default 0,
  total int,
  attempts int not null default 0,
  failure jsonb,
  actor text not null,
  started_at timestamptz not null,
  working_since timestamptz not null,
  worked_ms bigint not null default 0,
  finished_at timestamptz,
  next_at timestamptz,
  lease_token uuid,
  lease_until timestamptz
);
create index ix_backfill_running on backfill (id) where state = 'running';
create unique index uq_backfill_reading on backfill (connection_id, stream)
  where state in ('running', 'paused') and direction = 'in' and selection in ('all', 'window');

create table backfill_item (
  backfill_id int not null references backfill (id) on delete cascade,
  seq int not null,
  native_id text,
  record_id uuid,
  primary key (backfill_id, seq)
);
`;

const DOWN = `
drop table backfill_item;
drop table backfill;
drop index ix_change_fetch_lane;
drop index ix_change_pending;
create index ix_change_pending on change (entity, lane, id) where state = 'pending';
alter table replica drop column left_out;
alter table rate_bucket drop column ceiling, drop column penalised_at;
drop table hold;
update flow set state = 'paused' where state = 'draining';
alter table flow drop constraint flow_state_check;
alter table flow add constraint flow_state_check check (state in ('active', 'paused'));
alter table flow drop column state_reason, drop column state_since;
update connection set state = 'paused' where state = 'draining';
alter table connection drop constraint connection_state_check;
alter table connection add constraint connection_state_check check (state in ('active', 'paused', 'needs-auth'));
alter table connection drop column maintenance;
`;

/** Maintenance windows, pausing and draining by connection, flow and entity, learnt call rates, broken reference cycles, and backfills. */
export class ReadsAndDelivery1764500000000 implements MigrationInterface {
  name = 'ReadsAndDelivery1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
