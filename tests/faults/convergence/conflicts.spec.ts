import type { FieldPolicies } from '@isthmus/decide';
import { ConvergenceWorld, Crash } from '../../support/convergence-world.js';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';
import type { FarRow, FarSideKind } from '../../support/memory-far-side.js';

const kind: FarSideKind = { repeat: 'upsert', guards: true, fatNotices: true, amount: (text) => text };
const ahead: FarSideKind = { ...kind, aheadMs: 3_600_000 };

let ledger: TestLedger;
beforeAll(async () => void (ledger = await testLedger()));
afterAll(() => ledger.close());

interface Conflict {
  readonly id: string;
  readonly state: string;
  readonly policy: string;
  readonly why: string;
  readonly record: string;
  readonly incoming: string;
  readonly by: string;
}

/** One customer in two systems that are in step. */
async function inStep(
  policies: FieldPolicies,
  kinds: { crm: FarSideKind; erp: FarSideKind },
): Promise<{ world: ConvergenceWorld; crm: () => FarRow; erp: () => FarRow }> {
  await ledger.clean();
  const world = new ConvergenceWorld(ledger, kinds, policies);
  world.side('crm').create({ number: 'N1', name: 'Start' });
  await world.rest();
  return {
    world,
    crm: () => world.side('crm').byNumber('N1') as FarRow,
    erp: () => world.side('erp').byNumber('N1') as FarRow,
  };
}

/** The ERP says one name, and when the hub has it, the CRM another that it said before it was told. */
async function bothSay(world: ConvergenceWorld, erpName: string, crmName: string): Promise<void> {
  const erp = world.side('erp').byNumber('N1') as FarRow;
  const crm = world.side('crm').byNumber('N1') as FarRow;
  world.side('erp').change(erp.id, { title: erpName });
  await world.clock.advance(10_000);
  world.side('crm').change(crm.id, { name: crmName });
  await world.poll('erp');
  await world.merge();
  await world.poll('crm');
  await world.merge();
}

function conflicts(world: ConvergenceWorld): Promise<Conflict[]> {
  return world.rows(
    `select id::text, state, policy, why, record_value #>> '{}' as record, incoming_value #>> '{}' as incoming, record_by as by
     from conflict where pointer = '/displayName' order by conflict.id`,
  );
}

const blocked = (world: ConvergenceWorld): Promise<{ connection_id: string }[]> =>
  world.rows(`select connection_id from replica where state = 'blocked'`);

describe('a conflict that a person is asked about', () => {
  const ask: FieldPolicies = { default: { resolve: 'review' }, fields: {}, clockSkewMs: 2_000 };

  it('is asked once about the newest value, however often the source changes its mind', async () => {
    const { world, crm } = await inStep(ask, { crm: kind, erp: kind });
    await bothSay(world, 'ERP', 'CRM 1');
    world.side('crm').change(crm().id, { name: 'CRM 2' });
    await world.poll('crm');
    await world.merge();
    expect(await conflicts(world)).toMatchObject([
      { state: 'superseded', incoming: 'CRM 1' },
      { state: 'open', record: 'ERP', incoming: 'CRM 2', policy: 'review', why: 'asked', by: 'erp' },
    ]);
    await world.deliver('crm');
    expect(crm()['name']).toBe('CRM 2');
    expect(await blocked(world)).toEqual([{ connection_id: 'crm' }]);
  });

  it('is asked once as well where the source changes its mind within one batch', async () => {
    const { world, crm } = await inStep(ask, { crm: kind, erp: kind });
    const { notices } = world.side('crm');
    await bothSay(world, 'ERP', 'CRM');
    await world.rows(`delete from conflict`);
    notices.splice(0);
    for (const name of ['CRM 2', 'CRM 3']) {
      await world.clock.advance(1_000);
      world.side('crm').change(crm().id, { name });
    }
    for (const notice of notices.splice(0)) await world.hear('crm', notice);
    await world.merge();
    expect((await conflicts(world)).map(({ state }) => state)).toEqual(['superseded', 'open']);
  });

  it('answers itself when both sides come to hold the same, and then nothing waits for anybody', async () => {
    const { world, crm } = await inStep(ask, { crm: kind, erp: kind });
    await bothSay(world, 'Same', 'Other');
    expect((await conflicts(world)).map(({ state }) => state)).toEqual(['open']);
    world.side('crm').change(crm().id, { name: 'Same' });
    await world.rest();
    expect((await conflicts(world)).map(({ state }) => state)).toEqual(['superseded']);
    expect(await blocked(world)).toEqual([]);
  });
});

