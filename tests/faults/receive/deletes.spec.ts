import { person, startTwoSides } from '../../support/two-sides.js';
import type { SideRow, TwoSides } from '../../support/two-sides.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { Document, RestHub } from '../../support/rest-hub.js';

jest.setTimeout(120_000);

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 8, 0, 0) + second * 1_000).toISOString();

function customer(number: number, second: number, more: object = {}): Document {
  return {
    id: `c${number}`,
    number: `N-${number}`,
    name: `客户 ${number}`,
    email: `c${number}@example.com`,
    note: 'first',
    updatedAt: at(second),
    ...more,
  };
}

async function withShop(policy: object, test: (rest: RestHub, tell: Tell) => Promise<void>): Promise<void> {
  const rest = await startRestHub({ policy });
  try {
    await test(rest, {
      row: async (row, second) => {
        await rest.tellCustomer(row, { occurredAt: at(second) });
        await rest.settled();
      },
      gone: async (number, second) => {
        await rest.send({
          type: 'customers.deleted',
          collection: 'customers',
          data: { id: `c${number}` },
          ...(second !== undefined && { occurredAt: at(second) }),
        });
        await rest.settled();
      },
    });
  } finally {
    await rest.stop();
  }
}

interface Tell {
  row(row: Document, second: number): Promise<void>;
  gone(number: number, second?: number): Promise<void>;
}

const statusOf = async (rest: RestHub, number: number): Promise<string[]> =>
  (await rest.rows(`select status from record where body->>'customerNumber' = 'N-${number}' order by created_at`)).map(
    (row) => String(row['status']),
  );

describe('deletions', () => {
  it('F36 a late update after the deletion leaves the record deleted, everywhere', async () => {
    await withShop({ deletes: 'propagate', revive: 'newer' }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      expect(rest.documents('store')).toHaveLength(1);
      await tell.gone(1, 10);
      expect(rest.documents('store')).toHaveLength(0);
      await tell.row(customer(1, 5, { note: 'late' }), 5);
      expect(await statusOf(rest, 1)).toEqual(['deleted']);
      expect(rest.documents('store')).toHaveLength(0);
      const [last] = await rest.rows(`select state, reason->>'code' as code from change order by id desc limit 1`);
      expect(last).toEqual({ state: 'stale', code: 'change.after-delete' });
    });
  });

  it('F36 deletion and late update in one burst, in either order, end deleted', async () => {
    await withShop({ deletes: 'propagate' }, async (rest, tell) => {
      for (const number of [1, 2]) await tell.row(customer(number, 1), 1);
      const gone = (number: number): object => ({
        type: 'customers.deleted',
        collection: 'customers',
        occurredAt: at(10),
        data: { id: `c${number}` },
      });
      await Promise.all([
        rest.send(gone(1) as never),
        rest.tellCustomer(customer(1, 5, { note: 'late' }), { occurredAt: at(5) }),
      ]);
      await Promise.all([
        rest.tellCustomer(customer(2, 5, { note: 'late' }), { occurredAt: at(5) }),
        rest.send(gone(2) as never),
      ]);
      await rest.settled();
      expect([await statusOf(rest, 1), await statusOf(rest, 2)]).toEqual([['deleted'], ['deleted']]);
      expect(rest.documents('store')).toHaveLength(0);
    });
  });

  it.each([
    ['propagate', 'deleted', 0],
    ['archive', 'archived', 1],
    ['ignore', 'active', 1],
  ])('the policy %s makes the record %s and leaves %i copies elsewhere', async (deletes, status, copies) => {
    await withShop({ deletes }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      await tell.gone(1, 2);
      expect(await statusOf(rest, 1)).toEqual([status]);
      expect(rest.documents('store')).toHaveLength(copies);
    });
  });

  it('a newer object with the id of a deleted one waits for a person, and is restored by one call with a copy made anew', async () => {
    await withShop({ deletes: 'propagate' }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      const [before] = rest.documents('store');
      await tell.gone(1, 10);
      await tell.row(customer(1, 20, { note: 'again' }), 20);
      expect(await statusOf(rest, 1)).toEqual(['deleted']);
      const [change] = await rest.rows(`select id from change where state = 'review'`);
      const decided = await rest.api(`/api/v1/changes/${change?.['id']}/decide`, {
        method: 'POST',
        body: { restore: true },
      });
      expect(decided.status).toBe(200);
      await rest.settled();
      expect(await statusOf(rest, 1)).toEqual(['active']);
      const [after] = rest.documents('store');
      expect(after).toMatchObject({ number: 'N-1', note: 'again' });
      expect(after?.id).not.toBe(before?.id);
    });
  });

  it('a newer object with the keys of a deleted one, under a new id, makes no second record unasked', async () => {
    await withShop({ deletes: 'propagate', match: { customerNumber: 'strong' } }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      await tell.gone(1, 10);
      await tell.row({ ...customer(1, 20), id: 'other' }, 20);
      expect(await statusOf(rest, 1)).toEqual(['deleted']);
      expect(rest.documents('store')).toHaveLength(0);
      const [change] = await rest.rows(`select id, reason->>'code' as code from change where state = 'review'`);
      expect(change?.['code']).toBe('change.speaks-after-delete');
      await rest.api(`/api/v1/changes/${change?.['id']}/decide`, { method: 'POST', body: { create: true } });
      await rest.settled();
      expect(await statusOf(rest, 1)).toEqual(['deleted', 'active']);
      expect(rest.documents('store')).toHaveLength(1);
    });
  });

  it('the policy newer revives what its source tells of with a newer time, the policy refuse never', async () => {
    await withShop({ deletes: 'propagate', revive: 'newer' }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      await tell.gone(1, 10);
      await tell.row(customer(1, 20, { note: 'again' }), 20);
      expect(await statusOf(rest, 1)).toEqual(['active']);
      expect(rest.documents('store')).toMatchObject([{ number: 'N-1', note: 'again' }]);
    });
    await withShop({ deletes: 'propagate', revive: 'refuse' }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      await tell.gone(1, 10);
      await tell.row(customer(1, 20, { note: 'again' }), 20);
      expect(await statusOf(rest, 1)).toEqual(['deleted']);
      expect(await rest.count(`select count(*) from change where reason->>'code' = 'change.stays-deleted'`)).toBe(1);
    });
  });

  it.each([
    [{ delete: true }, 'deleted', 0],
    [{ archive: true }, 'archived', 1],
    [{ keep: true }, 'active', 1],
  ])('a reviewed deletion is decided by one call: %j', async (decision, status, copies) => {
    await withShop({ deletes: 'review' }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      await tell.gone(1, 2);
      expect(await statusOf(rest, 1)).toEqual(['active']);
      const [change] = await rest.rows(`select id from change where state = 'review'`);
      const answer = await rest.api(`/api/v1/changes/${change?.['id']}/decide`, { method: 'POST', body: decision });
      expect(answer.status).toBe(200);
      await rest.settled();
      expect(await statusOf(rest, 1)).toEqual([status]);
      expect(rest.documents('store')).toHaveLength(copies);
      expect(await rest.count(`select count(*) from audit where action = 'change.decide'`)).toBe(1);
    });
  });

  it('a deleted record is taken up again with its history, its copies made anew', async () => {
    await withShop({ deletes: 'propagate' }, async (rest, tell) => {
      await tell.row(customer(1, 1), 1);
      await tell.gone(1, 2);
      const [record] = await rest.rows(`select id, version from record`);
      const path = `/api/v1/records/${record?.['id']}`;
      expect((await rest.api(`${path}/undelete`, { method: 'POST' })).status).toBe(200);
      await rest.settled();
      expect(rest.documents('store')).toMatchObject([{ number: 'N-1', note: 'first' }]);
      expect((await rest.api(`${path}/undelete`, { method: 'POST' })).body.code).toBe('record.not-deleted');
      const history = (await rest.api(`${path}/history`)).body.items as { recordStatus: string; actor: string }[];
      expect(history.map((version) => version.recordStatus)).toEqual(['active', 'deleted', 'active']);
      // The source deleted it: what comes late of its old object changes nothing.
      await tell.row(customer(1, 1, { note: 'old' }), 1);
      expect(rest.documents('store')).toMatchObject([{ note: 'first' }]);
      expect(await rest.count(`select count(*) from record`)).toBe(1);
    });
  });
});

