import { setTimeout as sleep } from 'node:timers/promises';
import { openLandscape } from './landscape.mjs';
import { compareSides, startEdits } from './edits.mjs';

const KILL_EVERY_MS = 15_000;
const FIRST_SYNC_MS = 180_000;
const SETTLE_MS = 300_000;

/** Numbers that come back with the same seed, so that a run can be told again. */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * Edits on both sides and orders, for so many minutes, while something is killed every fifteen seconds; then both sides are compared with
 * the ledger. Resolves to the closing counts (FAULTS F50).
 */
export async function soak({ minutes, seed, redisProgram, say }) {
  // Two rows of numbers: what is killed depends on the seed alone, not on how fast the edits go.
  const random = seeded(seed);
  const landscape = await openLandscape({ redisProgram });
  try {
    await untilQuiet(landscape, { patienceMs: FIRST_SYNC_MS, looks: 10, since: new Date(0) });
    say(`first sync done; ${minutes} min of edits, something is killed every ${KILL_EVERY_MS / 1000} s (seed ${seed})`);
    const edits = startEdits(landscape, seeded(seed + 1));
    const kills = await killForAWhile(landscape, random, minutes * 60_000, say);
    await edits.stop();
    say('edits ended; waiting until all is settled');
    await untilQuiet(landscape, { patienceMs: SETTLE_MS, looks: 10, since: new Date() });
    return { ...(await compareSides(landscape, edits.expected)), edits: edits.counts, kills };
  } catch (error) {
    say(error.stack);
    for (const hub of landscape.hubs) say(hub.output().slice(-3_000));
    throw error;
  } finally {
    await landscape.close();
  }
}

async function killForAWhile({ hubs, postgres, redis, sandbox }, random, forMs, say) {
  const hurts = {
    'hub 1 killed': () => hubs[0].kill().then(() => hubs[0].start()),
    'hub 2 killed': () => hubs[1].kill().then(() => hubs[1].start()),
    'PostgreSQL crashed': () => postgres.crash(),
    'ERP down for 5 s': () => sandbox.kingdee.faults.add({ match: {}, down: true, forMs: 5_000 }),
    'CRM loses answers': () =>
      sandbox.hubspot.faults.add({ match: { kind: 'write' }, dropAfterCommit: true, times: 5 }),
    ...(redis && { 'Redis killed': () => redis.restart() }),
  };
  const kills = {};
  const endMs = performance.now() + forMs;
  while (performance.now() + KILL_EVERY_MS < endMs) {
    await sleep(KILL_EVERY_MS);
    const names = Object.keys(hurts);
    const name = names[Math.floor(random() * names.length)];
    say(name);
    kills[name] = (kills[name] ?? 0) + 1;
    await hurts[name]();
  }
  await sleep(Math.max(0, endMs - performance.now()));
  return kills;
}

/** Streams that are read so seldom that no edit of this run concerns them. */
const SELDOM = `('warehouses', 'locations')`;
const openWork = (since) => `
select (select count(*) from change where state in ('pending', 'fetch', 'waiting'))::int as changes,
  (select count(*) from replica where state in ('pending', 'blocked'))::int as replicas,
  (select count(*) from cursor where finished_at is null)::int as unread,
  (select count(*) from cursor where stream not in ${SELDOM} and started_at < '${since.toISOString()}')::int as stale,
  (select count(*) from cursor)::int as cursors`;

/** Nothing is open, and stays so over several looks, with every stream read after `since`: a notice may be lost, a look never. */
async function untilQuiet({ postgres, sandbox }, { patienceMs, looks, since }) {
  const endMs = performance.now() + patienceMs;
  let open;
  for (let quiet = 0; quiet < looks;) {
    if (performance.now() > endMs) throw new Error(`Not settled after ${patienceMs / 1000} s: ${JSON.stringify(open)}`);
    await sleep(500);
    await sandbox.settled();
    open = (await postgres.rows(openWork(since)).catch(() => []))[0];
    const isQuiet =
      open && open.changes === 0 && open.replicas === 0 && open.unread === 0 && open.stale === 0 && open.cursors >= 10;
    quiet = isQuiet ? quiet + 1 : 0;
  }
}
