import { until } from '../../support/demo-hub.js';
import { countEarlyCalls } from '../../support/early-calls.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { Document, RestHub } from '../../support/rest-hub.js';

jest.setTimeout(90_000);

const customer = (number: number): Document => ({
  id: `c${number}`,
  number: `N-${number}`,
  name: `客户 ${number}`,
  email: `c${number}@example.com`,
});

describe('a far side that says 429', () => {
  let rest: RestHub;
  let next = 1;
  beforeAll(async () => {
    rest = await startRestHub({ targets: { store: 'header', other: 'header' } });
  });
  afterAll(() => rest?.stop());
  afterEach(() => rest.sandbox.rest.faults.clear());

  /** Sends customers whose first write to the store is answered 429; resolves when the store has said so. */
  async function limited(header: object): Promise<{ numbers: string[]; early: () => number }> {
    const early = countEarlyCalls(rest.sandbox.rest, '/rest/store');
    rest.sandbox.rest.faults.add({ match: { path: '/store', kind: 'write' }, times: 1, status: 429, ...header });
    const numbers: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      numbers.push(`N-${next}`);
      expect(await rest.tellCustomer(customer(next))).toBe(200);
      next += 1;
    }
    await until(() => rest.sandbox.rest.faults.list()[0]?.hits === 1, 'the store has said 429');
    return { numbers, early };
  }

  const holds = (collection: string, numbers: readonly string[]): boolean => {
    const held = new Set(rest.documents(collection).map((document) => document['number']));
    return numbers.every((number) => held.has(number));
  };

  it.each([
    ['in seconds', { retryAfter: 3 }],
    ['as an HTTP date', { retryAfterDateSeconds: 4 }],
    ['not at all', {}],
    ['as words that mean nothing', { retryAfter: 'soon' }],
    ['as a time that is over', { retryAfter: 'Wed, 21 Oct 2015 07:28:00 GMT' }],
  ])(
    'F15 obeys a Retry-After that is given %s: no call is early, and everything arrives once',
    async (_name, header) => {
      const { numbers, early } = await limited(header);
      await rest.settled();
      expect(early()).toBe(0);
      expect(holds('store', numbers) && holds('other', numbers)).toBe(true);
      expect(rest.documents('store')).toHaveLength(next - 1);
    },
  );

  it('F15 a 429 slows its own connection only', async () => {
    const { numbers, early } = await limited({ retryAfter: 5 });
    await until(() => holds('other', numbers), 'the other target has everything');
    expect(holds('store', numbers)).toBe(false);
    await rest.settled();
    expect(early()).toBe(0);
    expect(holds('store', numbers)).toBe(true);
  });

  it('F15 a Retry-After of 10^9 seconds is taken for an hour; no call is made meanwhile and the other target goes on', async () => {
    const { numbers, early } = await limited({ retryAfter: 1_000_000_000 });
    await until(() => holds('other', numbers), 'the other target has everything');
    await until(
      async () =>
        (await rest.count(
          `select count(*) from replica where connection_id = 'store' and state = 'pending' and due_at < now() + interval '5 min'`,
        )) === 0,
      'all wait',
    );
    const [waiting] = await rest.rows<{ count: number; least: number; most: number }>(
      `select count(*)::int as count, extract(epoch from min(due_at) - now())::float as least, extract(epoch from max(due_at) - now())::float as most from replica where connection_id = 'store' and state = 'pending'`,
    );
    expect(waiting?.count).toBeGreaterThan(0);
    expect(waiting?.least).toBeGreaterThan(3_000);
    expect(waiting?.most).toBeLessThanOrEqual(3_600);
    expect(
      await rest.count(`select extract(epoch from held_until - now()) from rate_bucket where connection_id = 'store'`),
    ).toBeLessThanOrEqual(3_600);
    const calls = rest.sandbox.rest.calls.report().routes['POST /store']?.count;
    expect(await rest.tellCustomer(customer(next))).toBe(200);
    await until(() => holds('other', [`N-${next}`]), 'the other target has the next one as well');
    next += 1;
    expect(rest.sandbox.rest.calls.report().routes['POST /store']?.count).toBe(calls);
    expect(early()).toBe(0);
    expect(await rest.count(`select count(*) from replica where state = 'dead'`)).toBe(0);
  });
});
