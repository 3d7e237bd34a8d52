import { until } from '../../support/demo-hub.js';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';
import { person, startTwoSides } from '../../support/two-sides.js';
import type { TwoSides } from '../../support/two-sides.js';

jest.setTimeout(120_000);

const ADD = {
  name: 'test-add',
  text: `update merge_run set crashes = crashes + 1 where entity = $1 returning crashes`,
};
const READ = { name: 'test-read', text: `select crashes from merge_run where entity = $1` };
const WRITE = { name: 'test-write', text: `update merge_run set crashes = $2 where entity = $1` };
const STRICT = { name: 'test-strict', text: `set transaction isolation level serializable` };

describe('two sessions of the ledger in each other’s way', () => {
  let ledger: TestLedger;
  beforeAll(async () => void (ledger = await testLedger()));
  beforeEach(() => ledger.clean());
  afterAll(() => ledger?.close());

  const start = (): Promise<unknown> =>
    ledger.database.dataSource.query(
      `insert into merge_run (entity, is_open, batch_limit, crashes) values ('a', false, 1, 0), ('b', false, 1, 0)`,
    );
  const counts = async (): Promise<number[]> => {
    const rows: { crashes: number }[] = await ledger.database.dataSource.query(
      `select crashes from merge_run order by entity`,
    );
    return rows.map(({ crashes }) => crashes);
  };
  /** Lets nobody go on before so many have come; who comes later passes. */
  const barrier = (wanted: number): (() => Promise<void>) => {
    let arrived = 0;
    let open: () => void = () => undefined;
    const all = new Promise<void>((done) => (open = done));
    return () => {
      arrived += 1;
      if (arrived >= wanted) open();
      return all;
    };
  };

  it('F11 that lock in opposite order both come through: the one that PostgreSQL ends runs again, and nothing is lost', async () => {
    await start();
    const bothHaveOne = barrier(2);
    let runs = 0;
    const add = (first: string, second: string): Promise<void> =>
      ledger.database.transaction(async (sql) => {
        runs += 1;
        await sql.run(ADD, [first]);
        await bothHaveOne();
        await sql.run(ADD, [second]);
      });
    await Promise.all([add('a', 'b'), add('b', 'a')]);
    expect(await counts()).toEqual([2, 2]);
    expect(runs).toBe(3);
  });

  it('F11 that read before they write, as serializable, lose no update of one another', async () => {
    await start();
    const allHaveRead = barrier(4);
    const add = (): Promise<void> =>
      ledger.database.transaction(async (sql) => {
        await sql.run(STRICT, []);
        const [row] = await sql.run<{ crashes: number }>(READ, ['a']);
        await allHaveRead();
        await sql.run(WRITE, ['a', (row?.crashes ?? 0) + 1]);
      });
    await Promise.all([add(), add(), add(), add()]);
    expect((await counts())[0]).toBe(4);
  });
});

describe('customers that are merged from both ends at once', () => {
  let sides: TwoSides;
  beforeAll(async () => {
    sides = await startTwoSides({
      before: (sandbox) => {
        for (let number = 0; number < 12; number += 1)
          sandbox.rest.edit({ type: 'left', set: person(number) as never });
      },
    });
  });
  afterAll(() => sides?.stop());

  const recordOf = async (number: number): Promise<string> => {
    const [row] = await sides.query<{ id: string }>(
      `select id from record where body->>'customerNumber' = 'N${String(number).padStart(4, '0')}'`,
    );
    if (!row) throw new Error(`no customer ${number}`);
    return row.id;
  };
  const merge = (survivor: string, other: string): ReturnType<TwoSides['api']> =>
    sides.api(`/api/v1/records/${survivor}/merge`, { method: 'POST', body: { other } });

  it('F11 A into B and B into A while both are edited: one of them wins, no edit and no copy is lost, nothing stays stuck', async () => {
    const pairs = await Promise.all(
      [0, 2, 4, 6, 8, 10].map(async (number) => [await recordOf(number), await recordOf(number + 1)] as const),
    );
    const rows = sides.rows('left');
    const edited = [0, 2, 4, 6, 8, 10].map((number) => rows.get(`N${String(number).padStart(4, '0')}`));
    for (const row of edited) sides.edit('left', { id: String(row?.id), set: { note: 'edited meanwhile' } });
    const [answers] = await Promise.all([
      Promise.all(pairs.flatMap(([a, b]) => [merge(a, b), merge(b, a)])),
      sides.read('left'),
    ]);
    expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    for (const [place] of pairs.entries())
      expect([place, answers.slice(2 * place, 2 * place + 2).filter(({ status }) => status < 300).length]).toEqual([
        place,
        1,
      ]);
    await sides.settled();
    const open = `select count(*)::int as open from change where state in ('pending', 'waiting', 'rejected', 'dead')`;
    await until(async () => (await sides.query<{ open: number }>(open))[0]?.open === 0, 'nothing is stuck');
    // Every customer of the source still leads to one living record, and no record is merged into a merged one.
    const living = await sides.query<{ native: string; status: string }>(`
      select p.native_id as native, coalesce(s.status, r.status) as status from replica p join record r on r.id = p.record_id
      left join record s on s.id = r.merged_into where p.connection_id = 'left' and p.native_id is not null`);
    expect(living.map(({ status }) => status)).toEqual(living.map(() => 'active'));
    expect(living).toHaveLength(12);
    const notes = await sides.query<{ note: string }>(
      `select coalesce(s.body->>'note', r.body->>'note') as note from record r left join record s on s.id = r.merged_into
       where r.id in (${pairs.map(([a]) => `'${a}'`).join(', ')})`,
    );
    expect(new Set(notes.map(({ note }) => note)).size).toBeLessThanOrEqual(2);
    const history = await sides.query<{ note: string }>(`
      select distinct v.body->>'note' as note from (select body from record_version union all select body from record) v
      where v.body->>'note' = 'edited meanwhile'`);
    expect(history).toHaveLength(1);
  });
});