describe('a conflict that time decides', () => {
  const latest: FieldPolicies = {
    default: { resolve: 'latest' },
    fields: {},
    ranking: ['hub', 'crm', 'erp'],
    clockSkewMs: 2_000,
  };

  it('is not won by a clock that is ahead: a time in the future counts as the time of receipt', async () => {
    const { world, crm, erp } = await inStep(latest, { crm: ahead, erp: kind });
    const { id } = crm();
    world.side('crm').change(id, { name: 'an hour ahead' });
    await world.poll('crm');
    await world.merge();
    await world.clock.advance(60_000);
    // Said later, before the other was delivered.
    world.side('erp').change(erp().id, { title: 'said later' });
    await world.rest();
    expect([crm()['name'], erp()['title']]).toEqual(['said later', 'said later']);
    expect(await conflicts(world)).toMatchObject([{ state: 'incoming', why: 'newer', record: 'an hour ahead' }]);
  });

  it('is a tie within the bound, which the ranking decides, whoever is heard first', async () => {
    for (const first of ['crm', 'erp'] as const) {
      const { world, crm, erp } = await inStep(latest, { crm: kind, erp: kind });
      world.side('crm').change(crm().id, { name: 'by the CRM' });
      await world.clock.advance(1_500);
      world.side('erp').change(erp().id, { title: 'by the ERP' });
      for (const id of [first, first === 'crm' ? 'erp' : 'crm']) {
        await world.poll(id);
        await world.merge();
      }
      await world.rest();
      expect([first, crm()['name'], erp()['title']]).toEqual([first, 'by the CRM', 'by the CRM']);
      const [conflict] = await conflicts(world);
      expect([conflict?.state, conflict?.why]).toEqual(
        first === 'crm' ? ['record', 'tie-ranks-lower'] : ['incoming', 'tie-ranks-higher'],
      );
    }
  });

  it('does not keep edits out until the future that a clock told of before it was set right', async () => {
    const { world, crm, erp } = await inStep(latest, { crm: kind, erp: kind });
    const row = world.side('crm').change(crm().id, { name: 'from the future' });
    row.modifiedAt = '2099-01-01T00:00:00.000Z';
    world.side('crm').notices.splice(0);
    await world.rest();
    expect(erp()['title']).toBe('from the future');
    await world.clock.advance(60_000);
    world.side('crm').change(crm().id, { name: 'the clock is right again' });
    await world.rest();
    expect(erp()['title']).toBe('the clock is right again');
  });
});

describe('a source that does not tell every field every time', () => {
  it('is still heard when it clears a field after a row that left the field out', async () => {
    const latest: FieldPolicies = { default: { resolve: 'latest' }, fields: {}, clockSkewMs: 2_000 };
    const { world, crm, erp } = await inStep(latest, { crm: kind, erp: kind });
    world.side('crm').change(crm().id, { remark: 'a note' });
    await world.rest();
    expect(erp()['memo']).toBe('a note');
    const say = async (fields: object): Promise<void> => {
      await world.clock.advance(5_000);
      const at = world.clock.now().toISOString();
      const row = { id: crm().id, number: 'N1', modifiedAt: at, ...fields };
      await world.hear('crm', { key: at, id: crm().id, row, at });
      await world.merge();
    };
    await say({ name: 'Other' });
    await say({ name: 'Other', remark: null });
    await world.deliver('erp');
    expect([erp()['title'], erp()['memo']]).toEqual(['Other', null]);
  });
});

describe('an edit of a row whose create the hub has not heard the answer of', () => {
  it.each(['probe', 'idempotency-key', 'upsert'] as const)(
    'is told from what the hub wrote, and kept (%s)',
    async (repeat) => {
      await ledger.clean();
      const world = new ConvergenceWorld(ledger, { crm: kind, erp: { ...kind, repeat, fatNotices: false } });
      world.side('crm').create({ number: 'N1', name: 'Start' });
      for (const id of ['crm', 'erp']) await world.poll(id);
      await world.merge();
      await world.deliver('erp', 'written', () => {
        throw new Crash('after the create');
      });
      const row = world.side('erp').byNumber('N1') as FarRow;
      world.side('erp').change(row.id, { memo: 'by a person' });
      await world.leasesEnd();
      await world.deliver('erp');
      await world.rest();
      expect(world.side('erp').byNumber('N1')?.['memo']).toBe('by a person');
    },
  );
});
