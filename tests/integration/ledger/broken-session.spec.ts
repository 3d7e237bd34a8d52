import { Client } from 'pg';
import { Database } from '@isthmus/ledger';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';

const PID = { name: 'own-pid', text: 'select pg_backend_pid() as pid' };

describe('F08 a session that the server ends while it is in use', () => {
  let ledger: TestLedger;
  let database: Database;
  let admin: Client;
  beforeAll(async () => {
    ledger = await testLedger();
    // Two sessions, among them the one that TypeORM opens first.
    database = await Database.open({ url: ledger.url, poolSize: 2 });
    admin = new Client({ connectionString: ledger.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await database?.close();
    await ledger?.close();
  });

  it('fails its transaction and nothing else: the next one gets a new session', async () => {
    const ended: number[] = [];
    let begun = (): void => undefined;
    const bothBegan = new Promise<void>((done) => (begun = done));
    const work = async (): Promise<void> =>
      database.transaction(async (sql) => {
        const [own] = await sql.run<{ pid: number }>(PID, []);
        if (ended.push(own?.pid ?? 0) === 2) begun();
        await bothBegan;
        // Waits until it is gone, so that the break is noticed while no statement runs.
        await admin.query('select pg_terminate_backend($1, 5000)', [own?.pid]);
        await new Promise((turn) => setImmediate(turn));
        await sql.run(PID, []);
      });
    const outcomes = await Promise.allSettled([work(), work()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const [next] = await database.run<{ pid: number }>(PID, []);
    expect(ended).not.toContain(next?.pid);
  });
});
