import type { MigrationInterface, QueryRunner } from 'typeorm';

// Values are JSON as text: jsonb refuses what far sides may hold, such as an escaped NUL.
const TABLES = `
create table native_image (
  publication_id int not null,
  native_id text not null,
  pointer text not null,
  was text,
  wrote text not null,
  primary key (publication_id, native_id, pointer)
);

alter table remap_delivery add column restore text[];
`;

/** What far sides held in fields before a published mapping wrote them, and values that deliveries bring back. */
export class NativeImages1764700000000 implements MigrationInterface {
  readonly name = 'NativeImages1764700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table remap_delivery drop column restore; drop table native_image');
  }
}
