import type { BackfillAnswer } from '@isthmus/api-contract';
import { runCli } from '../../apps/cli/src/run.js';
import { recordedTerminal } from '../../apps/cli/src/recorded-terminal.spec-data.js';
import { until } from '../support/demo-hub.js';
import { startPeopleHub } from '../support/people-hub.js';
import type { PeopleHub } from '../support/people-hub.js';

jest.setTimeout(120_000);

const PEOPLE = 250;
const person = (index: number): { [field: string]: string } => ({
  name: `Firm ${index}`,
  number: `C${String(index).padStart(4, '0')}`,
  phone: `138${String(10_000_000 + index)}`,
  note: `note ${index}`,
});

describe('backfills', () => {
  let people: PeopleHub;
  beforeEach(async () => {
    people = await startPeopleHub(
      Array.from({ length: PEOPLE }, (_, index) => person(index)),
      {
        // Nothing but backfills reads the left after the first time.
        change: ({ id, settings }) => {
          if (id === 'left') (settings.streams.people['read'] as { pollSeconds: number }).pollSeconds = 3_600;
        },
      },
    );
    await until(() => people.landscape.documents('right').length === PEOPLE, 'everybody is on the right', 60_000);
    await people.settled();
  });
  afterEach(() => people?.stop());

  type Started = { readonly items: readonly BackfillAnswer[] };
  const begin = async (body: object): Promise<BackfillAnswer> => {
    const answer = await people.api<Started>('POST', '/backfills', body);
    expect([answer.status, answer.body.code]).toEqual([202, undefined]);
    return answer.body.items[0] as BackfillAnswer;
  };
  const read = async (id: string): Promise<BackfillAnswer> =>
    (await people.api<BackfillAnswer>('GET', `/backfills/${id}`)).body;
  const ended = async (id: string): Promise<BackfillAnswer> => {
    await until(
      async () => !['running', 'paused'].includes((await read(id)).state),
      'it has ended',
      40_000,
      async () => JSON.stringify(await read(id)),
    );
    await people.settled();
    return read(id);
  };
  /** Edits that the hub has not heard of. */
  const editUnheard = (...indexes: number[]): void => {
    for (const index of indexes) people.landscape.edit('left', person(index)['number'] as string, { note: 'unheard' });
  };
  const arrived = (): number => people.landscape.documents('right').filter((row) => row['note'] === 'unheard').length;

  it('reads a whole stream again and finds what was never told, with progress', async () => {
    editUnheard(3, 100, 249);
    const started = await begin({ connectionId: 'left', stream: 'people' });
    expect(started).toMatchObject({ direction: 'in', selection: 'all', state: 'running', total: PEOPLE });
    const done = await ended(started.id);
    expect(done).toMatchObject({ state: 'done', done: PEOPLE, skipped: 0, open: 0, failure: null });
    expect(arrived()).toBe(3);
    // What says nothing new is not stored: three edits, three changes.
    expect(await people.count(`select count(*) from change where origin = 'backfill'`)).toBe(3);
    expect(await people.count(`select count(*) from change where origin = 'backfill' and lane <> 2`)).toBe(0);
  });

  it('keeps to its speed, tells how long it still takes, and can be paused, resumed and cancelled', async () => {
    const { id } = await begin({ connectionId: 'left', stream: 'people', recordsPerSecond: 50 });
    await until(async () => (await read(id)).done > 0, 'it has begun', 20_000);
    const moving = await read(id);
    expect(moving.etaSeconds === null || moving.etaSeconds > 0).toBe(true);
    expect(
      (await people.api<Started>('POST', '/backfills', { connectionId: 'left', stream: 'people' })).body.code,
    ).toBe('backfill.active');
    expect((await people.api<BackfillAnswer>('POST', `/backfills/${id}/pause`)).body.state).toBe('paused');
    expect((await people.api<BackfillAnswer>('POST', `/backfills/${id}/pause`)).body.code).toBe('backfill.state');
    const paused = (await read(id)).done;
    expect(paused).toBeLessThan(PEOPLE);
    await people.api('POST', `/backfills/${id}/resume`);
    const { done, state } = await ended(id);
    expect([state, done]).toEqual(['done', PEOPLE]);
    const other = await begin({ connectionId: 'left', stream: 'people', recordsPerSecond: 1 });
    await people.api('POST', `/backfills/${other.id}/cancel`);
    expect((await ended(other.id)).state).toBe('cancelled');
    expect(await people.count(`select count(*) from audit where action like 'backfill.%'`)).toBe(5);
  });

  it('takes a window of time, and leaves out what is older', async () => {
    const since = new Date().toISOString();
    editUnheard(7, 8);
    const { id } = await begin({ connectionId: 'left', stream: 'people', changedSince: since });
    expect(await ended(id)).toMatchObject({ state: 'done', selection: 'window', done: 2 });
    expect(arrived()).toBe(2);
  });

  it('takes a list of native ids, or of records, and counts what the stream does not know', async () => {
    editUnheard(1, 2, 3);
    const idOf = (index: number): string =>
      people.landscape.documents('left').find((row) => row.number === person(index)['number'])?.id ?? '';
    const native = await begin({ connectionId: 'left', stream: 'people', nativeIds: [idOf(1), idOf(2)] });
    expect(await ended(native.id)).toMatchObject({ state: 'done', done: 2, total: 2 });
    expect(arrived()).toBe(2);
    const [record] = await people.rows<{ id: string }>(`select id from record where body->>'customerNumber' = 'C0003'`);
    const unknown = '01a20a55-9034-7399-9019-b9ba2229a257';
    const listed = await begin({ connectionId: 'left', entity: 'customer', recordIds: [record?.id, unknown] });
    expect(await ended(listed.id)).toMatchObject({ state: 'done', done: 1, skipped: 1 });
    expect(arrived()).toBe(3);
  });

  it('takes what a mapping version wrote: read again, or the copies brought up to date', async () => {
    const [{ version } = { version: 0 }] = await people.rows<{ version: number }>(
      `select mapping_version as version from record limit 1`,
    );
    editUnheard(5);
    const inward = await begin({ connectionId: 'left', stream: 'people', mappingVersion: version });
    expect(await ended(inward.id)).toMatchObject({ state: 'done', done: PEOPLE, total: PEOPLE });
    expect(arrived()).toBe(1);
    await people.rows(
      `update replica set base = (base::jsonb || '{"note": "lost"}')::text where connection_id = 'right'`,
    );
    const outward = await begin({ connectionId: 'right', stream: 'people', mappingVersion: version, direction: 'out' });
    expect(await ended(outward.id)).toMatchObject({ state: 'done' });
    expect(
      await people.count(`select count(*) from replica where connection_id = 'right' and base like '%lost%'`),
    ).toBe(0);
  });

  it.each<[string, object, string]>([
    [
      'two selections',
      { connectionId: 'left', stream: 'people', nativeIds: ['1'], mappingVersion: 1 },
      'backfill.selection',
    ],
    ['ids of no stream', { entity: 'customer', nativeIds: ['1'] }, 'backfill.selection'],
    ['nothing named', {}, 'backfill.no-stream'],
    ['a stream that is not there', { connectionId: 'left', stream: 'orders' }, 'backfill.no-stream'],
  ])('refuses %s', async (_name, body, code) => {
    expect((await people.api('POST', '/backfills', body)).body.code).toBe(code);
  });

  it('is there on the command line', async () => {
    editUnheard(9);
    const environment = { ISTHMUS_URL: people.hub.url, ISTHMUS_API_KEY: 'test-key-0123456789abcdef' };
    const terminal = recordedTerminal({ environment });
    const line = 'backfill start --connection left --entity customer --yes --json';
    expect([await runCli(line.split(' '), terminal), terminal.said()]).toEqual([0, expect.any(String)]);
    expect(JSON.parse(terminal.written())).toMatchObject({ items: [{ state: 'done', done: PEOPLE }] });
    await people.settled();
    expect(arrived()).toBe(1);
  });
});
