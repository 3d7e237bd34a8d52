import { backUpLedger } from '../../support/ledger-backup.js';
import type { LedgerBackup } from '../../support/ledger-backup.js';
import { person, startTwoSides } from '../../support/two-sides.js';
import type { SideRow, TwoSides } from '../../support/two-sides.js';

jest.setTimeout(180_000);

const CUSTOMERS = 60;
const name = (number: number): string => `N${String(number).padStart(4, '0')}`;
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

describe('a backup of the ledger from an hour ago is put back', () => {
  let sides: TwoSides;
  let backup: LedgerBackup | undefined;
  afterEach(async () => {
    await backup?.drop();
    await sides?.stop();
  });

  const transaction = async (statements: readonly string[]): Promise<void> => {
    const runner = sides.ledger.database.dataSource.createQueryRunner();
    try {
      await runner.startTransaction('REPEATABLE READ');
      for (const statement of statements) await runner.query(statement);
      await runner.commitTransaction();
    } finally {
      await runner.release();
    }
  };
  const edit = (side: string, number: number, set: object): void =>
    void sides.edit(side, { id: String(sides.rows(side).get(name(number))?.id), set });
  /** What a side holds, as people see it, with each number as often as it is there. */
  const held = (side: string): string[] =>
    (sides.sandbox.rest.records(side) as SideRow[])
      .map((row) => JSON.stringify([row['number'], row['name'], row['email'], row['stage'], row['note']]))
      .sort();

  it('F48 both ends have moved on: what the hub wrote since is known again and not written twice, and both ends are in step', async () => {
    sides = await startTwoSides({
      policy: { deletes: 'propagate' },
      before: (sandbox) => {
        for (const number of numbers(0, CUSTOMERS)) sandbox.rest.edit({ type: 'left', set: person(number) as never });
      },
    });
    expect(sides.rows('right').size).toBe(CUSTOMERS);
    backup = await backUpLedger(sides.query, transaction);

    for (const number of numbers(100, 120)) sides.edit('left', { set: person(number) });
    for (const number of numbers(200, 210)) sides.edit('right', { set: person(number) });
    for (const number of numbers(0, 15)) edit('left', number, { note: 'first edit' });
    for (const number of numbers(20, 30)) edit('right', number, { email: `new${number}@example.com` });
    await sides.poll('left');
    await sides.poll('right');
    for (const number of numbers(0, 15)) edit('left', number, { note: 'second edit' });
    await sides.poll('left');
    await sides.poll('right');
    const before = { left: held('left'), right: held('right') };
    expect(before.left).toEqual(before.right);
    expect(before.left).toHaveLength(CUSTOMERS + 30);
    const { calls } = sides.sandbox.rest;
    const effects = structuredClone(calls.report().effects);

    await sides.restart(() => (backup as LedgerBackup).restore('1 hour'));
    // People go on working while the hub finds its way.
    sides.edit('left', { set: person(300) });
    await sides.poll('left');
    await sides.compare({ flow: 'people', repair: true });
    await sides.settled();
    await sides.poll('left');
    await sides.poll('right');

    const added = JSON.stringify(['N0300', '客户 0300', 'n0300@example.com', 'new', 'first']);
    expect(held('left')).toEqual([...before.left, added].sort());
    expect(held('right')).toEqual([...before.right, added].sort());
    expect(calls.report().effects['left']?.['created']).toBe(effects['left']?.['created']);
    expect(calls.report().effects['right']?.['created']).toBe((effects['right']?.['created'] ?? 0) + 1);
    expect((await sides.compare({ flow: 'people' })).counts.differences).toBe(0);
    const doubles = `select body->>'customerNumber' as number from record where status = 'active' group by 1 having count(*) > 1`;
    expect(await sides.query(doubles)).toEqual([]);
  });
});
