import { until } from '../../support/demo-hub.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { Document, RestHub } from '../../support/rest-hub.js';
import { person, startTwoSides } from '../../support/two-sides.js';
import type { TwoSides } from '../../support/two-sides.js';

jest.setTimeout(120_000);

const CUSTOMERS = 200;
const customer = (number: number): Document => ({
  id: `c${number}`,
  number: `N-${number}`,
  name: `客户 ${number}`,
  email: `c${number}@example.com`,
});

describe('a target that is dead beside one that lives', () => {
  let rest: RestHub;
  afterEach(() => rest?.stop());

  const tell = async (from: number): Promise<void> => {
    for (let number = from; number < from + CUSTOMERS; number += 1)
      expect(await rest.tellCustomer(customer(number))).toBe(200);
  };
  const writesTo = (target: string): number => rest.sandbox.rest.calls.report().routes[`POST /${target}`]?.count ?? 0;

  it.each<[string, object]>([
    ['refuses every call', { status: 503 }],
    ['hangs until the time-out', { delayMs: 5_000 }],
  ])(
    'F46 the living one gets everything at nine tenths of its calls or better, while the other %s',
    async (_name, fault) => {
      rest = await startRestHub({ targets: { dead: 'header', alive: 'header' } });
      await rest.settled();
      rest.sandbox.rest.faults.add({ match: { path: '/dead' }, ...fault });
      await tell(0);
      await until(() => rest.documents('alive').length === CUSTOMERS, 'the living one has everything', 60_000);
      expect(rest.documents('dead')).toHaveLength(0);
      // Nine calls of ten bring something: a slow machine may lose an answer to its time-out.
      expect(writesTo('alive')).toBeLessThanOrEqual(Math.ceil(CUSTOMERS / 0.9));
      // The breaker keeps the dead one in peace: what was under way at once, and then probes.
      expect(writesTo('dead')).toBeLessThan(60);
      expect(await rest.count(`select count(*) from replica where state = 'dead'`)).toBe(0);
      const behind = `select count(*) from replica where connection_id = 'alive' and state <> 'settled'`;
      await until(async () => (await rest.count(behind)) === 0, 'the living one is in step', 20_000);
    },
  );
});

describe('a connection that floods', () => {
  let sides: TwoSides;
  afterEach(() => sides?.stop());

  const FLOOD = 3_000;
  const FEW = 20;

  it('F45 the few changes of another one are merged in the first batch and written among the first, not after the flood', async () => {
    sides = await startTwoSides({
      sides: { flood: { direction: 'in' }, calm: { direction: 'in' }, target: { direction: 'out' } },
    });
    const { queue } = sides.hub.runtime.parts;
    await queue.pause('merge');
    for (let number = 0; number < FLOOD; number += 1) sides.edit('flood', { set: person(number) });
    await sides.read('flood');
    for (let number = FLOOD; number < FLOOD + FEW; number += 1) sides.edit('calm', { set: person(number) });
    await sides.read('calm');
    const waiting = `select count(*)::int as count from change where state = 'pending'`;
    expect(await sides.query(waiting)).toEqual([{ count: FLOOD + FEW }]);
    await queue.resume('merge');
    queue.hint({ kind: 'merge', key: 'customer' });
    await sides.settled();
    const batches = await sides.query<{ calm: number; all: number }>(`
      select count(*) filter (where connection_id = 'calm')::int as calm, count(*)::int as all from change
      where connection_id in ('flood', 'calm') and state = 'merged' group by settled_at order by settled_at`);
    expect(batches.length).toBeGreaterThan(3);
    expect(batches[0]?.calm).toBe(FEW);
    const targets = (sides.sandbox.rest.records('target') as { number: string }[]).map(({ number }) => number);
    expect(targets).toHaveLength(FLOOD + FEW);
    const places = targets.flatMap((number, place) => (Number(number.slice(1)) >= FLOOD ? [place] : []));
    // The first batch is 500 changes; what was merged with the few is written with them.
    expect(Math.max(...places)).toBeLessThan(FLOOD / 2);
  });
});
