import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table record_merge (
  id bigint generated always as identity primary key,
  entity text not null,
  survivor uuid not null,
  other uuid not null,
  survivor_before int not null,
  survivor_version int not null,
  other_before int not null,
  state text not null default 'merged' check (state in ('merged', 'undone')),
  undo jsonb not null,
  report jsonb not null,
  actor text not null,
  at timestamptz not null,
  undone_by text,
  undone_at timestamptz
);
create unique index uq_record_merge_other on record_merge (other) where state = 'merged';
create index ix_record_merge_survivor on record_merge (survivor, id);
create index ix_record_merged on record (id) include (merged_into) where merged_into is not null;
create index ix_record_merged_into on record (merged_into) where merged_into is not null;

alter table replica add column unwanted boolean not null default false;

alter table flow add column confirmed jsonb not null default '{}';
alter table flow add column awaits_since timestamptz;
update flow set confirmed = coalesce((
  select jsonb_object_agg(m->>'connection', jsonb_build_object('at', now(), 'by', 'automatic')) from jsonb_array_elements(members) m), '{}');
`;

/** Merges of records with what their undo needs, and flows that wait for a person to confirm their first sync. */
export class Identity1764200000000 implements MigrationInterface {
  name = 'Identity1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table flow drop column awaits_since, drop column confirmed;
      alter table replica drop column unwanted;
      drop index ix_record_merged_into, ix_record_merged;
      drop table record_merge`);
  }
}
