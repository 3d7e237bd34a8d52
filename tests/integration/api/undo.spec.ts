import type { RestorationAnswer, UndoRunAnswer } from '@isthmus/api-contract';
import { insertAudit, insertBeforeImages, insertChanges, updateRecords } from '@isthmus/ledger';
import type { StoredRecord } from '@isthmus/ledger';
import { call, faultsOf, startHubApi, storeConnections, storePerson } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(async () => {
  await api.clean();
  await storeConnections(api);
});
afterAll(() => api.close());

/** Makes the next version of a record, as a merged change of the import does. */
async function imported(before: StoredRecord, fields: object, origin = 'file'): Promise<StoredRecord> {
  await api.clock.advance(1_000);
  const now = api.clock.now();
  const change = {
    connectionId: 'crm',
    stream: 'contacts',
    entity: 'customer',
    nativeId: before.id,
    kind: 'upsert' as const,
  };
  await insertChanges(api.database, now, [
    { ...change, origin: origin as 'file', lane: 0, raw: '{}', eventKey: undefined, sourceAt: undefined },
  ]);
  const { rows } = await api.sql.query<{ id: string }>('select max(id)::text as id from change');
  const version = before.version + 1;
  await api.sql.query(
    `update change set state = 'merged', record_id = $1, record_version = $2, mapping_version = 7 where id = $3`,
    [before.id, version, rows[0]?.id],
  );
  return next(before, fields, { changeId: rows[0]?.id ?? null, connectionId: 'crm' });
}

async function next(
  before: StoredRecord,
  fields: object,
  by: { readonly changeId: string | null; readonly connectionId: string },
): Promise<StoredRecord> {
  const body = Object.fromEntries(
    Object.entries({ ...before.body, ...fields }).filter(([, value]) => value !== undefined),
  );
  const after = { ...before, ...by, version: before.version + 1, body, updatedAt: api.clock.now() };
  await insertBeforeImages(api.database, [before]);
  await updateRecords(api.database, [after]);
  return after;
}

async function edited(record: StoredRecord, patch: object): Promise<void> {
  const { status } = await call(api, 'PATCH', `/api/v1/records/${record.id}`, {
    body: patch,
    headers: { 'if-match': '*' },
  });
  expect(status).toBe(200);
}

const bodyOf = async (record: StoredRecord): Promise<Record<string, unknown>> =>
  (await call(api, 'GET', `/api/v1/records/${record.id}`)).body.body as Record<string, unknown>;

