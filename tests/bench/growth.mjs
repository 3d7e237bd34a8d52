import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { percentile } from './support/statistics.mjs';

const SIZES = [10_000, 100_000, 1_000_000];
/** More runs than the five after which the server may settle for one plan for all values. */
const RUNS = 60;
const WARM_UP = 10;
const NOW = new Date('2026-11-23T09:00:00.000Z');
const TOKEN = '00000000-0000-4000-8000-000000000001';
const FLAT = 1.5;

// By a computed name: what is built is not there yet when the sources are checked.
const built = (name) => import(new URL(`../../dist/hub/libs/${name}/src/index.js`, import.meta.url).href);
const seed = (name) => readFileSync(new URL(`../support/${name}`, import.meta.url), 'utf8');

/**
 * What the hub asks its ledger all the time, with ten thousand, a hundred thousand and a million replicas in it (each with its record and a
 * settled change) and the same work open: medians, and the last to the first.
 */
export async function measureGrowth({ report, folder, size }) {
  const { startEmbeddedPostgres } = await built('platform');
  const ledger = await built('ledger');
  const server = await startEmbeddedPostgres({ dataDir: join(folder, 'growth') });
  const database = await ledger.Database.open({ url: server.url });
  try {
    await ledger.ensurePartitions(database, NOW);
    const medians = new Map();
    let first = 1;
    for (const full of SIZES) {
      const last = Math.max(2_000, Math.round(full * size));
      await grow(server.url, first, last);
      for (const [name, times] of await timesOf(ledger, database))
        medians.set(name, [...(medians.get(name) ?? []), percentile(times, 0.5)]);
      report.say(
        `  ${last} replicas: ${[...medians].map(([name, all]) => `${name} ${all.at(-1).toFixed(2)} ms`).join(', ')}`,
      );
      first = last + 1;
    }
    for (const [name, [small, , large]] of medians) {
      report.add({ bench: `growth.${name}`, value: large, unit: 'ms' });
      report.add({ bench: `growth.${name}.ratio`, value: large / small, unit: 'ratio last to first', atMost: FLAT });
    }
  } finally {
    await database.close();
    await server.stop();
  }
}

async function grow(url, first, last) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(seed('grown-ledger.sql').replaceAll(':first', String(first)).replaceAll(':last', String(last)));
    if (first === 1) await client.query(seed('grown-backlog.sql'));
    // What a server does by itself now and then.
    for (const table of ['record', 'replica', 'change', 'connection']) await client.query(`vacuum analyze ${table}`);
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

const GIVE_BACK = {
  name: 'bench-give-back',
  text: `update replica set lease_token = null, lease_until = null, claims = 0 where connection_id = 'erp' and state = 'pending' and claims > 0`,
};
const TAKE_BACK = { name: 'bench-take-back', text: `delete from change where connection_id = 'shop'` };
const FORGET = { name: 'bench-forget', text: `delete from seen_event where connection_id = 'shop'` };

/** Each asked in turn, so that a busy moment of the machine hits all alike. */
async function timesOf(ledger, database) {
  const asked = questions(ledger, database);
  const times = new Map(asked.map(({ name }) => [name, []]));
  for (let run = -WARM_UP; run < RUNS; run += 1) {
    for (const { name, ask, after } of asked) {
      const startedMs = performance.now();
      await ask();
      if (run >= 0) times.get(name).push(performance.now() - startedMs);
      await after?.();
    }
  }
  return times;
}

function questions(ledger, database) {
  const webhooks = Array.from({ length: 50 }, (_, number) => ({
    connectionId: 'shop',
    stream: 'customers',
    entity: 'customer',
    nativeId: `S-${number}`,
    kind: 'upsert',
    origin: 'webhook',
    lane: 0,
    raw: '{}',
    eventKey: `customers:${number}`,
    sourceAt: undefined,
  }));
  return [
    {
      name: 'claim',
      ask: () => ledger.claimReplicas(database, 'erp', { now: NOW, limit: 200, token: TOKEN, leaseSeconds: 60 }),
      after: () => database.run(GIVE_BACK, []),
    },
    {
      name: 'status',
      ask: async () => {
        await ledger.readReplicaBacklog(database);
        await ledger.readChangeBacklog(database);
        await ledger.readConflictBacklog(database);
        await ledger.readBlockedGroups(database, 20);
      },
    },
    {
      name: 'accept',
      ask: () => ledger.insertChanges(database, NOW, webhooks),
      after: async () => {
        await database.run(TAKE_BACK, []);
        await database.run(FORGET, []);
      },
    },
    { name: 'pick-changes', ask: () => ledger.selectPendingChanges(database, 'customer', 100) },
    {
      name: 'sweep',
      ask: async () => {
        await ledger.findDueWork(database, NOW);
        await ledger.nextDueAt(database, NOW);
      },
    },
    {
      name: 'housekeeping',
      ask: () => database.transaction((sql) => ledger.freeWaiting(sql, NOW).then(() => undefined)),
    },
    { name: 'dead-letters', ask: () => ledger.listDeadLetters(database, {}, { limit: 50 }) },
  ];
}
