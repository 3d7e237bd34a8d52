import { person, startTwoSides } from '../support/two-sides.js';
import type { DifferenceAnswer, RunAnswer, SideRow, SidesAnswer, TwoSides } from '../support/two-sides.js';
import { until } from '../support/demo-hub.js';
import { startRestHub } from '../support/rest-hub.js';

jest.setTimeout(180_000);

const name = (number: number): string => `N${String(number).padStart(4, '0')}`;

describe('a comparison of both sides', () => {
  let sides: TwoSides;
  beforeAll(async () => {
    sides = await startTwoSides({
      policy: {
        deletes: 'propagate',
        detectDeletes: true,
        deleteBrake: { count: 100, share: 1 },
        fields: { note: { resolve: 'owner', owner: 'left', strict: true } },
      },
      sides: { left: {}, right: {}, mirror: { direction: 'out' } },
      before: (sandbox) => {
        // Edits of the tests lie in the past of the hub, whose clock says which times can be believed.
        sandbox.rest.clock.advance(-600_000);
        for (let number = 0; number < 120; number += 1)
          sandbox.rest.edit({ type: 'left', set: person(number) as never });
      },
    });
  });
  afterAll(() => sides?.stop());

  const find = (side: string, number: number): SideRow => {
    const row = sides.rows(side).get(name(number));
    if (!row) throw new Error(`${side} has no ${name(number)}`);
    return row;
  };
  const silently = (side: string, number: number, set: object): void => {
    sides.edit(side, { id: find(side, number).id, set });
  };
  const recordOf = async (number: number): Promise<{ id: string; version: number }> => {
    const [row] = await sides.query<{ id: string; version: number }>(
      `select id, version from record where body->>'customerNumber' = '${name(number)}'`,
    );
    if (!row) throw new Error(`no record ${name(number)}`);
    return row;
  };

  it('finds nothing where everything is in step, by fingerprint the second time', async () => {
    expect(['left', 'right', 'mirror'].map((side) => sides.rows(side).size)).toEqual([120, 120, 120]);
    const first = await sides.compare({ flow: 'people' });
    expect([first.state, first.counts.differences, first.counts.compared]).toEqual(['done', 0, 360]);
    const second = await sides.compare({ flow: 'people', plan: true });
    expect([second.counts.differences, second.counts.inStep]).toEqual([0, 360]);
    const { body } = await sides.api('/api/v1/status');
    expect(body.flows[0]?.drift).toMatchObject({ score: 1, compared: 360, causes: {} });
  });

  it('finds 50 planted silent differences, sorts them by cause, heals them by one plan, and finds none after that', async () => {
    sides.sandbox.rest.clock.advance(300_000);
    // Twelve edits that nobody told of, on either side.
    for (let number = 0; number < 6; number += 1) silently('left', number, { name: `左改 ${number}` });
    for (let number = 6; number < 12; number += 1) silently('right', number, { name: `右改 ${number}` });
    // Eight edits of one field on both sides.
    for (let number = 12; number < 20; number += 1) silently('left', number, { name: `左 ${number}` });
    sides.sandbox.rest.clock.advance(120_000);
    for (let number = 12; number < 20; number += 1) silently('right', number, { name: `右 ${number}` });
    // Six edits of a field that the left side owns strictly, four in a system that is only written.
    for (let number = 20; number < 26; number += 1) silently('right', number, { note: 'not allowed' });
    for (let number = 26; number < 30; number += 1) silently('mirror', number, { name: 'edited in the mirror' });
    // Five deletions on the left, three in the mirror; four creations on the right.
    for (let number = 30; number < 35; number += 1) sides.edit('left', { id: find('left', number).id, remove: true });
    for (let number = 35; number < 38; number += 1)
      sides.edit('mirror', { id: find('mirror', number).id, remove: true });
    for (let number = 200; number < 204; number += 1) sides.edit('right', { set: person(number) });
    // Four rows that the mapping refuses.
    for (let number = 40; number < 44; number += 1) silently('left', number, { stage: 'unheard of' });
    // Four writes of ours that vanished: the mirror went back to what it held before.
    const back = [44, 45, 46, 47].map((number) => find('mirror', number));
    for (const number of [44, 45, 46, 47]) {
      const record = await recordOf(number);
      await sides.hub.database.dataSource.query(
        `update record set body = jsonb_set(body, '{displayName}', '"never written"'), version = version + 1 where id = '${record.id}'`,
      );
      await sides.hub.database.dataSource.query(
        `update replica set desired_version = ${record.version + 1}, delivered_version = ${record.version + 1} where record_id = '${record.id}'`,
      );
    }
    expect(back).toHaveLength(4);

    const plan = await sides.compare({ flow: 'people', plan: true });
    expect(plan.state).toBe('done');
    const all = await differences(plan.id);
    const byObject = new Map(all.map((row) => [`${row.connectionId}/${row.nativeId}`, row]));
    const planted = (side: string, number: number): string => {
      const id = [...sides.rows(side)].find(([key]) => key === name(number))?.[1].id;
      return byObject.get(`${side}/${id}`)?.cause ?? 'not found';
    };
    const numbers = (from: number, to: number): number[] =>
      Array.from({ length: to - from }, (_, index) => from + index);
    expect(numbers(0, 6).map((number) => planted('left', number))).toEqual(numbers(0, 6).map(() => 'lost'));
    expect(numbers(6, 12).map((number) => planted('right', number))).toEqual(numbers(6, 12).map(() => 'lost'));
    expect(numbers(12, 20).map((number) => planted('left', number))).toEqual(numbers(12, 20).map(() => 'edited-both'));
    expect(numbers(12, 20).map((number) => planted('right', number))).toEqual(numbers(12, 20).map(() => 'edited-both'));
    expect(numbers(20, 26).map((number) => planted('right', number))).toEqual(numbers(20, 26).map(() => 'forbidden'));
    expect(numbers(26, 30).map((number) => planted('mirror', number))).toEqual(numbers(26, 30).map(() => 'forbidden'));
    expect(numbers(200, 204).map((number) => planted('right', number))).toEqual(numbers(0, 4).map(() => 'deleted'));
    expect(numbers(40, 44).map((number) => planted('left', number))).toEqual(numbers(0, 4).map(() => 'mapping'));
    for (const side of ['left', 'right', 'mirror'])
      expect(numbers(44, 48).map((number) => planted(side, number))).toEqual(numbers(0, 4).map(() => 'lost'));
    const missing = all
      .filter((row) => row.detail === 'missing-there')
      .map((row) => `${row.connectionId} ${row.action}`);
    expect(missing.sort()).toEqual([
      ...Array<string>(5).fill('left delete'),
      ...Array<string>(3).fill('mirror create'),
    ]);
    expect(plan.counts.differences).toBe(12 + 16 + 10 + 8 + 4 + 4 + 12);
    expect(plan.counts.causes).toEqual({ lost: 24, 'edited-both': 16, forbidden: 10, deleted: 12, mapping: 4 });
    const fieldsOf = (side: string, number: number): unknown =>
      byObject.get(`${side}/${find(side, number).id}`)?.fields;
    expect([fieldsOf('left', 0), fieldsOf('right', 20)]).toEqual([
      ['/displayName', '/organization/legalName'],
      ['/note'],
    ]);

    // A plan has no effect but on notes; and what changes after it is left alone.
    expect(await sides.query(`select count(*)::int as count from change where origin = 'reconcile'`)).toEqual([
      { count: 0 },
    ]);
    const edited = await sides.api(`/api/v1/records/${(await recordOf(0)).id}`, {
      method: 'PATCH',
      body: { lifecycleStage: 'customer' },
      headers: { 'if-match': '*' },
    });
    expect(edited.status).toBe(200);
    await sides.settled();

    const repaired = await sides.repair(plan.id);
    expect(repaired.repairState).toBe('done');
    expect(repaired.repairCounts).toEqual({ applied: plan.counts.differences - 1, stale: 1, skipped: 0 });

    const after = await sides.compare({ flow: 'people', repair: true });
    await sides.settled();
    const last = await sides.compare({ flow: 'people' });
    expect([after.state, last.counts.differences, last.counts.held]).toEqual(['done', 0, 4]);
    for (const side of ['right', 'mirror']) {
      expect(numbers(0, 6).map((number) => find(side, number)['name'])).toEqual(numbers(0, 6).map((n) => `左改 ${n}`));
      expect(numbers(30, 35).map((number) => sides.rows(side).has(name(number)))).toEqual(
        numbers(0, 5).map(() => false),
      );
    }
    for (const side of ['left', 'mirror']) {
      expect(numbers(6, 12).map((number) => find(side, number)['name'])).toEqual(
        numbers(6, 12).map((n) => `右改 ${n}`),
      );
      expect(numbers(12, 20).map((number) => find(side, number)['name'])).toEqual(
        numbers(12, 20).map((n) => `右 ${n}`),
      );
      expect(numbers(200, 204).every((number) => sides.rows(side).has(name(number)))).toBe(true);
      expect(numbers(44, 48).map((number) => find(side, number)['name'])).toEqual(
        numbers(0, 4).map(() => 'never written'),
      );
    }
    expect(numbers(20, 26).map((number) => find('right', number)['note'])).toEqual(numbers(0, 6).map(() => 'first'));
    expect(numbers(26, 30).map((number) => find('mirror', number)['name'])).toEqual(
      numbers(26, 30).map((number) => find('left', number)['name']),
    );
    expect(numbers(35, 38).every((number) => sides.rows('mirror').has(name(number)))).toBe(true);
    const [rejected] = await sides.query(`select count(*)::int as count from change where state = 'rejected'`);
    expect(rejected).toEqual({ count: 4 });
    expect((await sides.api(`/api/v1/reconcile-runs/${plan.id}/repair`, { method: 'POST' })).body.code).toBe(
      'reconcile.not-repairable',
    );
    expect((await sides.api('/metrics')).body.text).toMatch(/isthmus_drift_score\{flow="people"\} 1/);
  });

  const differences = async (id: string): Promise<DifferenceAnswer[]> => {
    const rows: DifferenceAnswer[] = [];
    let next: string | null = `/api/v1/reconcile-runs/${id}/differences?limit=50`;
    while (next !== null) {
      const { body }: { body: SidesAnswer } = await sides.api(next);
      rows.push(...body.items);
      next = body.next;
    }
    return rows;
  };

  it('calls a difference late while its delivery is on its way', async () => {
    await sides.api('/api/v1/connections/right/pause', { method: 'POST', body: {} });
    silently('left', 60, { name: 'on its way' });
    await sides.read('left');
    await until(
      async () =>
        (await sides.query(`select 1 from replica where connection_id = 'right' and state = 'pending'`)).length === 1,
      'the delivery waits',
    );
    const run = await sides.compare({ connectionId: 'right', stream: 'people', plan: true });
    expect([run.counts.causes, run.counts.actions]).toEqual([{ late: 1 }, { none: 1 }]);
    await sides.api('/api/v1/connections/right/resume', { method: 'POST', body: {} });
    await sides.settled();
    expect((await sides.compare({ connectionId: 'right', stream: 'people' })).counts.differences).toBe(0);
  });
});

