import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  MappingDiff,
  MappingDraftAnswer,
  MappingPublished,
  MappingReport,
  MappingRunAnswer,
  StreamMappingDetail,
} from '@isthmus/api-contract';
import { connectors } from '@isthmus/connectors';
import { createLogger } from '@isthmus/platform';
import { runCli } from '../../apps/cli/src/run.js';
import { startHub } from '../../apps/hub/src/start-hub.js';
import type { RunningHub } from '../../apps/hub/src/start-hub.js';
import { until } from '../support/demo-hub.js';
import { testLedger } from '../support/ledger.js';
import type { TestLedger } from '../support/ledger.js';
import { openMappingLandscape, peopleMapping } from '../support/mapping-landscape.js';
import type { MappingLandscape } from '../support/mapping-landscape.js';
import { faultsOf } from './api/hub-api.js';

jest.setTimeout(120_000);

const KEY = 'test-key-0123456789abcdef';
const PEOPLE = 12;
const AT = '/api/v1/connections/left/mappings/people';

/** Every third has a memo of its own, every third an empty one; the others have no such field. */
const people = Array.from({ length: PEOPLE }, (_, index) => ({
  name: `Firm ${index}`,
  number: `C${String(index).padStart(3, '0')}`,
  phone: `1380013${String(8000 + index)}`,
  note: `note ${index}`,
  ...(index % 3 === 0 && { memo: `memo ${index}` }),
  ...(index % 3 === 1 && { memo: null }),
}));

const CHANGED = peopleMapping({ note: 'memo', phone: 'e164', more: ['{ native: source, constant: hub }'] });

let landscape: MappingLandscape;
let ledger: TestLedger;
let hub: RunningHub;

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
    {
      connectors,
      logger: createLogger({ level: (process.env['TEST_LOG'] ?? 'silent') as 'silent' }),
      environment: {},
    },
  );
  await until(() => landscape.documents('right').length === PEOPLE, 'everybody is on the right');
  await settled();
});
afterEach(async () => {
  await hub?.stop();
  await landscape?.close();
  await ledger?.close();
});

const OPEN = `
select (select count(*) from change where state in ('pending', 'fetch')) + (select count(*) from replica where state = 'pending')
  + (select count(*) from remap_delivery) + (select count(*) from mapping_run where state = 'running') as open`;

async function rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
  return ledger.database.dataSource.query(sql);
}

async function count(sql: string): Promise<number> {
  return Number(Object.values((await rows(sql))[0] ?? {})[0]);
}

async function settled(): Promise<void> {
  let quiet = 0;
  await until(
    async () => (quiet = (await count(OPEN)) === 0 ? quiet + 1 : 0) >= 5,
    'all work is done',
    60_000,
    async () => JSON.stringify(await rows('select state, failure, report from mapping_run')),
  );
}

interface Answer<Body> {
  readonly status: number;
  readonly body: Body & { readonly code?: string };
  readonly headers: Headers;
  readonly text: string;
}

