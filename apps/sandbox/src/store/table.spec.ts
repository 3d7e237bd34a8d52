import { mkdtemp, rm, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Store } from './store.js';

interface Row {
  readonly n: number;
}

const ids = (entries: Iterable<{ id: string }>) => [...entries].map((entry) => entry.id);

describe('tables', () => {
  test('a changed row moves to the end of the order of change and stays in its place in the order of creation', () => {
    const table = new Store().table<Row>('rows');
    for (const n of [1, 2, 3]) table.put(table.newId(), { n }, n * 10);
    table.put('1', { n: 9 }, 40);
    expect(ids(table.all())).toEqual(['1', '2', '3']);
    expect(ids(table.changedSince(20))).toEqual(['2', '3', '1']);
    expect(ids(table.changedAfter(3))).toEqual(['1']);
    expect(ids(table.afterId('1'))).toEqual(['2', '3']);
  });

  test('many changes of few rows leave the order of change small and right', () => {
    const table = new Store().table<Row>('rows');
    for (let round = 0; round < 3_000; round += 1) table.put(String(1 + (round % 2)), { n: round }, round);
    expect(ids(table.changedSince(2_998))).toEqual(['1', '2']);
  });

  test('a table that is emptied and filled again keeps its orders', () => {
    const table = new Store().table<Row>('rows');
    for (let n = 1; n <= 3_000; n += 1) table.put(table.newId(), { n }, n);
    for (let n = 1; n <= 2_990; n += 1) table.remove(String(n), 4_000);
    table.put('2995', { n: 0 }, 5_000);
    table.put(table.newId(), { n: 3_001 }, 5_001);
    expect(ids(table.all())).toEqual([
      '2991',
      '2992',
      '2993',
      '2994',
      '2995',
      '2996',
      '2997',
      '2998',
      '2999',
      '3000',
      '3001',
    ]);
    expect(ids(table.changedSince(2_999))).toEqual(['2999', '3000', '2995', '3001']);
    expect(ids(table.slice(3, 5))).toEqual(['2994', '2995']);
    expect(ids(table.afterId('2999'))).toEqual(['3000', '3001']);
  });

  test('a clock that goes back does not hide a row', () => {
    const table = new Store().table<Row>('rows');
    table.put('1', { n: 1 }, 100);
    table.put('2', { n: 2 }, 50);
    expect(ids(table.changedSince(60))).toEqual(['1']);
    expect(ids(table.changedSince(40))).toEqual(['1', '2']);
  });
});

describe('journal', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'journal-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = async () => {
    const store = new Store(join(folder, 'far.jsonl'));
    const table = store.table<Row>('rows', 100n);
    await store.load();
    return { store, table };
  };

  test('rows and removals survive a restart, and no id is used twice', async () => {
    const first = await open();
    for (const n of [1, 2, 3]) first.table.put(first.table.newId(), { n }, n);
    first.table.put('100', { n: 7 }, 9);
    first.table.remove('102', 10);
    await first.store.flush();
    const second = await open();
    expect([...second.table.all()].map(({ id, row }) => [id, row.n])).toEqual([
      ['100', 7],
      ['101', 2],
    ]);
    expect(second.table.newId()).toBe('103');
  });

  test('a line torn by a kill is left out', async () => {
    const path = join(folder, 'far.jsonl');
    await writeFile(path, '["rows","100",{"n":1},5]\n["rows","101",{"n":');
    const { table } = await open();
    expect(table.size).toBe(1);
    expect(await readFile(path, 'utf8')).toBe('["rows","100",{"n":1},5]\n');
  });
});
