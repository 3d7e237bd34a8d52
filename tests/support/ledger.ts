import { Database } from '@isthmus/ledger';
import { testDatabase } from './database.js';
import type { TestDatabase } from './database.js';

/** A migrated ledger for one test file. */
export interface TestLedger {
  readonly url: string;
  readonly database: Database;
  clean(): Promise<void>;
  close(): Promise<void>;
}

async function migrate(url: string): Promise<void> {
  const database = await Database.open({ url });
  await database.close();
}

/** Opens the worker's ledger database, migrated and empty. */
export async function testLedger(name = 'ledger'): Promise<TestLedger> {
  const holder: TestDatabase = await testDatabase({ migrate, name });
  const database = await Database.open({ url: holder.url, poolSize: 12 });
  return {
    url: holder.url,
    database,
    clean: () => holder.clean(),
    close: async () => {
      await database.close();
      await holder.close();
    },
  };
}
