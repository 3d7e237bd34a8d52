import { until } from '../../support/demo-hub.js';
import { startPeopleHub } from '../../support/people-hub.js';
import type { PeopleHub } from '../../support/people-hub.js';

jest.setTimeout(60_000);

describe('a create of which nobody knows whether it took effect', () => {
  let people: PeopleHub;
  afterEach(() => people?.stop());

  it('F17 is asked for after a restart, although the row it may have made waits for it', async () => {
    people = await startPeopleHub([], {
      change: ({ id, settings }) => {
        if (id !== 'right') return;
        const lookup = { path: '/right?externalId={recordId}', rowsAt: 'items', field: 'externalId' };
        settings.streams.people['write'] = { ...(settings.streams.people['write'] as object), idempotency: { lookup } };
      },
    });
    people.landscape.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
    await people.settled();
    const { faults } = people.landscape.sandbox.rest;
    faults.add({ match: { path: '/right', method: 'POST' }, dropAfterCommit: 1 });
    faults.add({ match: { path: '/right?externalId' }, status: 503 });
    const set = { name: 'Firm 1', number: 'C0001', phone: '13810000001', note: 'first' };
    people.landscape.sandbox.rest.edit({ type: 'left', set });
    const unknown = `select count(*) from replica where connection_id = 'right' and outcome_unknown`;
    const waiting = `select count(*) from change where connection_id = 'right' and state = 'waiting'`;
    await until(
      async () => (await people.count(unknown)) === 1 && (await people.count(waiting)) === 1,
      'the row of the create is read while the create is in hand',
      30_000,
    );
    faults.clear();
    // Not the process that remembers that the system was read.
    await people.rows(`update replica set due_at = now() + interval '1 hour' where outcome_unknown`);
    await people.restart();
    people.landscape.sandbox.rest.edit({
      type: 'left',
      set: { ...set, number: 'C0002', name: 'Firm 2', phone: '13810000002' },
    });
    await until(
      async () => (await people.count(`select count(*) from replica where connection_id = 'right'`)) === 2,
      'another one is to be created',
    );
    await people.rows(`update replica set due_at = now() where state = 'pending'`);
    await people.settled();
    await until(async () => (await people.count(waiting)) === 0, 'the row is merged');
    expect(people.landscape.documents('right').map((row) => row.number)).toEqual(['C0001', 'C0002']);
    expect(await people.count(`select count(*) from record`)).toBe(2);
    expect(await people.count(`select count(*) from replica where state <> 'settled'`)).toBe(0);
  });
});
