import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table mapping_draft (
  connection_id text not null,
  stream text not null,
  document text not null,
  base_version int,
  revision int not null default 1,
  actor text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (connection_id, stream)
);

create table mapping_publication (
  id int generated always as identity primary key,
  connection_id text not null,
  stream text not null,
  version int not null,
  document text not null,
  previous_version int,
  beneath_hash text not null,
  mode text not null check (mode in ('new-only', 'resync')),
  state text not null default 'active' check (state in ('active', 'rolled-back')),
  note text,
  actor text not null,
  at timestamptz not null,
  rolled_back_at timestamptz,
  rolled_back_by text
);
create index ix_mapping_publication_stream on mapping_publication (connection_id, stream, id);

create table mapping_run (
  id int generated always as identity primary key,
  kind text not null check (kind in ('preview', 'release', 'resync', 'undo')),
  connection_id text not null,
  stream text not null,
  publication_id int,
  from_version int,
  to_version int,
  document text,
  document_hash text not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled')),
  phase text not null,
  position text not null default '',
  done int not null default 0,
  total int not null default 0,
  report jsonb not null,
  attempts int not null default 0,
  failure jsonb,
  actor text not null,
  started_at timestamptz not null,
  stepped_at timestamptz,
  finished_at timestamptz
);
create index ix_mapping_run_stream on mapping_run (connection_id, stream, id);
create index ix_mapping_run_running on mapping_run (id) where state = 'running';
create unique index uq_mapping_run_writing on mapping_run (connection_id, stream) where state = 'running' and kind <> 'preview';

create table mapping_effect (
  publication_id int not null,
  record_id uuid not null,
  version int not null,
  primary key (publication_id, record_id, version)
);

create table remap_delivery (
  record_id uuid not null,
  connection_id text not null,
  run_id int not null,
  fields text[] not null,
  primary key (record_id, connection_id)
);

alter table change drop constraint change_origin_check;
alter table change add constraint change_origin_check
  check (origin in ('webhook', 'poll', 'backfill', 'reconcile', 'file', 'reference', 'delivery', 'remap'));
alter table attempt add column mapping_version int;
`;

/** Versions of mappings: drafts, publications, and the runs that preview, apply and take back what a publication changes. */
export class MappingVersions1764100000000 implements MigrationInterface {
  name = 'MappingVersions1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table attempt drop column mapping_version;
      delete from change where origin = 'remap';
      alter table change drop constraint change_origin_check;
      alter table change add constraint change_origin_check
        check (origin in ('webhook', 'poll', 'backfill', 'reconcile', 'file', 'reference', 'delivery'));
      drop table remap_delivery, mapping_effect, mapping_run, mapping_publication, mapping_draft`);
  }
}