describe('mass deletions', () => {
  it('beyond the brake are held together with one alarm; one call releases or rejects them', async () => {
    await withShop({ deletes: 'propagate', deleteBrake: { count: 3, share: 1, windowMinutes: 60 } }, async (rest) => {
      await Promise.all(
        Array.from({ length: 12 }, (_, index) => rest.tellCustomer(customer(index, 1), { occurredAt: at(1) })),
      );
      await rest.settled();
      const gone = (number: number): Promise<unknown> =>
        rest.send({
          type: 'customers.deleted',
          collection: 'customers',
          occurredAt: at(2),
          data: { id: `c${number}` },
        });
      for (const number of [0, 1, 2]) {
        await gone(number);
        await rest.settled();
      }
      expect(rest.documents('store')).toHaveLength(9);
      await Promise.all([3, 4, 5, 6, 7].map(gone));
      await rest.settled();
      expect(rest.documents('store')).toHaveLength(9);
      const brakes = (await rest.api('/api/v1/delete-brakes?state=on')).body.items as Record<string, unknown>[];
      expect(brakes).toEqual([
        expect.objectContaining({ connectionId: 'shop', entity: 'customer', held: 5, allowed: 3, population: 12 }),
      ]);
      const status = (await rest.api('/api/v1/status')).body as unknown as {
        verdict: string;
        reasons: { code: string; message: { en: string } }[];
      };
      const alarms = status.reasons.filter((reason) => reason.code === 'flow.delete-brake');
      expect([status.verdict, alarms.length]).toEqual(['failing', 1]);
      expect(alarms[0]?.message.en).toMatch(/5 are held since 20/);
      await rest.api(`/api/v1/delete-brakes/${String(brakes[0]?.['id'])}/release`, { method: 'POST' });
      await rest.settled();
      expect(rest.documents('store')).toHaveLength(4);
      expect(
        (await rest.api(`/api/v1/delete-brakes/${String(brakes[0]?.['id'])}/reject`, { method: 'POST' })).body.code,
      ).toBe('delete-brake.already-decided');
      await Promise.all([8, 9].map(gone));
      await rest.settled();
      const [second] = (await rest.api('/api/v1/delete-brakes?state=on')).body.items as Record<string, unknown>[];
      expect(second).toMatchObject({ held: 2 });
      expect(
        (await rest.api(`/api/v1/delete-brakes/${String(second?.['id'])}/reject`, { method: 'POST' })).status,
      ).toBe(200);
      await rest.settled();
      expect(rest.documents('store')).toHaveLength(4);
      expect(await rest.count(`select count(*) from record where status = 'active'`)).toBe(4);
    });
  });
});

