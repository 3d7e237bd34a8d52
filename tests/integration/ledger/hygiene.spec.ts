import { ensurePartitions, insertAttempts, insertChanges, keepHygiene } from '@isthmus/ledger';
import type { NewChange } from '@isthmus/ledger';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';

const RETENTION = { changeDays: 90, attemptDays: 30, payloadDays: 14 };

const change = (nativeId: string): NewChange => ({
  connectionId: 'shop',
  stream: 'orders',
  entity: 'order',
  nativeId,
  kind: 'upsert',
  origin: 'webhook',
  lane: 0,
  raw: `{"id":"${nativeId}"}`,
  eventKey: undefined,
  sourceAt: undefined,
});

describe('what grows with every event', () => {
  let ledger: TestLedger;
  beforeAll(async () => {
    ledger = await testLedger('hygiene');
  });
  afterAll(() => ledger?.close());

  const rows = <Row>(sql: string): Promise<Row[]> => ledger.database.dataSource.query(sql);
  const places = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await rows<{ id: string; place: string }>(
          `select native_id as id, tableoid::regclass::text as place from change`,
        )
      ).map(({ id, place }) => [id, place]),
    );
  /** Stores changes as if received then, settled but for those named `open…`. */
  const receive = async (at: string, ...ids: string[]): Promise<void> => {
    await insertChanges(ledger.database, new Date(at), ids.map(change));
    await rows(`update change set state = 'merged' where native_id not like 'open%'`);
  };
  const attempt = (at: string): Promise<void> =>
    insertAttempts(ledger.database, 'erp', [
      {
        at: new Date(at),
        stream: 'orders',
        operation: 'create',
        recordIds: ['0199aaaa-0000-7000-8000-000000000001'],
        outcome: 'done',
        failure: null,
        calls: [{ request: 'POST /orders' }],
        durationMs: 5,
        mappingVersion: 1,
      },
    ]);

  it('lies in a partition for each month, made ahead and only once, also when two processes do it at the same time', async () => {
    const now = new Date('2026-03-20T12:00:00Z');
    await Promise.all([ensurePartitions(ledger.database, now), ensurePartitions(ledger.database, now)]);
    await receive('2026-03-31T23:59:59.999Z', 'march');
    await receive('2026-04-01T00:00:00.000Z', 'april');
    await receive('2026-06-01T00:00:00.000Z', 'beyond');
    expect(await places()).toEqual({ march: 'change_202603', april: 'change_202604', beyond: 'change_other' });
    // Rows of June lie in the default partition: they stay there, and July is made all the same.
    await ensurePartitions(ledger.database, new Date('2026-06-15T00:00:00Z'));
    await receive('2026-07-02T00:00:00.000Z', 'july');
    expect(await places()).toMatchObject({ beyond: 'change_other', july: 'change_202607' });
    await rows(`delete from change`);
  });

  it('is forgotten by months when it is old, but not while anything in it is open', async () => {
    await ensurePartitions(ledger.database, new Date('2026-03-20T12:00:00Z'));
    await receive('2026-03-10T00:00:00Z', 'old-1', 'old-2');
    await receive('2026-04-10T00:00:00Z', 'open-old', 'old-3');
    await receive('2026-07-20T00:00:00Z', 'young');
    const report = await keepHygiene(ledger.database, new Date('2026-08-05T00:00:00Z'), RETENTION);
    expect(report.droppedPartitions).toEqual(['change_202603', 'attempt_202603', 'attempt_202604', 'attempt_202606']);
    expect(Object.keys(await places()).sort()).toEqual(['open-old', 'young']);
    await rows(`update change set state = 'merged'`);
    const later = await keepHygiene(ledger.database, new Date('2026-08-06T00:00:00Z'), RETENTION);
    expect(later.droppedPartitions).toEqual(['change_202604']);
    expect(Object.keys(await places())).toEqual(['young']);
    await rows(`delete from change`);
  });

  it('loses its payloads first: of settled changes and of tries, never of what is open', async () => {
    await receive('2026-08-01T00:00:00Z', 'done', 'open');
    await receive('2026-08-18T00:00:00Z', 'fresh');
    await attempt('2026-08-01T00:00:00Z');
    await attempt('2026-08-18T00:00:00Z');
    const report = await keepHygiene(ledger.database, new Date('2026-08-20T00:00:00Z'), RETENTION);
    expect(report).toEqual({ droppedPartitions: [], deletedRows: 0, clearedPayloads: 2 });
    expect(await rows(`select native_id as id, raw is null as cleared from change order by change.id`)).toEqual([
      { id: 'done', cleared: true },
      { id: 'open', cleared: false },
      { id: 'fresh', cleared: false },
    ]);
    expect(await rows(`select calls is null as cleared from attempt order by id`)).toEqual([
      { cleared: true },
      { cleared: false },
    ]);
    const again = await keepHygiene(ledger.database, new Date('2026-08-20T00:00:00Z'), RETENTION);
    expect(again.clearedPayloads).toBe(0);
  });
});
