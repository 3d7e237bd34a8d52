import { until } from '../../support/demo-hub.js';
import { startPeopleHub } from '../../support/people-hub.js';
import type { PeopleHub } from '../../support/people-hub.js';

jest.setTimeout(300_000);

const BACKLOG = Number(process.env['ISTHMUS_TEST_BACKLOG'] ?? 10_000);
const EDITED = 200;
const PER_SECOND = 400;
const BURST = 100;
const number = (index: number): string => `C${String(index).padStart(5, '0')}`;

describe('F18 the far side is down for long', () => {
  let people: PeopleHub;
  afterEach(() => people?.stop());

  it(`a backlog of ${BACKLOG} waits in peace, then drains at the allowed rate, each record once and as it is by then`, async () => {
    people = await startPeopleHub([], {
      change: ({ settings }) => {
        settings.limits = { requestsPerSecond: PER_SECOND, burst: BURST, concurrency: 8, timeoutMs: 5_000 };
      },
    });
    await people.settled();
    const { rest } = people.landscape.sandbox;
    rest.faults.add({ match: { path: '/right' }, status: 503 });
    for (let index = 0; index < BACKLOG; index += 1)
      rest.edit({
        type: 'left',
        set: { name: `Firm ${index}`, number: number(index), phone: `138${10_000_000 + index}`, note: 'first' },
      });
    await until(async () => (await people.count('select count(*) from record')) === BACKLOG, 'all is merged', 120_000);
    for (let index = 0; index < EDITED; index += 1) people.landscape.edit('left', number(index), { note: 'second' });
    const edited = `select count(*) from record where body->>'note' = 'second'`;
    await until(async () => (await people.count(edited)) === EDITED, 'the edits are merged', 60_000);
    rest.calls.clear();
    await until(
      async () =>
        (await people.count(`select count(*) from replica where connection_id = 'right' and state = 'pending'`)) ===
        BACKLOG,
      'all of it waits',
      30_000,
    );
    expect(rest.calls.report().writes).toBeLessThan(20);
    rest.faults.clear();
    await people.settled(200_000);
    const right = people.landscape.documents('right');
    expect(right).toHaveLength(BACKLOG);
    expect(right.filter((row) => row['note'] === 'second')).toHaveLength(EDITED);
    // Created once, with the newest state. Only those few that were tried in the outage may go out as they were then, and follow after.
    expect(right.filter((row) => row['version'] !== 1).length).toBeLessThan(20);
    expect(await people.count(`select count(*) from replica where state <> 'settled'`)).toBe(0);
    const perSecond = new Map<string, number>();
    for (const row of right) {
      const second = String(row['createdAt']).slice(0, 19);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(PER_SECOND * 1.5 + BURST);
  });
});
