import { insertChanges, LANE, selectPendingChanges } from '@isthmus/ledger';
import type { NewChange } from '@isthmus/ledger';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';

const change = (nativeId: string, lane: number): NewChange => ({
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
});

describe('changes that wait for the merge', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger();
  });
  afterAll(() => ledger?.close());

  it('come by lane and then in the order in which they were received, also across a power of ten', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `o${index}`);
    await insertChanges(ledger.database, new Date(), [
      change('late', LANE.backfill),
      ...names.map((name) => change(name, LANE.live)),
    ]);
    const pending = await selectPendingChanges(ledger.database, 'order', 500);
    expect(pending.map(({ nativeId }) => nativeId)).toEqual([...names, 'late']);
  });
});
