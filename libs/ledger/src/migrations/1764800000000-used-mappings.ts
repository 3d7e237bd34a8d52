import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = `
create table mapping_used (
  connection_id text not null,
  stream text not null,
  version int not null,
  at timestamptz not null,
  primary key (connection_id, stream)
);

create index ix_reconcile_difference_object on reconcile_difference (connection_id, stream, native_id);
create index ix_reconcile_difference_erased on reconcile_difference (record_id) where record_id is not null;
`;

/**
 * With which mapping version each stream worked last: it goes on with it while the next one is broken. And the ways in which an erasure
 * looks for differences, across all comparisons.
 */
export class UsedMappings1764800000000 implements MigrationInterface {
  readonly name = 'UsedMappings1764800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop index ix_reconcile_difference_erased, ix_reconcile_difference_object; drop table mapping_used',
    );
  }
}