async function api<Body = object>(
  method: string,
  path: string,
  options: { readonly body?: object; readonly etag?: string } = {},
): Promise<Answer<Body>> {
  const answer = await fetch(`${hub.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(options.body && { 'content-type': 'application/json' }),
      ...(options.etag !== undefined && { 'if-match': options.etag }),
    },
    ...(options.body && { body: JSON.stringify(options.body) }),
  });
  const text = await answer.text();
  const body = (text.startsWith('{') ? JSON.parse(text) : {}) as Answer<Body>['body'];
  return { status: answer.status, body, headers: answer.headers, text };
}

async function draft(document: string, etag?: string): Promise<string> {
  const put = await api<MappingDraftAnswer>('PUT', `${AT}/draft`, { body: { document }, ...(etag && { etag }) });
  expect([put.status, faultsOf('MappingDraft', put.body)]).toEqual([200, []]);
  return put.headers.get('etag') ?? '';
}

async function preview(): Promise<MappingRunAnswer> {
  const { status, body } = await api<MappingRunAnswer>('POST', `${AT}/draft/preview`);
  expect([status, faultsOf('MappingRun', body), body.state]).toEqual([200, [], 'done']);
  return body;
}

async function publish(document: string, mode: 'new-only' | 'resync'): Promise<MappingPublished> {
  const etag = await draft(document);
  const { id } = await preview();
  const { status, body } = await api<MappingPublished>('POST', `${AT}/draft/publish`, {
    body: { mode, preview: id },
    etag,
  });
  expect([status, faultsOf('MappingPublished', body)]).toEqual([200, []]);
  return body;
}

async function run(id: number | null): Promise<MappingRunAnswer> {
  return (await api<MappingRunAnswer>('GET', `${AT}/runs/${id}`)).body;
}

/** What a report counts, without its samples. */
function counted(report: MappingReport): object {
  return { ...report, samples: [] };
}

const byNumber = (side: 'left' | 'right', field: string): unknown[] =>
  landscape
    .documents(side)
    .sort((a, b) => a.number.localeCompare(b.number))
    .map((document) => document[field] ?? null);

describe('a mapping that is published with a re-sync', () => {
  it('does exactly what its preview counted, inwards and at both far sides, and nothing before it is published', async () => {
    const before = JSON.stringify([landscape.documents('left'), landscape.documents('right')]);
    await draft(CHANGED);
    const shown = await preview();
    // A third takes its memo over, a third is emptied; the last third keeps its note, which is written to the new field.
    expect(shown.report).toMatchObject({
      records: 8,
      fields: { '/note': 8 },
      writes: {
        'left/people': { rows: 12, creates: 0, fields: { '/phone': 12, '/source': 12, '/memo': 4 } },
        'right/people': { rows: 8, creates: 0, fields: { '/note': 8 } },
      },
      notAccepted: 0,
      problems: { count: 0 },
    });
    expect(shown.report.samples).toHaveLength(12);
    expect(JSON.stringify(shown.report.samples)).not.toContain('note 1');
    const open = await api<MappingRunAnswer>('GET', `${AT}/runs/${shown.id}?unmask=true`);
    expect(JSON.stringify(open.body.report.samples)).toContain('note 1');
    expect(JSON.stringify([landscape.documents('left'), landscape.documents('right')])).toBe(before);
    expect(await count('select count(*) from record where version > 1')).toBe(0);

    const etag = (await api('GET', AT)).headers.get('etag') ?? '';
    landscape.sandbox.rest.calls.clear();
    const published = await api<MappingPublished>('POST', `${AT}/draft/publish`, {
      body: { mode: 'resync', preview: shown.id, note: 'memo' },
      etag,
    });
    expect(published.status).toBe(200);
    await settled();
    const done = await run(published.body.run);
    expect(counted(done.report)).toEqual(counted(shown.report));
    expect([done.state, done.waiting]).toEqual(['done', 0]);
    expect(landscape.sandbox.rest.calls.report().writes).toBe(20);
    expect(byNumber('left', 'source')).toEqual(Array(12).fill('hub'));
    expect(byNumber('left', 'phone')[0]).toBe('+8613800138000');
    expect(byNumber('left', 'memo').slice(0, 3)).toEqual(['memo 0', null, 'note 2']);
    expect(byNumber('right', 'note').slice(0, 3)).toEqual(['memo 0', null, 'note 2']);
    expect(byNumber('right', 'phone')[0]).toBe('13800138000');
    const versions = await rows(
      `select distinct r.mapping_version, c.origin, c.mapping_version as used from record r join change c on c.id = r.change_id where r.version = 2`,
    );
    const { version } = published.body;
    expect(versions).toEqual([{ mapping_version: version, origin: 'remap', used: version }]);
    const attempts = await rows(
      `select distinct mapping_version from attempt where connection_id = 'left' and id > (select min(id) from attempt)`,
    );
    expect(attempts).toContainEqual({ mapping_version: version });
  });

  it('shows the same in what is in use, in the export, and in the audit', async () => {
    const { publication } = await publish(CHANGED, 'resync');
    const detail = await api<StreamMappingDetail>('GET', AT);
    expect(faultsOf('StreamMappingDetail', detail.body)).toEqual([]);
    expect(detail.body).toMatchObject({
      origin: 'console',
      publication: publication.id,
      draft: null,
      changedBeneath: false,
    });
    const exported = await api('GET', `${AT}/export`);
    expect([exported.text, exported.headers.get('content-type')]).toEqual([CHANGED, 'application/yaml; charset=utf-8']);
    const diff = await api<MappingDiff>('GET', `${AT}/versions/in-use/diff?against=beneath`);
    expect(faultsOf('MappingDiff', diff.body)).toEqual([]);
    expect(diff.body).toMatchObject({ added: 3, removed: 2 });
    expect(diff.body.diff).toContain('+  - { canonical: note, native: memo }');
    const audit = await rows<{ action: string }>(
      `select action from audit where object = 'mapping:left/people' order by id`,
    );
    expect(audit.map(({ action }) => action)).toEqual(['mapping.draft', 'mapping.publish']);
  });
});

describe('a rollback with undo', () => {
  it('gives every field its value back that nobody changed since, and tells of the others', async () => {
    const leftBefore = byNumber('left', 'note');
    const rightBefore = byNumber('right', 'note');
    const { publication } = await publish(CHANGED, 'resync');
    await settled();
    landscape.edit('right', 'C000', { note: 'edited since' });
    await until(
      async () => (await count(`select count(*) from record where body->>'note' = 'edited since'`)) === 1,
      'the edit is merged',
    );
    await settled();
    const back = await api<MappingPublished>('POST', `${AT}/rollback`, {
      body: { publication: publication.id, undo: true },
    });
    expect([back.status, back.body.publication.state]).toEqual([200, 'rolled-back']);
    await settled();
    const undone = await run(back.body.run);
    expect(undone).toMatchObject({ kind: 'undo', state: 'done' });
    expect(undone.report).toMatchObject({
      records: 7,
      fields: { '/note': 7 },
      writes: { 'left/people': { rows: 12, fields: { '/source': 12, '/phone': 12, '/memo': 4 } } },
      kept: { count: 2, codes: { 'mapping.undo-edited-since': 1, 'mapping.undo-left-there': 1 } },
    });
    expect(undone.report.kept.items.map(({ pointers }) => pointers)).toEqual([['/note'], ['/memo']]);
    expect(byNumber('left', 'source')).toEqual(Array(12).fill(null));
    expect(byNumber('right', 'note')).toEqual(['edited since', ...rightBefore.slice(1)]);
    expect(byNumber('left', 'note')).toEqual(['edited since', ...leftBefore.slice(1)]);
    expect(byNumber('left', 'phone')).toEqual(people.map(({ phone }) => phone));
    const history = await rows<{ id: string }>(`select id from record where body->>'customerNumber' = 'C001'`);
    const versions = await api<{ items: { actor: string }[] }>('GET', `/api/v1/records/${history[0]?.id}/history`);
    expect(versions.body.items.map(({ actor }) => actor)).toEqual([
      'api:ISTHMUS_API_KEY',
      'connection:left',
      'connection:left',
    ]);
  });

  it('without undo only changes which mapping is in use', async () => {
    const { publication } = await publish(CHANGED, 'resync');
    await settled();
    const changed = JSON.stringify(await rows('select id, version, body from record order by id'));
    const back = await api<MappingPublished>('POST', `${AT}/rollback`, { body: { publication: publication.id } });
    expect([back.status, back.body.run]).toEqual([200, null]);
    await settled();
    expect(JSON.stringify(await rows('select id, version, body from record order by id'))).toBe(changed);
    const again = await api('POST', `${AT}/rollback`, { body: { publication: publication.id } });
    expect([again.status, again.body.code]).toEqual([409, 'mapping.not-in-use']);
  });
});

describe('a mapping that is published for new changes only', () => {
  it('changes nothing that is stored; the next change uses it, and a later re-sync brings the rest', async () => {
    const stored = `select id, version, body from record order by id`;
    const before = JSON.stringify(await rows(stored));
    landscape.sandbox.rest.calls.clear();
    const { version } = await publish(CHANGED, 'new-only');
    await settled();
    expect(JSON.stringify(await rows(stored))).toBe(before);
    expect(landscape.sandbox.rest.calls.report().writes).toBe(0);
    landscape.edit('left', 'C002', { memo: 'fresh' });
    await until(
      async () => (await count(`select count(*) from record where body->>'note' = 'fresh'`)) === 1,
      'the edit is merged',
    );
    const used = await rows(`select mapping_version as used from record where body->>'note' = 'fresh'`);
    expect(used).toEqual([{ used: version }]);
    await settled();
    const started = await api<MappingPublished>('POST', `${AT}/resync`);
    expect(started.status).toBe(200);
    await settled();
    expect((await run(started.body.run)).report).toMatchObject({ records: 8, problems: { count: 0 } });
    expect(byNumber('left', 'source')).toEqual(Array(12).fill('hub'));
  });

  it('tries those changes again that the mapping before refused', async () => {
    landscape.edit('left', 'C003', { note: { no: 'text' } });
    await until(
      async () => (await count(`select count(*) from change where state = 'rejected'`)) === 1,
      'it is refused',
    );
    const lenient = peopleMapping().replace(/^.*canonical: note.*\n/m, '');
    await draft(lenient);
    expect((await preview()).report.blocked).toEqual({ changes: 1, pass: 1 });
    const etag = (await api('GET', AT)).headers.get('etag') ?? '';
    await api('POST', `${AT}/draft/publish`, { body: { mode: 'new-only', force: true }, etag });
    await settled();
    expect(await count(`select count(*) from change where state = 'rejected'`)).toBe(0);
  });
});

describe('a publication is refused', () => {
  it('when the checker finds an error, with its line', async () => {
    const etag = await draft(CHANGED.replace('canonical: note', 'canonical: notes'));
    const { status, body } = await api<{ errors: { code: string; message: string }[] }>('POST', `${AT}/draft/publish`, {
      body: { mode: 'new-only', force: true },
      etag,
    });
    expect([status, body.code, body.errors[0]?.code]).toEqual([422, 'mapping.invalid', 'mapping.unknown-path']);
    expect(body.errors[0]?.message).toMatch(/^11:/);
    const check = await api('POST', `${AT}/draft/check`);
    expect([faultsOf('MappingCheck', check.body), (check.body as { ok?: boolean }).ok]).toEqual([[], false]);
  });

  it('without a preview of exactly this text over exactly this mapping', async () => {
    const etag = await draft(CHANGED);
    const post = (body: object, tag = etag): Promise<Answer<object>> =>
      api('POST', `${AT}/draft/publish`, { body: { mode: 'new-only', ...body }, etag: tag });
    expect((await post({})).body.code).toBe('mapping.preview-required');
    const { id } = await preview();
    const next = await draft(peopleMapping({ note: 'memo' }), etag);
    expect((await post({ preview: id }, next)).body.code).toBe('mapping.preview-stale');
    expect((await post({ preview: id })).status).toBe(412);
    expect((await post({ preview: id }, '')).status).toBe(412);
  });

  it('to the second of two who publish at once', async () => {
    const etag = await draft(CHANGED);
    const { id } = await preview();
    const answers = await Promise.all(
      [1, 2].map(() => api('POST', `${AT}/draft/publish`, { body: { mode: 'resync', preview: id }, etag })),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('mapping.published-meanwhile');
    await settled();
    expect(await count('select count(*) from mapping_publication')).toBe(1);
  });

  it('when the draft was begun from what is no longer in use', async () => {
    const { publication } = await publish(CHANGED, 'new-only');
    await settled();
    const etag = await draft(peopleMapping({ note: 'memo' }));
    await api('POST', `${AT}/rollback`, { body: { publication: publication.id } });
    const { id } = await preview();
    const late = await api('POST', `${AT}/draft/publish`, { body: { mode: 'new-only', preview: id }, etag });
    expect([late.status, late.body.code]).toEqual([409, 'mapping.published-meanwhile']);
  });
});

describe('the command line', () => {
  const isthmus = async (...argv: string[]): Promise<{ code: number; out: string; err: string }> => {
    let [out, err] = ['', ''];
    const code = await runCli(argv, {
      environment: { ISTHMUS_URL: hub.url, ISTHMUS_API_KEY: KEY },
      folder: landscape.folder,
      isInteractive: false,
      hasColours: false,
      out: (text) => void (out += text),
      err: (text) => void (err += text),
    });
    return { code, out, err };
  };
  const place = ['left', 'people'];

  it('takes a file through draft, diff, preview, publish, export and rollback, and asks before it writes', async () => {
    writeFileSync(join(landscape.folder, 'new.yaml'), CHANGED);
    expect((await isthmus('mapping', 'import', ...place, 'new.yaml', '--dry-run')).code).toBe(0);
    expect(await count('select count(*) from mapping_draft')).toBe(0);
    expect((await isthmus('mapping', 'import', ...place, 'new.yaml')).code).toBe(0);
    const diff = await isthmus('mapping', 'diff', ...place);
    expect([diff.code, diff.out]).toEqual([
      2,
      expect.stringContaining('-  - { canonical: note, native: note }') as string,
    ]);
    const shown = await isthmus('mapping', 'preview', ...place, '-o', 'table');
    expect([shown.code, shown.out]).toEqual([2, expect.stringContaining('written to left/people: 12 rows') as string]);
    const dry = await isthmus('mapping', 'publish', ...place, '--mode', 'resync', '--dry-run');
    expect([dry.code, await count('select count(*) from mapping_publication')]).toEqual([2, 0]);
    expect((await isthmus('mapping', 'publish', ...place)).code).toBe(4);
    const published = await isthmus('mapping', 'publish', ...place, '--mode', 'resync', '--yes');
    expect(published.code).toBe(0);
    expect((JSON.parse(published.out) as { result: MappingRunAnswer }).result).toMatchObject({
      state: 'done',
      waiting: 0,
    });
    expect((await isthmus('mapping', 'export', ...place)).out).toBe(CHANGED);
    expect((await isthmus('mapping', 'show', ...place, '-o', 'table')).out).toMatch(/^1?\d* +\d+ +resync +active/m);
    const list = await isthmus('mapping', 'list', 'left', '-o', 'table');
    expect(list.out).toMatch(/^people +customer +console/m);
    expect((await isthmus('mapping', 'diff', ...place, 'in-use', '--against', 'beneath')).code).toBe(2);
    const back = await isthmus('mapping', 'rollback', ...place, '--undo', '--yes');
    expect(back.code).toBe(0);
    expect(byNumber('left', 'source')).toEqual(Array(12).fill(null));
    expect(byNumber('left', 'phone')).toEqual(people.map(({ phone }) => phone));
    expect((await isthmus('mapping', 'rollback', ...place, '--yes')).code).toBe(4);
    expect((await isthmus('mapping', 'draft', ...place)).code).toBe(4);
  });

  it('ends with 4 and the line for a file that the checker refuses, and lets the draft be dropped', async () => {
    writeFileSync(join(landscape.folder, 'bad.yaml'), CHANGED.replace('canonical: note', 'canonical: notes'));
    const bad = await isthmus('mapping', 'import', ...place, 'bad.yaml', '-o', 'table');
    expect([bad.code, bad.out]).toEqual([
      4,
      expect.stringMatching(/^bad\.yaml:11:\d+ mapping\.unknown-path/m) as string,
    ]);
    expect((await isthmus('mapping', 'publish', ...place, '--yes')).code).toBe(4);
    expect((await isthmus('mapping', 'draft', ...place, '--drop')).code).toBe(0);
    expect(await count('select count(*) from mapping_draft')).toBe(0);
  });
});

it('a configured mapping that changes beneath a publication is told, and the publication stays', async () => {
  const { publication } = await publish(CHANGED, 'new-only');
  await settled();
  await rows(
    `update connection set version = version + 1, mappings = jsonb_build_object('people', (mappings->>'people') || '# changed') where id = 'left'`,
  );
  await until(async () => {
    const status = await api<{ reasons: { code: string; verdict: string }[] }>('GET', '/api/v1/status');
    return status.body.reasons.some(
      ({ code, verdict }) => code === 'mapping.changed-beneath' && verdict === 'attention',
    );
  }, 'the status says so');
  const { body } = await api<StreamMappingDetail>('GET', AT);
  expect(body).toMatchObject({ publication: publication.id, changedBeneath: true });
});
