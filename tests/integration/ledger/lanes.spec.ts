import { newRecordId } from '@isthmus/canonical';
import {
  claimFetches,
  claimReplicas,
  insertChanges,
  insertRecords,
  LANE,
  listLearntRates,
  markTargetReplicas,
  penaliseRateBucket,
  selectPendingChanges,
  takeRateTokens,
} from '@isthmus/ledger';
import type { NewChange } from '@isthmus/ledger';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';

const NOW = new Date('2026-11-23T08:00:00.000Z');

const change = (nativeId: string, lane: number, more: Partial<NewChange> = {}): NewChange => ({
  connectionId: 'shop',
  stream: 'orders',
  entity: 'order',
  nativeId,
  kind: 'upsert',
  origin: 'webhook',
  lane,
  raw: '{}',
  eventKey: undefined,
  sourceAt: undefined,
  ...more,
});

describe('lanes', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(() => ledger?.close());
  afterEach(() => ledger.clean());

  async function replicas(count: number, lane: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => newRecordId());
    await insertRecords(
      ledger.database,
      ids.map((id) => ({
        id,
        entity: 'customer',
        version: 1,
        status: 'active' as const,
        body: {},
        provenance: {},
        changeId: null,
        connectionId: null,
        mappingVersion: null,
        sourceUpdatedAt: null,
        createdAt: NOW,
        updatedAt: NOW,
      })),
    );
    await markTargetReplicas(
      ledger.database,
      NOW,
      ids.map((recordId) => ({
        recordId,
        connectionId: 'erp',
        entity: 'customer',
        stream: 'rows',
        version: 1,
        lane,
        creates: true,
      })),
    );
    return ids;
  }
  const claim = { now: NOW, limit: 10, token: '00000000-0000-4000-8000-000000000001', leaseSeconds: 60 };

  it('a claim takes the live lane first, or leaves it out', async () => {
    const backfill = await replicas(50, LANE.backfill);
    const [live] = await replicas(1, LANE.live);
    const first = await claimReplicas(ledger.database, 'erp', claim);
    expect(first[0]?.recordId).toBe(live);
    expect(first).toHaveLength(10);
    await replicas(20, LANE.live);
    const others = await claimReplicas(ledger.database, 'erp', { ...claim, leastLane: LANE.retry });
    expect(others.map(({ recordId }) => backfill.includes(recordId))).toEqual(Array.from({ length: 10 }, () => true));
  });

  it('a claim leaves held entities where they are', async () => {
    await replicas(3, LANE.live);
    expect(await claimReplicas(ledger.database, 'erp', { ...claim, heldEntities: ['customer'] })).toEqual([]);
    expect(await claimReplicas(ledger.database, 'erp', claim)).toHaveLength(3);
  });

  it('what was told of one object stays in its order, whatever the lanes and however full the batch', async () => {
    await insertChanges(ledger.database, NOW, [
      change('a', LANE.backfill, { raw: '1' }),
      ...Array.from({ length: 8 }, (_, index) => change(`x${index}`, LANE.live)),
      change('a', LANE.live, { raw: '2' }),
      change('b', LANE.live, { raw: '1' }),
      change('b', LANE.backfill, { raw: '2' }),
    ]);
    const live = await selectPendingChanges(ledger.database, 'order', 9);
    expect(live.filter(({ nativeId }) => nativeId === 'a').map(({ raw }) => raw)).toEqual(['1', '2']);
    const others = await selectPendingChanges(ledger.database, 'order', 9, LANE.retry);
    expect(others.map(({ nativeId, raw }) => `${nativeId}${raw}`).sort()).toEqual(['a1', 'b1', 'b2']);
    expect(others.filter(({ nativeId }) => nativeId === 'b').map(({ raw }) => raw)).toEqual(['1', '2']);
  });

  it('F45 a connection that floods leaves the others their share of the very next batch', async () => {
    const flood = Array.from({ length: 3_000 }, (_, index) =>
      change(`f${index}`, LANE.live, { connectionId: 'flood' }),
    );
    await insertChanges(ledger.database, NOW, [...flood, ...['a', 'b', 'c'].map((id) => change(id, LANE.live))]);
    const batch = await selectPendingChanges(ledger.database, 'order', 500);
    expect(batch.filter(({ connectionId }) => connectionId === 'shop').map(({ nativeId }) => nativeId)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(batch).toHaveLength(500);
    expect(batch.map(({ id }) => Number(id))).toEqual(batch.map(({ id }) => Number(id)).sort((a, b) => a - b));
  });

  it('a thin webhook is fetched before a backfill of thousands', async () => {
    const thin = Array.from({ length: 2_000 }, (_, index) => change(`b${index}`, LANE.backfill, { raw: undefined }));
    await insertChanges(ledger.database, NOW, [...thin, change('live', LANE.live, { raw: undefined })]);
    const fetches = await claimFetches(ledger.database, 'shop', { now: NOW, limit: 100, leaseSeconds: 60 });
    expect(fetches[0]?.nativeId).toBe('live');
  });
});

describe('the rate bucket that all processes share', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(() => ledger?.close());
  const ask = { wanted: 5, ratePerSecond: 100, burst: 100 };
  const rate = async (): Promise<number> => (await listLearntRates(ledger.database))[0]?.perSecond ?? Number.NaN;
  /** Moves the bucket's past, instead of waiting. */
  const pass = async (seconds: number): Promise<void> => {
    await ledger.database.dataSource.query(
      `update rate_bucket set refilled_at = refilled_at - make_interval(secs => ${seconds}), held_until = held_until - make_interval(secs => ${seconds}), penalised_at = penalised_at - make_interval(secs => ${seconds})`,
    );
  };

  it('halves at a refusal, once for those that come together, and grows back step by step', async () => {
    await takeRateTokens(ledger.database, 'erp', ask);
    expect(await rate()).toBeCloseTo(100);
    for (let refusal = 0; refusal < 8; refusal += 1) await penaliseRateBucket(ledger.database, 'erp', 100, 100);
    expect(await rate()).toBeCloseTo(50, 0);
    await pass(10);
    expect(await rate()).toBeGreaterThan(65);
    expect(await rate()).toBeLessThan(75);
    await takeRateTokens(ledger.database, 'erp', ask);
    await penaliseRateBucket(ledger.database, 'erp', 100, 100);
    expect(await rate()).toBeLessThan(38);
    await pass(60);
    const grant = await takeRateTokens(ledger.database, 'erp', ask);
    expect([grant.granted, await rate()]).toEqual([5, 100]);
  });

  it('grants nothing while the far side wants to be left alone, to no process', async () => {
    await penaliseRateBucket(ledger.database, 'crm', 30_000, 100);
    const grant = await takeRateTokens(ledger.database, 'crm', ask);
    expect(grant.granted).toBe(0);
    expect(grant.waitMs).toBeGreaterThan(29_000);
  });
});
