import { call, faultsOf, startHubApi, storeConnections } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(async () => {
  await api.clean();
  await storeConnections(api);
});
afterAll(() => api.close());

const place = { connection: 'crm', stream: 'contacts' };
const document = `mapping: 1
stream: contacts
entity: customer
title: { en: Contacts, zh: 联系人 }
rules:
  - { canonical: kind, constant: person }
  - { canonical: displayName, native: name }
  - { canonical: note, native: memo, direction: in }
`;
const broken = document.replace('displayName', 'displayNam');
const post = (name: string, body: object): ReturnType<typeof call> =>
  call(api, 'POST', `/api/v1/mappings/${name}`, { body: { ...place, ...body } });

describe('checking a mapping', () => {
  it('says that a sound one is sound, and stores nothing', async () => {
    const before = await api.sql.query('select count(*) from mapping_version');
    const { status, body } = await post('check', { document });
    expect([status, body]).toMatchObject([200, { ok: true }]);
    expect(faultsOf('MappingCheck', body)).toEqual([]);
    expect((await api.sql.query('select count(*) from mapping_version')).rows).toEqual(before.rows);
  });

  it('names file, line, column, code and what was meant', async () => {
    const { status, body } = await post('check', { document: broken });
    expect(status).toBe(200);
    expect(faultsOf('MappingCheck', body)).toEqual([]);
    expect(body).toMatchObject({
      ok: false,
      findings: [{ code: 'mapping.unknown-path', line: 7, column: 7, suggestion: 'displayName' }, {}],
    });
  });
});

describe('tracing a row or a record', () => {
  it('takes a stored record: its row on the way in, its body on the way out, and says when there is none', async () => {
    const id = '0199aaaa-0000-7000-8000-000000000001';
    await api.sql.query(
      `insert into record (id, entity, version, body, provenance, created_at, updated_at)
       values ($1, 'customer', 1, '{"kind":"person","displayName":"Anna Berg"}', '{}', now(), now())`,
      [id],
    );
    expect((await post('trace', { document, recordId: id })).status).toBe(404);
    await api.sql.query(
      `insert into replica (record_id, connection_id, entity, stream, native_id, base, desired_version, delivered_version, state)
       values ($1, 'crm', 'customer', 'contacts', '1', '{"name":" Anna "}', 1, 1, 'settled')`,
      [id],
    );
    const [row, body] = [
      await post('trace', { document, recordId: id }),
      await post('trace', { document, recordId: id, direction: 'out' }),
    ];
    expect(row).toMatchObject({ status: 200, body: { ok: true, output: { displayName: 'Anna' } } });
    expect(body).toMatchObject({ status: 200, body: { ok: true, output: { name: 'Anna Berg' } } });
  });

  it('shows what the mapping in use makes of a row, rule by rule', async () => {
    const { status, body } = await post('trace', { row: { name: ' Anna  Berg ' } });
    expect(status).toBe(200);
    expect(faultsOf('MappingTrace', body)).toEqual([]);
    expect(body).toMatchObject({
      ok: true,
      output: { kind: 'person', displayName: 'Anna Berg' },
      rules: [
        { at: 'rules[0]', outcome: 'constant', input: [], output: ['person'] },
        { at: 'rules[1]', line: 8, outcome: 'wrote', input: [' Anna  Berg '], output: ['Anna Berg'], reason: null },
      ],
    });
  });

  it('shows a document that nobody has stored, and why a rule kept quiet or refused', async () => {
    const { body } = await post('trace', { document, row: { name: 7 } });
    expect(faultsOf('MappingTrace', body)).toEqual([]);
    expect(body).toMatchObject({
      ok: false,
      output: null,
      issues: [{ code: 'mapping.wrong-type', path: '/name', target: '/displayName' }],
      rules: [{}, { outcome: 'refused' }, { outcome: 'skipped', reason: 'absent' }],
    });
  });

  it('maps a record back', async () => {
    const { body } = await post('trace', { document, record: { kind: 'person', displayName: 'Anna' } });
    expect(body).toMatchObject({ ok: true, output: { name: 'Anna' }, rules: [{ at: 'rules[1]', native: ['name'] }] });
  });

  it('refuses a broken document with its places', async () => {
    const { status, body } = await post('trace', { document: broken, row: {} });
    expect([status, body.code, body.errors[0].code]).toEqual([422, 'mapping.invalid', 'mapping.unknown-path']);
  });
});

describe('suggestions and coverage', () => {
  it('propose rules and apply none', async () => {
    const { status, body } = await post('suggest', { rows: [{ email: 'anna@example.com' }] });
    expect(status).toBe(200);
    expect(faultsOf('MappingSuggestions', body)).toEqual([]);
    expect(body.items).toMatchObject([
      { native: 'email', at: 'rules', rules: [{ canonical: 'contactPoints[kind=email].value' }, {}] },
    ]);
  });

  it('tell which fields the mapping in use covers', async () => {
    const { status, body } = await call(api, 'GET', '/api/v1/mappings/coverage?connection=crm&stream=contacts');
    expect(status).toBe(200);
    expect(faultsOf('MappingCoverage', body)).toEqual([]);
    expect(body).toMatchObject({
      entity: 'customer',
      native: [
        { path: 'name', way: 'both' },
        { path: 'email', way: 'unmapped' },
      ],
      totals: { native: { both: 1, in: 0, out: 0, unmapped: 1 } },
    });
  });
});

describe('what is asked wrongly', () => {
  it.each([
    ['check', { document, connection: 'nobody' }, 404, 'request.not-found'],
    ['trace', { row: {}, stream: 'nothing' }, 404, 'request.not-found'],
    ['trace', {}, 400, 'request.invalid'],
    ['trace', { row: {}, record: {} }, 400, 'request.invalid'],
    ['check', {}, 400, 'request.invalid'],
    ['suggest', { rows: Array.from({ length: 51 }, () => ({})) }, 400, 'request.invalid'],
  ])('%s with %j is refused', async (name, body, status, code) => {
    const answer = await post(name, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('needs a key', async () => {
    const { status } = await call(api, 'POST', '/api/v1/mappings/check', { key: null, body: { ...place, document } });
    expect(status).toBe(401);
  });
});