describe('webhooks that never came', () => {
  it('F34 of which a tenth is dropped are found by a comparison and repaired, and counted', async () => {
    const rest = await startRestHub({
      before: (sandbox) =>
        void sandbox.rest.edit({ type: 'customers', set: { number: 'N-0', name: '客户 0', email: 'c0@example.com' } }),
    });
    try {
      const { sandbox } = rest;
      const random = (() => {
        let state = 7;
        return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
      })();
      let dropped = 0;
      const rows: { id: string; number: number }[] = [];
      for (let number = 1; number <= 200; number += 1) {
        const row = sandbox.rest.edit({
          type: 'customers',
          set: { number: `N-${number}`, name: `客户 ${number}`, email: `c${number}@example.com`, note: 'new' },
        }) as { id: string };
        rows.push({ id: row.id, number });
        if (random() < 0.1) dropped += 1;
        else await rest.tellCustomer(row as never);
      }
      await rest.settled();
      for (const { id } of rows.slice(0, 100)) {
        sandbox.rest.clock.advance(10);
        const row = sandbox.rest.edit({ type: 'customers', id, set: { note: 'edited' } });
        if (random() < 0.1) dropped += 1;
        else await rest.tellCustomer(row as never);
      }
      await rest.settled();
      expect(dropped).toBeGreaterThan(15);
      const started = await rest.api('/api/v1/reconcile-runs', {
        method: 'POST',
        body: { connectionId: 'shop', stream: 'customers', repair: true },
      });
      const { id } = started.body as unknown as { id: string };
      const look = async (): Promise<RunAnswer> =>
        (await rest.api(`/api/v1/reconcile-runs/${id}`)).body as unknown as RunAnswer;
      await until(async () => (await look()).repairState === 'done', 'the comparison repaired');
      const run = await look();
      expect(run.counts.differences).toBe(run.repairCounts.applied);
      expect(run.counts.differences).toBeGreaterThan(15);
      await rest.settled();
      const there = new Map(rest.documents('store').map((row) => [row['number'], row['note']]));
      expect(there.size).toBe(201);
      expect(rows.filter(({ number }, index) => there.get(`N-${number}`) !== (index < 100 ? 'edited' : 'new'))).toEqual(
        [],
      );
    } finally {
      await rest.stop();
    }
  });
});

