import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database, dumpSchema } from '@isthmus/ledger';
import { adminUrl } from '../../support/database.js';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';

const FILE = join(process.cwd(), 'libs/ledger/schema.txt');

describe('the schema of the ledger', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(() => ledger.close());

  it('is what libs/ledger/schema.txt says (UPDATE_SCHEMA=1 writes it anew)', async () => {
    const dump = await dumpSchema(ledger.database);
    if (process.env['UPDATE_SCHEMA'] === '1' || !existsSync(FILE)) writeFileSync(FILE, dump);
    expect(dump).toBe(readFileSync(FILE, 'utf8'));
  });

  it('agrees with the TypeORM entities: nothing is left to migrate', async () => {
    const builder = ledger.database.dataSource.driver.createSchemaBuilder();
    const pending = await builder.log();
    expect(
      pending.upQueries.map((query) => query.query).filter((query) => !query.includes('typeorm_metadata')),
    ).toEqual([]);
  });

  it('can be taken back and built again', async () => {
    await ledger.database.dataSource.undoLastMigration();
    await ledger.database.dataSource.runMigrations();
    expect(await dumpSchema(ledger.database)).toBe(readFileSync(FILE, 'utf8'));
  });

  it('F42 is migrated once when several processes start at once', async () => {
    const admin = await Database.open({ url: await adminUrl(), poolSize: 2 });
    const name = `isthmus_race_${process.pid}`;
    await admin.dataSource.query(`create database ${name}`);
    const url = new URL(await adminUrl());
    url.pathname = `/${name}`;
    const opened = await Promise.all(Array.from({ length: 4 }, () => Database.open({ url: url.href, poolSize: 2 })));
    const [row] = await opened[0]!.run<{ count: number }>(
      { name: 'count-migrations', text: 'select count(*)::int as count from migrations' },
      [],
    );
    expect(row?.count).toBe(opened[0]!.dataSource.migrations.length);
    await Promise.all(opened.map((database) => database.close()));
    await admin.dataSource.query(`drop database ${name} with (force)`);
    await admin.close();
  });
});