describe('a record', () => {
  it('is restored to an earlier version: the preview says what is lost and whose it was, the restore does exactly that', async () => {
    const record = await storePerson(api, 'First', {
      body: { kind: 'person', displayName: 'First', person: { fullName: 'First' } },
    });
    const second = await imported(record, { displayName: 'Second', note: 'from the file' });
    await edited(second, { note: 'by hand' });
    const preview = await call(api, 'POST', `/api/v1/records/${record.id}/restore`, {
      body: { version: 1, dryRun: true },
    });
    expect(preview.status).toBe(200);
    expect(faultsOf('Restoration', preview.body)).toEqual([]);
    const { fields } = preview.body as unknown as RestorationAnswer;
    const byPointer = [...fields].sort((a, b) => (a.pointer < b.pointer ? -1 : 1));
    expect(byPointer).toEqual([
      expect.objectContaining({
        pointer: '/displayName',
        before: 'Second',
        after: 'First',
        edits: [expect.objectContaining({ version: 2, actor: 'connection:crm' })],
      }),
      {
        pointer: '/note',
        before: 'by hand',
        setBy: 'api:ISTHMUS_API_KEY',
        setAt: expect.any(String),
        edits: [
          expect.objectContaining({ version: 3, actor: 'api:ISTHMUS_API_KEY' }),
          expect.objectContaining({ version: 2, actor: 'connection:crm' }),
        ],
      },
    ]);
    expect((await bodyOf(record))['displayName']).toBe('Second');
    const blind = await call(api, 'POST', `/api/v1/records/${record.id}/restore`, { body: { version: 1 } });
    expect([blind.status, blind.body.code]).toEqual([428, 'precondition.required']);
    const done = await call(api, 'POST', `/api/v1/records/${record.id}/restore`, {
      body: { version: 1 },
      headers: { 'if-match': String(preview.headers['etag']) },
    });
    expect([done.status, done.body.version]).toEqual([200, 4]);
    expect(await bodyOf(record)).toEqual(record.body);
    const now = await call(api, 'GET', `/api/v1/records/${record.id}`);
    expect(now.body.provenance['/displayName']).toMatchObject({ connectionId: 'hub', changeId: 'api:ISTHMUS_API_KEY' });
    expect(now.body.replicas.map((replica) => replica.syncState)).toEqual(['pending', 'pending']);
    const audit = await call(api, 'GET', `/api/v1/audit?object=record:${record.id}`);
    expect(audit.body.items[0].action).toBe('record.restore');
  });

  it('gets only the named fields back, when some are named', async () => {
    const record = await storePerson(api, 'First');
    await imported(record, { displayName: 'Second', note: 'new' });
    const done = await call(api, 'POST', `/api/v1/records/${record.id}/restore`, {
      body: { version: 1, fields: ['/displayName'] },
      headers: { 'if-match': '"2"' },
    });
    expect(done.body.fields).toHaveLength(1);
    expect(await bodyOf(record)).toMatchObject({ displayName: 'First', note: 'new' });
  });

  it('is not restored to a version that never was, nor over an edit that the caller has not seen', async () => {
    const record = await storePerson(api, 'First');
    const missing = await call(api, 'POST', `/api/v1/records/${record.id}/restore`, {
      body: { version: 9, dryRun: true },
    });
    expect([missing.status, missing.body.code]).toEqual([404, 'record.no-such-version']);
    await imported(record, { note: 'later' });
    const late = await call(api, 'POST', `/api/v1/records/${record.id}/restore`, {
      body: { version: 1 },
      headers: { 'if-match': '"1"' },
    });
    expect(late.status).toBe(412);
  });
});