describe('deletions that nobody tells of', () => {
  const withSides = async (policy: object, test: (sides: TwoSides) => Promise<void>, fetch = true): Promise<void> => {
    const sides = await startTwoSides({
      policy: { deletes: 'propagate', ...policy },
      sides: { left: { fetch }, right: { fetch } },
      before: (sandbox) => {
        for (let number = 0; number < 12; number += 1)
          sandbox.rest.edit({ type: 'left', set: person(number) as never });
      },
    });
    try {
      await test(sides);
    } finally {
      await sides.stop();
    }
  };
  const idOf = (sides: TwoSides, number: number): string =>
    (sides.rows('left').get(`N${String(number).padStart(4, '0')}`) as SideRow).id;

  it.each([true, false])('are found by a complete read where the flow says so (fetch by id: %s)', async (fetch) => {
    await withSides(
      { detectDeletes: true },
      async (sides) => {
        sides.edit('left', { id: idOf(sides, 3), remove: true });
        const run = await sides.compare({ connectionId: 'left', stream: 'people', repair: true });
        expect(run.counts.causes).toEqual({ deleted: 1 });
        await sides.settled();
        expect([sides.rows('right').size, sides.rows('right').has('N0003')]).toEqual([11, false]);
      },
      fetch,
    );
  });

  it('are never concluded from an empty listing, a failed read or a truncated one', async () => {
    await withSides({ detectDeletes: true }, async (sides) => {
      const { faults } = sides.sandbox.rest;
      faults.add({ match: { path: '/left' }, status: 200, body: { items: [], next: null }, times: 1 });
      const empty = await sides.compare({ connectionId: 'left', stream: 'people', repair: true });
      expect([empty.state, empty.counts.differences, empty.counts.streams[0]?.emptyListing]).toEqual(['done', 0, true]);
      faults.add({ match: { path: '/left' }, status: 400, times: 1 });
      const failed = await sides.compare({ connectionId: 'left', stream: 'people', repair: true });
      expect([failed.state, failed.repairState, failed.counts.differences]).toEqual(['failed', 'none', 0]);
      const some = [...sides.rows('left').values()].slice(0, 4);
      faults.add({ match: { path: '/left' }, status: 200, body: { items: some, next: null }, times: 1 });
      const truncated = await sides.compare({ connectionId: 'left', stream: 'people', repair: true });
      expect([truncated.state, truncated.counts.differences]).toEqual(['done', 0]);
      await sides.settled();
      expect([sides.rows('left').size, sides.rows('right').size]).toEqual([12, 12]);
    });
  });

  it('beyond the brake are held although a complete read found them', async () => {
    await withSides({ detectDeletes: true, deleteBrake: { count: 4 } }, async (sides) => {
      for (let number = 0; number < 8; number += 1) sides.edit('left', { id: idOf(sides, number), remove: true });
      const run = await sides.compare({ connectionId: 'left', stream: 'people', repair: true });
      expect(run.counts.causes).toEqual({ deleted: 8 });
      await sides.settled();
      expect(sides.rows('right').size).toBe(12);
      const [brake] = (await sides.api('/api/v1/delete-brakes?state=on')).body.items;
      expect(brake?.held).toBe(8);
      const again = await sides.compare({ connectionId: 'left', stream: 'people' });
      expect([again.counts.differences, again.counts.held]).toEqual([0, 8]);
      await sides.api(`/api/v1/delete-brakes/${brake?.id}/reject`, { method: 'POST', body: { recreate: true } });
      await sides.settled();
      expect([sides.rows('left').size, sides.rows('right').size]).toEqual([12, 12]);
    });
  });

  it('found by a write that is answered with "gone" follow the delete policy', async () => {
    await withSides({}, async (sides) => {
      sides.edit('left', { id: idOf(sides, 5), remove: true });
      const right = sides.rows('right').get('N0005') as SideRow;
      sides.edit('right', { id: right.id, set: { note: 'edited' } });
      await sides.poll('right');
      expect([sides.rows('right').has('N0005'), sides.rows('right').size]).toEqual([false, 11]);
    });
  });
});
