import { Client } from 'pg';
import { testDatabase } from './database.js';

const withClient = async <T>(url: string, action: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  return action(client).finally(() => client.end());
};

let migrations = 0;
const migrate = async (url: string): Promise<void> => {
  migrations++;
  await withClient(url, async (client) => {
    await client.query(`create table migrations (name text); insert into migrations values ('first')`);
    await client.query('create table owner (id int primary key)');
    await client.query('create table thing (owner int references owner on delete restrict)');
  });
};
const rows = (url: string): Promise<unknown> =>
  withClient(url, async (client) => {
    const sql = 'select (select count(*)::int from thing) things, (select count(*)::int from migrations) migrations';
    return (await client.query<Record<string, number>>(sql)).rows[0];
  });

describe('the database of a worker', () => {
  it('is migrated once and empty for every test, whatever refers to what', async () => {
    const first = await testDatabase({ name: 'support', migrate });
    await withClient(first.url, (client) => client.query('insert into owner values (1); insert into thing values (1)'));
    expect(await rows(first.url)).toEqual({ things: 1, migrations: 1 });
    await first.clean();
    expect(await rows(first.url)).toEqual({ things: 0, migrations: 1 });
    await first.close();

    const second = await testDatabase({ name: 'support', migrate });
    await second.close();
    expect(second.url).toBe(first.url);
    expect(migrations).toBe(1);
  });

  it('is made anew when its migration failed half way', async () => {
    const broken = testDatabase({ name: 'broken', migrate: () => Promise.reject(new Error('no such type')) });
    await expect(broken).rejects.toThrow('no such type');
    const mended = await testDatabase({ name: 'broken', migrate });
    expect(await rows(mended.url)).toEqual({ things: 0, migrations: 1 });
    await mended.close();
  });
});
