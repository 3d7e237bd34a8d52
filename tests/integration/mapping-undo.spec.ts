import type { MappingPublished, MappingRunAnswer } from '@isthmus/api-contract';
import { connectors } from '@isthmus/connectors';
import { forgetNativeImages } from '@isthmus/ledger';
import { createLogger } from '@isthmus/platform';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { RunningHub } from '../../apps/hub/src/start-hub.js';
import { until } from '../support/demo-hub.js';
import { findText } from '../support/find-text.js';
import { testLedger } from '../support/ledger.js';
import type { TestLedger } from '../support/ledger.js';
import { openMappingLandscape, peopleMapping } from '../support/mapping-landscape.js';
import type { MappingLandscape } from '../support/mapping-landscape.js';

jest.setTimeout(120_000);

const KEY = 'test-key-0123456789abcdef';
const AT = '/api/v1/connections/left/mappings/people';
const PEOPLE = 5;

/** What stands in a field that the first mapping does not know. */
const SOURCES = [undefined, null, 'shop "4" \\u0000', { deep: ['list', 7] }, 'web'];

const people = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `Firm ${index}`,
  number: `C${index}`,
  phone: `1380013${String(8000 + index)}`,
  note: `note ${index}`,
  ...(SOURCES[index] !== undefined && { source: SOURCES[index] as never }),
}));

const E164 = peopleMapping({ phone: 'e164' });
const CONSTANT = peopleMapping({ phone: 'e164', more: ['{ native: source, constant: hub }'] });

let landscape: MappingLandscape;
let ledger: TestLedger;
let hub: RunningHub;
let letGo: () => void = () => undefined;

beforeEach(async () => {
  ledger = await testLedger();
  landscape = await openMappingLandscape(people);
  hub = await startHub(
    {
      port: 0,
      dataDir: landscape.folder,
      role: 'all',
      logLevel: 'silent',
      apiKey: KEY,
      databaseUrl: ledger.url,
      configFile: landscape.configFile,
      host: '127.0.0.1',
    },
    { connectors, logger: createLogger({ level: 'silent' }), environment: {} },
  );
  await until(() => landscape.documents('right').length === PEOPLE, 'everybody is on the right');
  await settled();
});
afterEach(async () => {
  letGo();
  await hub?.runtime.reload();
  await hub?.stop();
  await landscape?.close();
  await ledger?.close();
});

async function rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
  return ledger.database.dataSource.query(sql);
}

async function count(sql: string): Promise<number> {
  return Number(Object.values((await rows(sql))[0] ?? {})[0]);
}

async function settled(): Promise<void> {
  const open = `select (select count(*) from change where state in ('pending', 'fetch')) + (select count(*) from replica where state = 'pending')
    + (select count(*) from remap_delivery) + (select count(*) from mapping_run where state = 'running') as open`;
  let quiet = 0;
  await until(
    async () => (quiet = (await count(open)) === 0 ? quiet + 1 : 0) >= 5,
    'all work is done',
    30_000,
    async () => JSON.stringify(await rows('select state, failure, report from mapping_run')),
  );
}

