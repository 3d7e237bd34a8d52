import { insertAttempts, insertBeforeImages, insertChanges, saveSourceReplicas, updateRecords } from '@isthmus/ledger';
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

async function link(record: StoredRecord, connectionId: string, nativeId: string): Promise<void> {
  const source = {
    recordId: record.id,
    connectionId,
    entity: 'customer',
    stream: 'contacts',
    nativeId,
    nativeVersion: null,
  };
  const base = {
    base: '{"name":"x"}',
    baseHash: 'h',
    modifiedAt: null,
    version: record.version,
    behind: false,
    lane: 0,
    evidence: null,
  };
  await saveSourceReplicas(api.database, api.clock.now(), [{ ...source, ...base }]);
}

describe('records', () => {
  it('are paged without gap or double, newest first, with the next address in body and header', async () => {
    const stored: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      await api.clock.advance(index % 2 === 0 ? 0 : 1_000);
      stored.push((await storePerson(api, `Person ${index}`)).id);
    }
    const seen: string[] = [];
    let url: string | null = '/api/v1/records?entity=customer&limit=3';
    while (url !== null) {
      const { status, body, headers }: Awaited<ReturnType<typeof call>> = await call(api, 'GET', url);
      expect(status).toBe(200);
      expect(faultsOf('RecordPage', body)).toEqual([]);
      expect(headers['link']).toBe(body.next === null ? undefined : `<${body.next}>; rel="next"`);
      seen.push(...body.items.map((item) => item.id));
      url = body.next;
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(stored));
  });

  it('are found by id, native id, phone as people write it, e-mail and the beginning of a name; names are masked in lists', async () => {
    const record = await storePerson(api, '张三丰');
    await storePerson(api, '李四');
    await link(record, 'crm', 'N-77');
    await api.sql.query(
      `insert into identity_key values ('customer', 'mobile:+8613800138000', $1), ('customer', 'email:zhang@example.com', $1)`,
      [record.id],
    );
    for (const q of [record.id, 'N-77', '138 0013 8000', 'Zhang@Example.com', '张三']) {
      const { status, body } = await call(api, 'GET', `/api/v1/records?q=${encodeURIComponent(q)}`);
      expect([q, status, body.items.map((item) => item.id)]).toEqual([q, 200, [record.id]]);
      expect(body.items[0].label).toBe('张***');
      expect(body.items[0].replicas.settled).toBe(1);
    }
    expect((await call(api, 'GET', '/api/v1/records?q=%25')).body.items).toEqual([]);
    expect((await call(api, 'GET', '/api/v1/records?q=x&status=deleted')).body.items).toEqual([]);
  });

  it('are shown whole with ETag, expanded provenance and copies in words', async () => {
    const record = await storePerson(api, '张三丰');
    await link(record, 'crm', 'N-1');
    const { body, headers } = await call(api, 'GET', `/api/v1/records/${record.id}`);
    expect(faultsOf('Record', body)).toEqual([]);
    expect(headers['etag']).toBe('"1"');
    expect(body.body.displayName).toBe('张三丰');
    expect(body.provenance['']).toMatchObject({ connectionId: 'crm', changeId: '1' });
    expect(body.replicas).toHaveLength(1);
    expect(body.replicas[0]).toMatchObject({
      connectionId: 'crm',
      connector: 'hubspot',
      nativeId: 'N-1',
      syncState: 'settled',
      words: { en: 'In step with version 1.' },
    });
  });

  it('tell their history: who changed which field, when and through which mapping', async () => {
    const first = await storePerson(api, 'Old Name');
    await api.clock.advance(60_000);
    const { rows } = await api.sql.query<{ id: number }>('select id from mapping_version');
    const now = api.clock.now();
    const second: StoredRecord = {
      ...first,
      version: 2,
      body: {
        ...first.body,
        displayName: 'New Name',
        contactPoints: [{ kind: 'mobile', value: '+8613800138000', isPrimary: true }],
      },
      changeId: '9',
      connectionId: 'erp',
      mappingVersion: rows[0]!.id,
      updatedAt: now,
    };
    await insertBeforeImages(api.database, [first]);
    await updateRecords(api.database, [second]);
    const { body } = await call(api, 'GET', `/api/v1/records/${first.id}/history`);
    expect(faultsOf('RecordVersionPage', body)).toEqual([]);
    expect(body.items.map((item) => item.version)).toEqual([2, 1]);
    expect(body.items[0]).toMatchObject({
      actor: 'connection:erp',
      changeId: '9',
      mapping: 'crm/contacts',
      at: now.toISOString(),
    });
    expect(body.items[0].differences).toEqual([
      { pointer: '/displayName', before: 'Old Name', after: 'New Name' },
      { pointer: '/contactPoints', after: [{ kind: 'mobile', value: '+8613800138000', isPrimary: true }] },
    ]);
    const page = await call(api, 'GET', `/api/v1/records/${first.id}/history?limit=1`);
    const rest = await call(api, 'GET', page.body.next);
    expect([page.body.items[0].version, rest.body.items[0].version, rest.body.next]).toEqual([2, 1, null]);
    expect(rest.body.items[0].differences.length).toBeGreaterThan(0);
  });

  it('tell their way through the hub in time order, with the calls that were made', async () => {
    const record = await storePerson(api, 'Somebody');
    await link(record, 'crm', 'N-5');
    const change = {
      connectionId: 'crm',
      stream: 'contacts',
      entity: 'customer',
      nativeId: 'N-5',
      kind: 'upsert' as const,
      origin: 'webhook' as const,
    };
    await insertChanges(api.database, new Date(api.clock.now().getTime() - 1_000), [
      { ...change, lane: 0, raw: '{}', eventKey: undefined, sourceAt: undefined },
    ]);
    const attempt = {
      at: new Date(api.clock.now().getTime() + 1_000),
      stream: 'contacts',
      operation: 'create' as const,
      recordIds: [record.id],
    };
    await insertAttempts(api.database, 'erp', [
      {
        ...attempt,
        outcome: 'failed',
        failure: { code: 'http.timeout' },
        calls: [{ method: 'POST', request: 'authorization: [hidden]' }],
        durationMs: 12,
        mappingVersion: 1,
      },
    ]);
    const { body } = await call(api, 'GET', `/api/v1/records/${record.id}/trail`);
    expect(faultsOf('Trail', body)).toEqual([]);
    expect(body.items.map((step) => step.kind)).toEqual(['change', 'version', 'attempt']);
    expect(body.items[2].details.calls[0].request).toContain('[hidden]');
    const attempts = await call(api, 'GET', `/api/v1/attempts?record=${record.id}`);
    expect(faultsOf('AttemptPage', attempts.body)).toEqual([]);
    expect(attempts.body.items).toHaveLength(1);
  });
});