describe('comparisons that nobody asks for', () => {
  it('are made by the clock and heal what they may', async () => {
    const sides = await startTwoSides({
      policy: { reconcile: { every: '2s', repair: true, afterOutage: false } },
      before: (sandbox) => {
        for (let number = 0; number < 5; number += 1) sandbox.rest.edit({ type: 'left', set: person(number) as never });
      },
    });
    try {
      const row = sides.rows('left').get(name(2)) as SideRow;
      sides.edit('left', { id: row.id, set: { name: 'nobody told' } });
      await until(() => sides.rows('right').get(name(2))?.['name'] === 'nobody told', 'healed by the clock', 60_000);
      const { body } = await sides.api('/api/v1/reconcile-runs?connection=left');
      expect(body.items.some((run) => run.cause === 'schedule' && run.repairCounts.applied === 1)).toBe(true);
    } finally {
      await sides.stop();
    }
  });

  it('are made after an outage has ended', async () => {
    const sides = await startTwoSides({
      policy: { reconcile: { every: false, repair: true, afterOutage: '1s' } },
      before: (sandbox) => {
        for (let number = 0; number < 5; number += 1) sandbox.rest.edit({ type: 'left', set: person(number) as never });
      },
    });
    try {
      await until(
        async () => (await sides.query(`select 1 from reconcile_stream`)).length === 2,
        'the streams are known to the schedule',
        40_000,
      );
      await sides.api('/api/v1/connections/left/pause', { method: 'POST', body: {} });
      const row = sides.rows('left').get(name(3)) as SideRow;
      sides.edit('left', { id: row.id, set: { name: 'while it was away' } });
      await new Promise((turn) => setTimeout(turn, 2_500));
      await sides.api('/api/v1/connections/left/resume', { method: 'POST', body: {} });
      await until(
        () => sides.rows('right').get(name(3))?.['name'] === 'while it was away',
        'healed after the outage',
        60_000,
      );
      const { body } = await sides.api('/api/v1/reconcile-runs?connection=left');
      expect(body.items.map((run) => run.cause)).toContain('outage');
    } finally {
      await sides.stop();
    }
  });
});
