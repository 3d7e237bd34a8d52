import { arrived, burst, customer, once, range } from '../../support/bursts.js';
import { until } from '../../support/demo-hub.js';
import { startRestHub } from '../../support/rest-hub.js';

jest.setTimeout(90_000);

describe('a far side whose answer is lost after the commit', () => {
  it.each([
    ['F16 one document where it recognises idempotency keys', 'header', '/store'],
    ['F17 one document where it can only be looked up', 'lookup', '/store'],
    ['F17 F23 one document each where a whole bulk was committed and its answer lost', 'bulk', '/store/bulk'],
  ] as const)('%s', async (_name, kind, path) => {
    const rest = await startRestHub({ targets: { store: kind } });
    try {
      const { faults, calls } = rest.sandbox.rest;
      if (kind !== 'header') rest.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
      const cuts = kind === 'bulk' ? 1 : 3;
      faults.add({ match: { path, method: 'POST' }, dropAfterCommit: cuts });
      expect(await burst(rest, range(1, 20))).toEqual(new Set([200]));
      await rest.settled();
      expect(faults.list().map(({ hits }) => hits)).toEqual([cuts]);
      expect(arrived(rest, 'store')).toEqual(once(range(1, 20)));
      expect(calls.report().effects['store']).toMatchObject({ created: 20 });
      expect(
        await rest.count(`select count(*) from replica where connection_id = 'store' and state <> 'settled'`),
      ).toBe(0);
    } finally {
      await rest.stop();
    }
  });

  it('F23 a bulk of 200 of which the far side committed 80 before it lost its answer: all 200 are there once', async () => {
    const rest = await startRestHub({ targets: { store: 'bulk' } });
    try {
      const { faults, calls } = rest.sandbox.rest;
      rest.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
      await rest.hub.runtime.parts.queue.pause('deliver');
      expect(await burst(rest, range(1, 200))).toEqual(new Set([200]));
      await until(
        async () => (await rest.count(`select count(*) from replica where connection_id = 'store'`)) === 200,
        'all are planned',
      );
      faults.add({ match: { path: '/store/bulk', method: 'POST' }, dropAfterCommit: 1, bulkItems: 80 });
      await rest.hub.runtime.parts.queue.resume('deliver');
      rest.hub.runtime.parts.queue.hint({ kind: 'deliver', key: 'store' });
      await rest.settled();
      expect(faults.list().map(({ hits }) => hits)).toEqual([1]);
      expect(arrived(rest, 'store')).toEqual(once(range(1, 200)));
      expect(calls.report().effects['store']).toMatchObject({ created: 200 });
      expect(
        await rest.count(`select count(*) from replica where connection_id = 'store' and state <> 'settled'`),
      ).toBe(0);
    } finally {
      await rest.stop();
    }
  });

  it('F17 the hub looks before it repeats: between the lost answer and any second create there is a look-up', async () => {
    const rest = await startRestHub({ targets: { store: 'lookup' } });
    try {
      rest.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
      rest.sandbox.rest.faults.add({ match: { path: '/store', method: 'POST' }, dropAfterCommit: 1 });
      await rest.tellCustomer(customer(1));
      await rest.settled();
      const calls = rest.sandbox.rest.calls
        .report()
        .recent.filter(({ call }) => call.includes('/store'))
        .map(({ call }) => call.split('?')[0]);
      expect(calls).toEqual(['POST /rest/store', 'GET /rest/store']);
      expect(arrived(rest, 'store')).toEqual(['N-1']);
    } finally {
      await rest.stop();
    }
  });

  it.each([['header'], ['lookup']] as const)(
    'F16 a record that is edited while its create is under way and the answer is lost: one document as it is now (%s)',
    async (kind) => {
      const rest = await startRestHub({ targets: { store: kind } });
      try {
        if (kind !== 'header') rest.sandbox.rest.configure({ settings: { idempotencyKeys: false } });
        const { faults, calls } = rest.sandbox.rest;
        faults.add({ match: { path: '/store', method: 'POST' }, delayMs: 2_500, dropAfterCommit: 1 });
        await rest.tellCustomer(customer(1));
        await until(() => faults.list()[0]?.hits === 1, 'the create is under way');
        await rest.tellCustomer(customer(1, { note: 'second', updatedAt: '2026-01-01T08:00:01.000Z' }));
        await rest.settled();
        expect(rest.documents('store').map(({ number, note }) => [number, note])).toEqual([['N-1', 'second']]);
        expect(calls.report().effects['store']).toMatchObject({ created: 1 });
        expect(await rest.count(`select count(*) from replica where state = 'dead'`)).toBe(0);
      } finally {
        await rest.stop();
      }
    },
  );

  it('F16 an update whose answer was lost leaves one document with the newest value', async () => {
    const rest = await startRestHub();
    try {
      await rest.tellCustomer(customer(1));
      await rest.settled();
      rest.sandbox.rest.faults.add({ match: { path: '/store', method: 'PATCH' }, dropAfterCommit: 1 });
      await rest.tellCustomer(customer(1, { note: 'second', updatedAt: '2026-01-01T08:00:01.000Z' }));
      await rest.settled();
      expect(
        rest.documents('store').map((document) => [document['number'], document['note'], document['version']]),
      ).toEqual([['N-1', 'second', 2]]);
    } finally {
      await rest.stop();
    }
  });
});

describe('a poison record among many', () => {
  it.each([['bulk'], ['bulk-all-or-nothing']] as const)(
    'F22 of 200 records in a %s 199 arrive and one is dead with its field',
    async (kind) => {
      const rest = await startRestHub({ targets: { store: kind } });
      try {
        if (kind === 'bulk-all-or-nothing') rest.sandbox.rest.configure({ settings: { bulk: 'allOrNothing' } });
        await rest.hub.runtime.parts.queue.pause('deliver');
        expect(await burst(rest, range(1, 77))).toEqual(new Set([200]));
        expect(await rest.tellCustomer(customer(78, { note: 'poison' }))).toBe(200);
        expect(await burst(rest, range(79, 122))).toEqual(new Set([200]));
        await until(
          async () => (await rest.count(`select count(*) from replica where connection_id = 'store'`)) === 200,
          'all are planned',
        );
        await rest.hub.runtime.parts.queue.resume('deliver');
        rest.hub.runtime.parts.queue.hint({ kind: 'deliver', key: 'store' });
        await rest.settled();
        expect(rest.documents('store')).toHaveLength(199);
        expect(new Set(arrived(rest, 'store')).size).toBe(199);
        const dead = await rest.rows(
          `select r.body->>'customerNumber' as number, p.failure from replica p join record r on r.id = p.record_id where p.state = 'dead'`,
        );
        expect(dead).toEqual([
          { number: 'N-78', failure: expect.objectContaining({ kind: 'invalid', field: 'phone' }) },
        ]);
        expect(
          await rest.count(`select count(*) from replica where connection_id = 'store' and state = 'settled'`),
        ).toBe(199);
      } finally {
        await rest.stop();
      }
    },
  );
});
