import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHANGES = `
alter table conflict drop constraint conflict_state_check;
alter table conflict add constraint conflict_state_check
  check (state in ('open', 'record', 'incoming', 'joined', 'value', 'superseded'));
alter table conflict
  add column policy text,
  add column why text,
  add column record_by text,
  add column record_at timestamptz,
  add column incoming_at timestamptz,
  add column decided_value jsonb;
create index ix_conflict_open_record on conflict (record_id, connection_id) where state = 'open';

create table undo_run (
  id int generated always as identity primary key,
  batch jsonb not null,
  dry_run boolean not null,
  created text not null check (created in ('keep', 'archive')),
  state text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled')),
  position uuid,
  report jsonb not null,
  attempts int not null default 0,
  failure jsonb,
  actor text not null,
  started_at timestamptz not null,
  stepped_at timestamptz,
  finished_at timestamptz
);
create index ix_undo_run_running on undo_run (id) where state = 'running';

create table undo_target (
  run_id int not null,
  record_id uuid not null,
  version int not null,
  primary key (run_id, record_id, version)
);

create table undo_effect (
  run_id int not null,
  record_id uuid not null,
  version int not null,
  primary key (run_id, record_id, version)
);
`;

const BACK = `
drop table undo_effect;
drop table undo_target;
drop table undo_run;
drop index ix_conflict_open_record;
update conflict set state = 'record' where state in ('joined', 'value', 'superseded');
alter table conflict drop column policy, drop column why, drop column record_by, drop column record_at, drop column incoming_at,
  drop column decided_value;
alter table conflict drop constraint conflict_state_check;
alter table conflict add constraint conflict_state_check check (state in ('open', 'record', 'incoming'));
`;

/** Who and why of conflicts, decisions with a value of its own, and runs that take a batch back. */
export class ConflictsAndUndo1764400000000 implements MigrationInterface {
  readonly name = 'ConflictsAndUndo1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHANGES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(BACK);
  }
}
