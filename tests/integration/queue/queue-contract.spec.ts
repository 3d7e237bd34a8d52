import { randomUUID } from 'node:crypto';
import { claimReplicas, findDueWork, insertRecords, markTargetReplicas, settleReplicas } from '@isthmus/ledger';
import type { ClaimedReplica, ReplicaOutcome, Sql, StoredRecord } from '@isthmus/ledger';
import { openBull, PostgresQueue } from '@isthmus/queue';
import type { Queue } from '@isthmus/queue';
import { Redis } from 'ioredis';
import { testLedger } from '../../support/ledger.js';
import type { TestLedger } from '../../support/ledger.js';
import { testRedisUrl } from '../../support/redis.js';

const CONNECTION = 'erp';

interface Opened {
  readonly queue: Queue;
  close(): Promise<void>;
}

const implementations: [string, (ledger: TestLedger) => Promise<Opened>][] = [
  [
    'PostgreSQL',
    (ledger) => {
      const queue = new PostgresQueue({
        findDueWork: () => findDueWork(ledger.database, new Date()),
        report: () => undefined,
        sweepMs: 20,
      });
      return Promise.resolve({ queue, close: () => queue.close() });
    },
  ],
  [
    'Bull',
    async (ledger) => {
      const options = {
        findDueWork: () => findDueWork(ledger.database, new Date()),
        report: () => undefined,
        sweepMs: 50,
      };
      const { queue, closeModule } = await openBull(testRedisUrl(), options);
      return {
        queue,
        close: async () => {
          await queue.close();
          await closeModule();
        },
      };
    },
  ],
];

