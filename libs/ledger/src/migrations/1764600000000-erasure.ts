import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table erasure (
  id int generated always as identity primary key,
  record_id uuid not null,
  entity text not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  phase text not null default 'collect' check (phase in ('collect', 'documents', 'settle')),
  position uuid,
  counts jsonb not null,
  reason text not null,
  actor text not null,
  erased_xid xid8,
  attempts int not null default 0,
  failure jsonb,
  started_at timestamptz not null,
  stepped_at timestamptz,
  finished_at timestamptz,
  lifted_at timestamptz,
  lifted_by text
);
create index ix_erasure_running on erasure (id) where state = 'running';
create index ix_erasure_record on erasure (record_id, id);

create table erased_record (
  record_id uuid primary key,
  erasure_id int not null,
  part text not null check (part in ('person', 'document')),
  is_done boolean not null,
  at timestamptz not null
);
create index ix_erased_record_erasure on erased_record (erasure_id, record_id);

create table erased_object (
  connection_id text not null,
  stream text not null,
  native_hash text not null,
  record_id uuid not null,
  is_held boolean not null,
  at timestamptz not null,
  told_at timestamptz,
  primary key (connection_id, stream, native_hash)
);
create index ix_erased_object_record on erased_object (record_id);

create table erasure_key (
  id int primary key check (id = 1),
  key uuid not null
);
insert into erasure_key (id, key) values (1, gen_random_uuid());
`;

/** Erasure of a person: its runs, the records that it went through, and the native objects that must not bring the person back. */
export class Erasure1764600000000 implements MigrationInterface {
  readonly name = 'Erasure1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table erasure_key, erased_object, erased_record, erasure');
  }
}
