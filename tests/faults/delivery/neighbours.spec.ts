import { until } from '../../support/demo-hub.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { Document, RestHub } from '../../support/rest-hub.js';

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
