import pg from 'pg';
import { closeRunFolder } from './run-folder.mjs';

/** After all tests: ends the servers of this run, and on a server that is not ours drops the databases it made there. */
export default async function tearDown() {
  if (process.env.TEST_DATABASE_URL) await dropDatabases(process.env.TEST_DATABASE_URL, `isthmus_test_${process.pid}_`);
  await closeRunFolder(process.env.TEST_RUN_FOLDER);
}

async function dropDatabases(url, prefix) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('select datname as name from pg_database where starts_with(datname, $1)', [
    prefix,
  ]);
  for (const { name } of rows) await client.query(`drop database ${client.escapeIdentifier(name)} with (force)`);
  await client.end();
}
