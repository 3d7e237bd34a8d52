import type { ConnectionAnswer, FlowAnswer, Status } from '@isthmus/api-contract';
import { until } from '../../support/demo-hub.js';
import { startPeopleHub } from '../../support/people-hub.js';
import type { PeopleHub, PeopleHubOptions } from '../../support/people-hub.js';

jest.setTimeout(120_000);

const person = (index: number): { [field: string]: string } => ({
  name: `Firm ${index}`,
  number: `C${String(index).padStart(4, '0')}`,
  phone: `138${String(10_000_000 + index)}`,
  note: `note ${index}`,
});
const PATIENCE_MS = 40_000;

describe('what is delivered when', () => {
  let people: PeopleHub;
  afterEach(() => people?.stop());

  const start = async (count: number, options: PeopleHubOptions = {}): Promise<void> => {
    people = await startPeopleHub(
      Array.from({ length: count }, (_, index) => person(index)),
      options,
    );
  };
  const right = (): number => people.landscape.documents('right').length;
  const noted = (note: string): number =>
    people.landscape.documents('right').filter((document) => document['note'] === note).length;
  const status = async (): Promise<Status> => (await people.api<Status>('GET', '/status')).body;
  const codes = async (): Promise<string[]> => (await status()).reasons.map(({ code }) => code);
  const eventually = (what: string, condition: () => Promise<boolean> | boolean): Promise<void> =>
    until(condition, what, PATIENCE_MS, async () => JSON.stringify((await status()).reasons));
  const callsTo = (path: string): number =>
    Object.entries(people.landscape.sandbox.rest.calls.report().routes)
      .filter(([route]) => route.includes(path))
      .reduce((sum, [, { count }]) => sum + count, 0);
  /** So much time passes that the other side is polled three times. */
  const pollsOf = (side: string): Promise<void> => {
    const before = callsTo(`/${side}`);
    return eventually(`${side} is polled`, () => callsTo(`/${side}`) >= before + 3);
  };
  const none = async (sql: string): Promise<void> => expect(await people.count(sql)).toBe(0);

  it('F25 refused credentials pause the connection with one alarm; no call follows, nothing is lost', async () => {
    await start(30);
    await people.settled();
    const { rest } = people.landscape.sandbox;
    rest.faults.add({ match: { path: '/right' }, status: 401 });
    for (let index = 0; index < 30; index += 1)
      people.landscape.edit('left', person(index)['number'] as string, { note: 'new' });
    await eventually('the connection needs credentials', async () => (await codes()).includes('connection.needs-auth'));
    await eventually(
      'all is merged',
      async () => (await people.count(`select count(*) from record where body->>'note' = 'new'`)) === 30,
    );
    // Calls that were under way when the first was refused still come to their end.
    await pollsOf('left');
    const before = callsTo('/right');
    await pollsOf('left');
    expect(people.logged.filter((line) => line.includes('connection.needs-auth'))).toHaveLength(1);
    expect(callsTo('/right')).toBe(before);
    await none(`select count(*) from replica where state = 'dead'`);
    rest.faults.clear();
    await people.api('POST', '/connections/right/resume');
    await people.settled();
    expect(noted('new')).toBe(30);
    expect(right()).toBe(30);
  });

  it('a paused flow stores what comes, merges and delivers nothing, and makes no dead letters; then it goes on', async () => {
    await start(5);
    await people.settled();
    const paused = await people.api<FlowAnswer>('POST', '/flows/people/pause', { reason: 'stocktaking' });
    expect(paused.body).toMatchObject({ state: 'paused', stateReason: { code: 'flow.paused' } });
    people.landscape.edit('left', 'C0001', { note: 'paused' });
    await eventually(
      'the change is stored',
      async () => (await people.count(`select count(*) from change where state = 'pending'`)) > 0,
    );
    expect(noted('paused')).toBe(0);
    await people.api('POST', '/flows/people/resume');
    await eventually('it arrives', () => noted('paused') === 1);
    await none(`select count(*) from replica where state = 'dead'`);
  });

  it('an entity that is paused at one connection waits there only, and status says so', async () => {
    await start(5);
    await people.settled();
    const { body } = await people.api<ConnectionAnswer>('POST', '/connections/right/pause', { entity: 'customer' });
    expect(body.holds).toMatchObject([{ entity: 'customer', state: 'paused' }]);
    people.landscape.edit('left', 'C0001', { note: 'held' });
    await eventually(
      'it is merged',
      async () => (await people.count(`select count(*) from record where body->>'note' = 'held'`)) === 1,
    );
    expect((await status()).connections.find(({ id }) => id === 'right')?.holds).toHaveLength(1);
    expect(await codes()).toContain('connection.paused');
    expect(noted('held')).toBe(0);
    expect((await people.api('POST', '/connections/right/pause', { entity: 'order' })).body.code).toBe(
      'connection.no-entity',
    );
    await people.api('POST', '/connections/right/resume', { entity: 'customer' });
    await eventually('it arrives', () => noted('held') === 1);
  });

  it.each<[string, string, (people: PeopleHub) => Promise<string>]>([
    ['flow', '/flows/people', async (hub) => (await hub.api<FlowAnswer>('GET', '/flows/people')).body.state],
    [
      'connection',
      '/connections/left',
      async (hub) => (await hub.api<ConnectionAnswer>('GET', '/connections/left')).body.state,
    ],
  ])('a %s that drains reads nothing new, delivers what is open, and pauses', async (_name, path, stateOf) => {
    await start(3);
    await people.settled();
    // What is open while it drains: three edits that a slow far side takes its time for.
    people.landscape.sandbox.rest.faults.add({ match: { path: '/right', kind: 'write' }, delayMs: 500 });
    for (let index = 0; index < 3; index += 1)
      people.landscape.edit('left', person(index)['number'] as string, { note: 'open' });
    await eventually(
      'they are merged',
      async () => (await people.count(`select count(*) from record where body->>'note' = 'open'`)) === 3,
    );
    await people.api('POST', `${path}/drain`);
    await eventually('it has paused by itself', async () => (await stateOf(people)) === 'paused');
    await eventually('all that was open arrived', () => noted('open') === 3);
    expect(await people.count(`select count(*) from audit where actor = 'hub' and action like '%.drained'`)).toBe(1);
    const read = callsTo('/left');
    people.landscape.edit('left', 'C0000', { note: 'later' });
    if (path.startsWith('/connections')) {
      await pollsOf('right');
      expect(callsTo('/left')).toBe(read);
    }
    expect(noted('later')).toBe(0);
    await people.api('POST', `${path}/resume`);
    await eventually('the later one arrives after it is resumed', () => noted('later') === 1);
  });

  it('in a maintenance window a far side is not called, nothing counts as failing, and status says until when', async () => {
    await start(5, {
      change: (connection) => {
        if (connection.id === 'right') connection.maintenance = [{ from: '00:00', to: '24:00', timeZone: 'UTC' }];
      },
    });
    await eventually('all is merged', async () => (await people.count('select count(*) from record')) === 5);
    await people.rows(
      `update replica set behind_since = behind_since - interval '1 hour' where connection_id = 'right'`,
    );
    const { connections, reasons } = await status();
    const there = connections.find(({ id }) => id === 'right');
    expect(there?.verdict).toBe('attention');
    expect(there?.maintenanceUntil).toMatch(/T00:00:00\.000Z$/);
    expect(reasons.filter(({ connectionId }) => connectionId === 'right').map(({ code }) => code)).toContain(
      'connection.maintenance',
    );
    expect(reasons.some(({ verdict }) => verdict === 'failing')).toBe(false);
    expect(right()).toBe(0);
    expect(
      Object.keys(people.landscape.sandbox.rest.calls.report().routes).filter((route) => route.includes('/right')),
    ).toEqual([]);
    await people.rows(`update connection set maintenance = '[]', version = version + 1 where id = 'right'`);
    await eventually('all is delivered when it is over', () => right() === 5);
  });

  it('a far side without a known limit that says 429 is called less from then on, by all processes, and status shows it', async () => {
    await start(60, {
      change: ({ settings }) => {
        delete settings.limits;
      },
    });
    people.landscape.sandbox.rest.faults.add({
      match: { path: '/right', kind: 'write' },
      times: 4,
      status: 429,
      retryAfter: 1,
    });
    await eventually('all arrive', () => right() === 60);
    const rate = (await status()).connections.find(({ id }) => id === 'right')?.rate;
    expect(rate?.refusedAt).not.toBeNull();
    expect(rate?.configured).toBeGreaterThan(0);
  });

  it('a live edit does not wait for a backfill, and the backfill moves while live edits come without end', async () => {
    await start(900, {
      // What the right holds is not read while the test changes what the hub knows of it.
      change: ({ id, settings }) => {
        if (id === 'right') (settings.streams.people['read'] as { pollSeconds: number }).pollSeconds = 3_600;
      },
    });
    await eventually('all arrive', () => right() === 900);
    await people.settled();
    await people.api('POST', '/connections/right/pause', { entity: 'customer' });
    const lane = async (number: number, below: string): Promise<void> => {
      await people.rows(`
        update replica r set state = 'pending', lane = ${number}, due_at = now(), base = (r.base::jsonb || '{"note": "old"}')::text
        from record d where d.id = r.record_id and r.connection_id = 'right' and d.body->>'customerNumber' ${below}`);
    };
    /** Customer numbers in the order in which the right was written. */
    const written = async (): Promise<string[]> => {
      const before = new Map(people.landscape.documents('right').map((row) => [row.number, Number(row['version'])]));
      await people.api('POST', '/connections/right/resume', { entity: 'customer' });
      await people.settled(60_000);
      await people.api('POST', '/connections/right/pause', { entity: 'customer' });
      return people.landscape
        .documents('right')
        .filter((row) => Number(row['version']) > (before.get(row.number) ?? 0))
        .sort((a, b) => (String(a['updatedAt']) < String(b['updatedAt']) ? -1 : 1))
        .map((row) => row.number);
    };
    // Written notes must differ from what is there, or the far side sees no change.
    const edit = (note: string): Promise<unknown> =>
      people.rows(`update record set body = jsonb_set(body, '{note}', '"${note}"')`);
    await edit('first');
    await lane(2, `< 'C0899'`);
    await lane(0, `= 'C0899'`);
    const first = await written();
    expect(first).toHaveLength(900);
    // At most what two batches had in hand already.
    expect(first.indexOf('C0899')).toBeLessThan(400);
    await edit('second');
    await lane(2, `< 'C0100'`);
    await lane(0, `>= 'C0100'`);
    const second = await written();
    expect(second).toHaveLength(900);
    // Eight hundred live writes are due all the time; a batch in four goes to the other lanes all the same.
    const last = Math.max(...second.map((number, place) => (number < 'C0100' ? place : 0)));
    expect(last).toBeLessThan(880);
  });
});
