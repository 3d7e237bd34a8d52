import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
alter table replica add column tried_versions int[];
update replica set tried_versions = array[tried_version] where tried_version is not null;
alter table replica drop column tried_version`;

const DOWN = `
alter table replica add column tried_version int;
update replica set tried_version = tried_versions[1] where native_id is null;
alter table replica drop column tried_versions`;

/** Updates too may take effect without an answer: all versions that were tried since the last answer, not only that of a create. */
export class TriedVersions1764550000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}
