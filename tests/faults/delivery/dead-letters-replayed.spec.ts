import { arrived, burst, once, range } from '../../support/bursts.js';
import { startRestHub } from '../../support/rest-hub.js';
import type { RestHub } from '../../support/rest-hub.js';

jest.setTimeout(120_000);

const DEAD = 1_000;
const PER_SECOND = 250;
const BURST = 50;

/** All were written, and nobody noted it: the ledger knows of no answer. What is asked again must not be done again. */
const FORGET = `
  update replica set state = 'dead', native_id = null, native_version = null, base = null, base_hash = null, delivered_version = 0,
    tried_versions = array[desired_version], outcome_unknown = true, attempts = 9, claims = 0, lease_token = null, lease_until = null,
    behind_since = now(), failure = '{"kind":"unknown","code":"far.no-answer","message":{"en":"No answer.","zh":"无应答。"}}'
  where connection_id = 'store'`;

interface Replayed {
  readonly replicas: number;
}

describe('a thousand dead letters are replayed at once', () => {
  let rest: RestHub;
  afterEach(() => rest?.stop());

  const replay = (key?: string): ReturnType<RestHub['api']> =>
    rest.api('/api/v1/dead-letters/replay', {
      method: 'POST',
      body: { filter: { connection: 'store' } },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });

  it('F49 at the allowed rate, under the same keys, with no double, and the audit says who and how many', async () => {
    const limits = { requestsPerSecond: PER_SECOND, burst: BURST, concurrency: 8, timeoutMs: 2_000 };
    rest = await startRestHub({ targetSettings: { limits } });
    expect(await burst(rest, range(1, DEAD))).toEqual(new Set([200]));
    await rest.settled();
    expect(rest.documents('store')).toHaveLength(DEAD);
    await rest.rows(FORGET);
    const { calls } = rest.sandbox.rest;
    const before = structuredClone(calls.report());

    const answers = await Promise.all([replay('again-1'), replay('again-1'), replay()]);
    expect(answers.map(({ status }) => status).filter((status) => ![200, 409].includes(status))).toEqual([]);
    await rest.settled();

    expect(arrived(rest, 'store')).toEqual(once(range(1, DEAD)));
    expect(await rest.count(`select count(*) from replica where connection_id = 'store' and state <> 'settled'`)).toBe(
      0,
    );
    const after = structuredClone(calls.report());
    // Each was asked once more under its key, and nothing was made by it; an answer that a busy machine lost is asked for again.
    const posts = (report: typeof after): number => report.routes['POST /store']?.count ?? 0;
    expect(posts(after) - posts(before)).toBeGreaterThanOrEqual(DEAD);
    expect(posts(after) - posts(before)).toBeLessThan(DEAD * 1.05);
    expect(after.effects['store']).toEqual(before.effects['store']);
    const last = after.recent.filter(({ call }) => call.startsWith('POST /rest/store')).slice(-200);
    const tookMs = (last.at(-1)?.at ?? 0) - (last[0]?.at ?? 0);
    expect(tookMs).toBeGreaterThanOrEqual(((last.length - BURST) / PER_SECOND) * 1_000 * 0.9);

    const audit = (await rest.api('/api/v1/audit?object=dead-letters')).body.items as {
      action: string;
      actor: string;
      details: Replayed;
    }[];
    expect(new Set(audit.map(({ action, actor }) => `${action} ${actor}`))).toEqual(
      new Set(['dead-letters.replay api:ISTHMUS_API_KEY']),
    );
    expect(audit.reduce((sum, { details }) => sum + details.replicas, 0)).toBe(DEAD);
  });
});
