import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { startEmbeddedPostgres } from '@isthmus/platform';

/** A migrated database that only this jest worker uses. */
export interface TestDatabase {
  readonly url: string;
  /** Deletes all rows but those of the tables to keep: 0.4 ms, where TRUNCATE takes 80. Sequences run on. */
  clean(): Promise<void>;
  /** Closes the connection that cleaning uses; call it in `afterAll`. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Brings an empty database up to date. Runs once in each worker for each `name`. @default no tables */
  readonly migrate?: (url: string) => Promise<unknown>;
  /** Tells databases with different tables apart. @default "main" */
  readonly name?: string;
  /** Tables that `clean` leaves alone. @default ["migrations"] */
  readonly keep?: readonly string[];
}

/** Thrown-away data needs no flush to disk, and many workers many connections. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/** The worker's database, made and migrated at the first call and emptied at every one. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { name = 'main', keep = ['migrations'], migrate } = options;
  const url = await ensureDatabase(`isthmus_test_${runId()}_${process.env['JEST_WORKER_ID'] ?? '1'}_${name}`, migrate);
  const client = await connect(url);
  const emptyAll = await deleteStatements(client, keep);
  const clean = async (): Promise<void> => void (await client.query(emptyAll));
  await clean();
  return { url, clean, close: () => client.end() };
}

/** The server's address for tests that make databases themselves. Started at the first call of the run. */
export async function adminUrl(): Promise<string> {
  if (process.env['TEST_DATABASE_URL']) return process.env['TEST_DATABASE_URL'];
  // Never stopped here: the next test file shares it, and jest's global tear-down ends it.
  const { url } = await startEmbeddedPostgres({ dataDir: join(runFolder(), 'postgres'), settings: SETTINGS });
  return url;
}

function runFolder(): string {
  const folder = process.env['TEST_RUN_FOLDER'];
  if (!folder) throw new Error('Tests with a database run under jest, whose global set-up makes the folder for it.');
  return folder;
}

function runId(): string {
  return runFolder().split('-').at(-1) ?? '';
}

async function ensureDatabase(database: string, migrate: TestDatabaseOptions['migrate']): Promise<string> {
  const admin = await adminUrl();
  const url = new URL(admin);
  url.pathname = `/${database}`;
  const client = await connect(admin);
  try {
    // The comment says that migration came to its end; a database without it is left over from a failed one.
    const { rows } = await client.query<{ done: string | null }>(
      `select shobj_description(oid, 'pg_database') as done from pg_database where datname = $1`,
      [database],
    );
    if (rows[0]?.done === 'migrated') return url.href;
    const quoted = escapeIdentifier(database);
    await client.query(`drop database if exists ${quoted} with (force)`);
    await client.query(`create database ${quoted}`);
    await migrate?.(url.href);
    await client.query(`comment on database ${quoted} is 'migrated'`);
    return url.href;
  } finally {
    await client.end();
  }
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** Foreign keys and triggers are off for the moment, so that the order of tables does not matter. */
async function deleteStatements(client: Client, keep: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all ($1)
        and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'`,
    [keep],
  );
  const deletes = rows.map(({ name }) => `delete from ${name};`).join(' ');
  return `begin; set local session_replication_role = replica; ${deletes} commit;`;
}