describe.each(implementations)('the queue on %s', (name, open) => {
  let ledger: TestLedger;
  const opened: Opened[] = [];

  beforeAll(async () => {
    ledger = await testLedger();
  });
  beforeEach(async () => {
    await ledger.clean();
    await ledger.database.dataSource.query(
      `insert into connection (id, connector, title, settings) values ('${CONNECTION}', 'rest', 'ERP', '{}')`,
    );
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });
  afterAll(() => ledger.close());

  async function openQueue(): Promise<Queue> {
    const one = await open(ledger);
    opened.push(one);
    return one.queue;
  }

  /** A worker that claims, records and settles: what the deliver stage does, without far side. */
  function work(queue: Queue, seen: { recordId: string; version: number }[], batch = 10): void {
    queue.process(
      'deliver',
      async ({ key }) => {
        const token = randomUUID();
        const claimed = await claimReplicas(ledger.database, key, {
          now: new Date(),
          limit: batch,
          token,
          leaseSeconds: 30,
        });
        const settled = await settleReplicas(ledger.database, key, token, new Date(), claimed.map(done));
        const held = new Set(settled.map((row) => row.recordId));
        for (const replica of claimed)
          if (held.has(replica.recordId)) seen.push({ recordId: replica.recordId, version: replica.recordVersion });
        return { more: claimed.length === batch };
      },
      { parallel: 2 },
    );
  }

  async function addRecords(count: number): Promise<string[]> {
    const records = Array.from({ length: count }, () => record(randomUUID(), 1));
    await insertRecords(ledger.database, records);
    await plan(
      records.map(({ id }) => id),
      1,
    );
    return records.map(({ id }) => id);
  }

  async function plan(ids: string[], version: number, sql: Sql = ledger.database): Promise<void> {
    await markTargetReplicas(
      sql,
      new Date(),
      ids.map((recordId) => ({
        recordId,
        connectionId: CONNECTION,
        entity: 'customer',
        stream: 'customers',
        version,
        lane: 0,
        creates: true,
      })),
    );
  }

  async function allSettled(): Promise<boolean> {
    const [row] = await ledger.database.run<{ open: number }>(
      { name: 'open-replicas', text: `select count(*)::int as open from replica where state <> 'settled'` },
      [],
    );
    return row?.open === 0;
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new Error('the condition did not come true');
      await new Promise((turn) => setImmediate(turn));
    }
  }

  it('does all work that was hinted, each version once', async () => {
    const queue = await openQueue();
    const seen: { recordId: string; version: number }[] = [];
    work(queue, seen);
    await queue.start();
    const ids = await addRecords(200);
    queue.hint({ kind: 'deliver', key: CONNECTION });
    await until(() => Promise.resolve(seen.length >= 200));
    expect(new Set(seen.map((row) => row.recordId))).toEqual(new Set(ids));
    expect(seen).toHaveLength(200);
  });

  it('finds work that nobody hinted', async () => {
    const queue = await openQueue();
    const seen: { recordId: string; version: number }[] = [];
    work(queue, seen);
    await queue.start();
    await addRecords(25);
    await until(() => Promise.resolve(seen.length >= 25));
    expect(await allSettled()).toBe(true);
    expect(seen).toHaveLength(25);
  });

  it('never hands out an older version of a record after a newer one, with two processes at work', async () => {
    const seen: { recordId: string; version: number }[] = [];
    const [first, second] = [await openQueue(), await openQueue()];
    work(first, seen, 3);
    work(second, seen, 3);
    await first.start();
    await second.start();
    const ids = await addRecords(10);
    for (let version = 2; version <= 8; version += 1) {
      await ledger.database.transaction(async (sql) => {
        await sql.run({ name: 'bump-versions', text: 'update record set version = $1' }, [version]);
        await plan(ids, version, sql);
      });
      (version % 2 ? first : second).hint({ kind: 'deliver', key: CONNECTION });
    }
    await until(allSettled);
    await until(() => Promise.resolve(ids.every((id) => seen.some((row) => row.recordId === id && row.version === 8))));
    for (const id of ids) {
      const versions = seen.filter((row) => row.recordId === id).map((row) => row.version);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(versions.at(-1)).toBe(8);
      expect(new Set(versions).size).toBe(versions.length);
    }
  });

  it('starts nothing while paused and goes on after resume', async () => {
    const queue = await openQueue();
    const seen: { recordId: string; version: number }[] = [];
    work(queue, seen);
    await queue.start();
    await queue.pause('deliver');
    await addRecords(5);
    queue.hint({ kind: 'deliver', key: CONNECTION });
    expect((await queue.depth()).deliver.paused).toBe(true);
    await until(async () => (await findDueWork(ledger.database, new Date())).length > 0);
    expect(seen).toEqual([]);
    await queue.resume('deliver');
    await until(() => Promise.resolve(seen.length >= 5));
    expect(seen).toHaveLength(5);
  });

  it('keeps the late result of a worker that lost its lease out', async () => {
    const [recordId] = await addRecords(1);
    const late = randomUUID();
    const [claimed] = await claimReplicas(ledger.database, CONNECTION, {
      now: new Date(),
      limit: 1,
      token: late,
      leaseSeconds: 0,
    });
    const current = randomUUID();
    const [again] = await claimReplicas(ledger.database, CONNECTION, {
      now: new Date(),
      limit: 1,
      token: current,
      leaseSeconds: 30,
    });
    expect(again).toMatchObject({ recordId, claims: 2 });
    expect(await settleReplicas(ledger.database, CONNECTION, late, new Date(), [done(claimed!)])).toEqual([]);
    expect(await settleReplicas(ledger.database, CONNECTION, current, new Date(), [done(again!)])).toHaveLength(1);
  });

  it('survives a handler that throws', async () => {
    const queue = await openQueue();
    let calls = 0;
    queue.process('deliver', () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('first')) : Promise.resolve({ more: false });
    });
    await queue.start();
    queue.hint({ kind: 'deliver', key: CONNECTION });
    await until(() => Promise.resolve(calls === 1));
    await until(() => {
      queue.hint({ kind: 'deliver', key: CONNECTION });
      return Promise.resolve(calls > 1);
    });
  });

  if (name === 'Bull') {
    it('F04 loses nothing when Redis is flushed again and again in the middle of the work', async () => {
      const redis = new Redis(testRedisUrl());
      const queue = await openQueue();
      const seen: { recordId: string; version: number }[] = [];
      work(queue, seen, 5);
      await queue.start();
      const ids: string[] = [];
      for (let round = 0; round < 10; round += 1) {
        ids.push(...(await addRecords(40)));
        queue.hint({ kind: 'deliver', key: CONNECTION });
        await redis.flushall();
      }
      await until(() => Promise.resolve(seen.length >= ids.length));
      expect(await allSettled()).toBe(true);
      redis.disconnect();
      expect(seen).toHaveLength(ids.length);
      expect(new Set(seen.map((row) => row.recordId)).size).toBe(ids.length);
    });
  }
});

function record(id: string, version: number): StoredRecord {
  const now = new Date();
  return {
    id,
    entity: 'customer',
    version,
    status: 'active',
    body: { displayName: id },
    provenance: {},
    changeId: null,
    connectionId: null,
    mappingVersion: null,
    sourceUpdatedAt: null,
    createdAt: now,
    updatedAt: now,
  };
}

function done(replica: ClaimedReplica): ReplicaOutcome {
  return {
    recordId: replica.recordId,
    state: 'settled',
    deliveredVersion: replica.recordVersion,
    nativeId: `n-${replica.recordId}`,
    nativeVersion: null,
    base: null,
    baseHash: null,
    knownBaseHash: null,
    modifiedAt: null,
    dueAt: null,
    lane: 0,
    attempts: 0,
    outcomeUnknown: false,
    triedVersions: [],
    failure: null,
    blockedOn: null,
    written: true,
  };
}