describe('an edit of a record', () => {
  const patch = (
    record: StoredRecord,
    body: object,
    headers: Record<string, string> = { 'if-match': '"1"' },
  ): ReturnType<typeof call> =>
    call(api, 'PATCH', `/api/v1/records/${record.id}`, {
      body,
      headers: { 'content-type': 'application/merge-patch+json', ...headers },
    });

  it('becomes a new version by its author, keeps the old one, and is owed to every writing connection', async () => {
    const record = await storePerson(api, 'Old Name', {
      body: { kind: 'person', displayName: 'Old Name', person: { fullName: 'Old Name' }, note: 'x' },
    });
    await link(record, 'crm', 'N-1');
    await api.clock.advance(5_000);
    const { status, body, headers } = await patch(record, { displayName: '  New   Name ', note: null });
    expect([status, headers['etag']]).toEqual([200, '"2"']);
    expect(body.body).toEqual({ kind: 'person', displayName: 'New Name', person: { fullName: 'Old Name' } });
    expect(body.provenance['/displayName']).toMatchObject({ connectionId: 'hub', changeId: 'api:ISTHMUS_API_KEY' });
    expect(body.replicas.map((replica) => [replica.connectionId, replica.syncState])).toEqual([
      ['crm', 'pending'],
      ['erp', 'pending'],
    ]);
    expect(api.hints).toEqual(
      expect.arrayContaining([
        { kind: 'deliver', key: 'crm' },
        { kind: 'deliver', key: 'erp' },
      ]),
    );
    const history = await call(api, 'GET', `/api/v1/records/${record.id}/history`);
    expect(history.body.items[0]).toMatchObject({ version: 2, actor: 'api:ISTHMUS_API_KEY', connectionId: 'hub' });
    expect(history.body.items[0].differences.map((difference) => difference.pointer).sort()).toEqual([
      '/displayName',
      '/note',
    ]);
    const audit = await call(api, 'GET', `/api/v1/audit?object=record:${record.id}`);
    expect(audit.body.items[0]).toMatchObject({
      action: 'record.edit',
      actor: 'api:ISTHMUS_API_KEY',
      details: { version: 2 },
    });
    expect(audit.text).not.toContain('New Name');
  });

  it('makes the record findable by its new phone and no longer by the old one', async () => {
    const record = await storePerson(api, 'A');
    const phone = (value: string): object => ({ contactPoints: [{ kind: 'mobile', value, isPrimary: true }] });
    expect((await patch(record, phone('+8613800138000'))).status).toBe(200);
    expect((await patch(record, phone('+8613900139000'), { 'if-match': '"2"' })).status).toBe(200);
    const { rows } = await api.sql.query('select key from identity_key where record_id = $1', [record.id]);
    expect(rows).toEqual([{ key: 'mobile:+8613900139000' }]);
  });

  it('wants the version that was read', async () => {
    const record = await storePerson(api, 'A');
    const missing = await patch(record, { displayName: 'B' }, {});
    const stale = await patch(record, { displayName: 'B' }, { 'if-match': '"7"' });
    const weak = await patch(record, { displayName: 'B' }, { 'if-match': 'W/"1"' });
    expect([missing.body.code, stale.body.code, weak.body.code]).toEqual([
      'precondition.required',
      'precondition.failed',
      'precondition.failed',
    ]);
    expect([missing.status, stale.status, weak.status]).toEqual([428, 412, 412]);
  });

  it('lets one of two editors at the same time win, and tells the other', async () => {
    const record = await storePerson(api, 'A');
    const answers = await Promise.all(['B', 'C', 'D'].map((displayName) => patch(record, { displayName })));
    expect(answers.map((answer) => answer.status).sort((a, b) => a - b)).toEqual([200, 412, 412]);
  });

  it('is refused with the field when the record would not be valid, and changes nothing', async () => {
    const record = await storePerson(api, 'A');
    const { status, body } = await patch(record, { displayName: 'B', isAdmin: true, version: 9 });
    expect([status, body.code]).toEqual([422, 'record.invalid']);
    expect(body.errors.map((error) => error.pointer).sort()).toEqual(['/isAdmin', '/version']);
    const required = await patch(record, { displayName: null });
    expect([required.status, required.body.errors[0].pointer]).toEqual([422, '/displayName']);
    const reference = await patch(record, { parentId: { id: '019ab000-0000-7000-8000-000000000000' } });
    expect(reference.body.errors[0].code).toBe('record.unknown-reference');
    expect((await call(api, 'GET', `/api/v1/records/${record.id}`)).headers['etag']).toBe('"1"');
  });

  it('that changes nothing makes no version', async () => {
    const record = await storePerson(api, 'A');
    const { status, headers } = await patch(record, { displayName: ' A ' });
    expect([status, headers['etag'], api.hints]).toEqual([200, '"1"', []]);
  });
});