describe('a batch', () => {
  const undo = (body: object): ReturnType<typeof call> => call(api, 'POST', '/api/v1/undo-runs', { body });
  const batch = { connection: 'crm', origin: 'file', from: '2026-11-23T00:00:00Z' };

  it('is taken back field by field: untouched fields go back, what was edited since stays and is reported', async () => {
    const points = [{ kind: 'email', value: 'a@example.com' }];
    const one = await storePerson(api, 'One', {
      body: { kind: 'person', displayName: 'One', person: { fullName: 'One' }, contactPoints: points },
    });
    const two = await storePerson(api, 'Two');
    const outside = await storePerson(api, 'Outside');
    // Twice by the same import, with an added item.
    const bad = await imported(one, {
      displayName: 'BAD',
      note: 'BAD',
      contactPoints: [...points, { kind: 'email', value: 'bad@example.com' }],
    });
    await imported(bad, { displayName: 'BAD AGAIN' });
    const worse = await imported(two, { displayName: 'WORSE', note: 'WORSE' });
    await imported(outside, { displayName: 'Polled' }, 'poll');
    await edited(worse, { displayName: 'By hand' });
    const preview = await undo({ batch, dryRun: true });
    expect(preview.status).toBe(200);
    expect(faultsOf('UndoRun', preview.body)).toEqual([]);
    expect(preview.body).toMatchObject({ state: 'done', report: { touched: 2, records: 2 } });
    expect((await bodyOf(one))['displayName']).toBe('BAD AGAIN');
    const { body } = await undo({ batch });
    expect(body.report).toEqual({ ...preview.body.report });
    expect(body.report).toMatchObject({
      fields: { '/displayName': 1, '/note': 2, '/contactPoints/*': 1 },
      kept: { count: 1, codes: { 'undo.edited-since': 1 }, items: [{ recordId: two.id, pointers: ['/displayName'] }] },
    });
    expect(await bodyOf(one)).toEqual(one.body);
    expect(await bodyOf(two)).toEqual({ ...two.body, displayName: 'By hand' });
    expect((await bodyOf(outside))['displayName']).toBe('Polled');
    const history = await call(api, 'GET', `/api/v1/records/${one.id}/history`);
    expect(history.body.items[0]).toMatchObject({ version: 4, actor: 'api:ISTHMUS_API_KEY' });
    expect(api.hints).toEqual(expect.arrayContaining([{ kind: 'deliver', key: 'erp' }]));
    const audit = await call(api, 'GET', '/api/v1/audit?actor=api:ISTHMUS_API_KEY');
    expect(audit.body.items.map((entry) => entry.action)).toContain('undo.start');
  });

  it('is put back again by undoing the undo', async () => {
    const one = await storePerson(api, 'One');
    await imported(one, { displayName: 'Imported', note: 'Imported' });
    const done = await undo({ batch });
    expect((done.body as unknown as UndoRunAnswer).failure).toBeNull();
    expect(await bodyOf(one)).toEqual(one.body);
    const again = await undo({ batch: { undo: done.body.id } });
    expect(again.body.report).toMatchObject({ records: 1 });
    expect(await bodyOf(one)).toMatchObject({ displayName: 'Imported', note: 'Imported' });
    // The record holds what the batch wrote again.
    expect((await undo({ batch })).body.report).toMatchObject({ records: 1 });
    expect((await undo({ batch })).body.report).toMatchObject({ touched: 1, records: 0, kept: { count: 0 } });
  });

  it('can be all that one mapping version did, or all that one person edited', async () => {
    const one = await storePerson(api, 'One');
    const two = await storePerson(api, 'Two');
    await imported(one, { displayName: 'Through the mapping' });
    await edited(two, { displayName: 'Wrong' });
    expect((await undo({ batch: { connection: 'crm', mappingVersion: 7 } })).body.report).toMatchObject({ records: 1 });
    expect(
      (await undo({ batch: { actor: 'api:ISTHMUS_API_KEY', from: '2026-11-23T00:00:00Z' } })).body.report,
    ).toMatchObject({ records: 1 });
    expect([(await bodyOf(one))['displayName'], (await bodyOf(two))['displayName']]).toEqual(['One', 'Two']);
  });

  it('leaves records that it made unless they are to be archived, and says so', async () => {
    const made = await storePerson(api, 'Made');
    await insertChanges(api.database, api.clock.now(), [
      {
        connectionId: 'crm',
        stream: 'contacts',
        entity: 'customer',
        nativeId: 'X',
        kind: 'upsert',
        origin: 'file',
        lane: 0,
        raw: '{}',
        eventKey: undefined,
        sourceAt: undefined,
      },
    ]);
    await api.sql.query(`update change set state = 'merged', record_id = $1, record_version = 1`, [made.id]);
    expect((await undo({ batch })).body.report).toMatchObject({ records: 0, kept: { codes: { 'undo.created': 1 } } });
    expect((await undo({ batch, created: 'archive' })).body.report).toMatchObject({ archived: 1, kept: { count: 0 } });
    const record = await call(api, 'GET', `/api/v1/records/${made.id}`);
    expect(record.body.recordStatus).toBe('archived');
  });

  it('must be named clearly', async () => {
    for (const unclear of [
      { from: '2026-11-23T00:00:00Z' },
      { stream: 'contacts', from: '2026-11-23T00:00:00Z' },
      { connection: 'crm' },
      { undo: 1, actor: 'api:x' },
    ]) {
      const { status, body } = await undo({ batch: unclear });
      expect([unclear, status, body.code]).toEqual([unclear, 400, 'undo.batch-unclear']);
    }
    expect((await undo({ batch: {} })).status).toBe(400);
  });

  it('goes on after a failed step where it stood, and an end of it can be asked for', async () => {
    await insertAudit(api.database, api.clock.now(), {
      actor: 'api:x',
      action: 'record.edit',
      object: 'record:nobody',
      details: { version: 2 },
    });
    const { status, body, headers } = await undo({ batch: { actor: 'api:x' } });
    expect([status, body.state, headers['location']]).toEqual([200, 'failed', undefined]);
    expect((body as unknown as UndoRunAnswer).failure).toMatchObject({ code: 'undo.run-failed' });
    const list = await call(api, 'GET', '/api/v1/undo-runs');
    expect(faultsOf('UndoRunPage', list.body)).toEqual([]);
    const over = await call(api, 'POST', `/api/v1/undo-runs/${body.id}/cancel`);
    expect([over.status, over.body.code]).toEqual([409, 'undo.run-ended']);
  });
});