async function api<Body>(method: string, path: string, body?: object, etag?: string): Promise<Body> {
  const answer = await fetch(`${hub.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect([answer.status, text]).toEqual([expect.any(Number), expect.any(String)]);
  expect(answer.ok ? '' : text).toBe('');
  return JSON.parse(text) as Body;
}

async function publish(document: string): Promise<MappingPublished> {
  await api('PUT', `${AT}/draft`, { document });
  return api('POST', `${AT}/draft/publish`, { mode: 'resync', force: true }, '*');
}

function rollBack({ publication }: MappingPublished): Promise<MappingPublished> {
  return api('POST', `${AT}/rollback`, { publication: publication.id, undo: true });
}

function run(id: number | null): Promise<MappingRunAnswer> {
  return api('GET', `${AT}/runs/${id}`);
}

const left = (field: string): unknown[] =>
  landscape
    .documents('left')
    .sort((a, b) => a.number.localeCompare(b.number))
    .map((document) => document[field] ?? null);
const national = people.map(({ phone }) => phone);
const e164 = people.map(({ phone }) => `+86${phone}`);
const writes = (): number => landscape.sandbox.rest.calls.report().writes;

/** From now on the process reads its configuration only when it is let go: it works with the mapping of a moment ago. */
function holdConfiguration(): void {
  const { topology } = hub.runtime;
  const reload = topology.reload.bind(topology);
  const held = new Promise<void>((resolve) => (letGo = resolve));
  topology.reload = async () => {
    await held;
    await reload();
  };
}

/** The run is at its end and its deliveries were looked at, by a process that does not know of the change yet. */
async function lookedAt(kind: 'resync' | 'undo'): Promise<void> {
  await until(
    async () => (await count(`select count(*) from mapping_run where kind = '${kind}' and state = 'done'`)) === 1,
    `the ${kind} is done`,
  );
  await until(
    async () =>
      (await count(`select count(*) from remap_delivery`)) === 0 ||
      (await count(`select count(*) from replica where failure->>'code' = 'delivery.mapping-outdated'`)) === PEOPLE,
    'the deliveries are looked at',
  );
}

describe('a process that still has the mapping of a moment ago', () => {
  it('leaves the deliveries of a re-sync alone until it has the new one', async () => {
    holdConfiguration();
    landscape.sandbox.rest.calls.clear();
    const published = publish(E164);
    await lookedAt('resync');
    expect([await count('select count(*) from remap_delivery'), writes(), left('phone')]).toEqual([
      PEOPLE,
      0,
      national,
    ]);
    letGo();
    await settled();
    expect([(await run((await published).run)).waiting, writes(), left('phone')]).toEqual([0, PEOPLE, e164]);
  });

  it('leaves the deliveries of an undo alone, and none is lost', async () => {
    const published = await publish(E164);
    await settled();
    expect(left('phone')).toEqual(e164);
    holdConfiguration();
    landscape.sandbox.rest.calls.clear();
    const back = rollBack(published);
    await lookedAt('undo');
    expect([await count('select count(*) from remap_delivery'), writes(), left('phone')]).toEqual([PEOPLE, 0, e164]);
    letGo();
    await settled();
    const { report, waiting } = await run((await back).run);
    expect([report.writes['left/people']?.rows, waiting, writes(), left('phone')]).toEqual([
      PEOPLE,
      0,
      PEOPLE,
      national,
    ]);
  });

  it('writes no edit of these moments with the mapping that is in use no more', async () => {
    const published = await publish(CONSTANT);
    await settled();
    holdConfiguration();
    const back = rollBack(published);
    await lookedAt('undo');
    const [record] = await rows<{ id: string }>(`select id from record where body->>'customerNumber' = 'C0'`);
    landscape.edit('right', 'C0', { note: 'edited' });
    await until(
      async () =>
        (await count(`select count(*) from record where id = '${record?.id}' and body->>'note' = 'edited'`)) === 1,
      'the edit is merged',
    );
    letGo();
    await back;
    await settled();
    expect([left('note')[0], left('phone'), left('source')[0]]).toEqual(['edited', national, null]);
  });
});

describe('a rollback while a write of the publication is on its way', () => {
  it('takes back what that write does when it arrives', async () => {
    const slow = landscape.documents('left').find(({ number }) => number === 'C2');
    landscape.sandbox.rest.faults.add({
      match: { method: 'PATCH', path: `/left/${slow?.id}` },
      delayMs: 3_000,
      times: 1,
    });
    const published = await publish(CONSTANT);
    await until(
      () => left('phone').filter((phone) => String(phone).startsWith('+86')).length === PEOPLE - 1,
      'all but one have arrived',
    );
    const back = await rollBack(published);
    await until(async () => (await run(back.run)).state === 'done', 'the undo is done');
    await settled();
    expect([left('phone'), left('source')]).toEqual([national, [null, ...SOURCES.slice(1)]]);
  });
});

describe('what only the undone mapping wrote', () => {
  it('gets its value back where nobody changed it since, in one write a row, and is told where somebody did', async () => {
    const published = await publish(CONSTANT);
    await settled();
    expect(left('source')).toEqual(Array(PEOPLE).fill('hub'));
    landscape.edit('left', 'C4', { source: 'a person' });
    await until(
      async () =>
        (await count(`select count(*) from replica where connection_id = 'left' and base like '%a person%'`)) === 1,
      'the edit is seen',
    );
    await settled();
    landscape.sandbox.rest.calls.clear();
    const back = await rollBack(published);
    await settled();
    const { report } = await run(back.run);
    expect(report.writes).toEqual({ 'left/people': { rows: 5, creates: 0, fields: { '/phone': 5, '/source': 4 } } });
    expect(report.kept).toMatchObject({ count: 1, codes: { 'mapping.undo-edited-there': 1 } });
    expect(report.kept.items[0]?.pointers).toEqual(['/source']);
    expect([writes(), left('phone')]).toEqual([5, national]);
    // A field that was not there is cleared: far sides know no other way.
    expect(left('source')).toEqual([null, null, SOURCES[2], SOURCES[3], 'a person']);
    await forgetNativeImages(ledger.database);
    expect(await count('select count(*) from native_image')).toBe(0);
  });

  it('comes back through two publications, undone in a row without a pause', async () => {
    const first = await publish(CONSTANT);
    await settled();
    const second = await publish(
      peopleMapping({
        phone: 'e164',
        more: ['{ native: source, constant: hub }', '{ native: origin, constant: two }'],
      }),
    );
    await settled();
    await forgetNativeImages(ledger.database);
    expect([left('source')[4], left('origin')[4]]).toEqual(['hub', 'two']);
    const undone = await rollBack(second);
    await until(async () => (await run(undone.run)).state === 'done', 'the undo is done');
    await rollBack(first);
    await settled();
    expect([left('source'), left('origin')]).toEqual([[null, ...SOURCES.slice(1)], Array(PEOPLE).fill(null)]);
    expect(left('phone')).toEqual(national);
  });

  it('is erased with the person', async () => {
    await publish(CONSTANT);
    await settled();
    expect(await findText((sql) => rows(sql), ['shop \\"4\\"'])).not.toEqual([]);
    const [record] = await rows<{ id: string }>(`select id from record where body->>'customerNumber' = 'C2'`);
    await api('POST', `/api/v1/records/${record?.id}/erase`, { reason: 'Request 1' });
    expect(await count(`select count(*) from native_image`)).toBe(PEOPLE - 1);
    expect(await count(`select count(*) from native_image where was like '%shop%'`)).toBe(0);
  });
});
