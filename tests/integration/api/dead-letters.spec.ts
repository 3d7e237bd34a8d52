import { insertChanges, insertConflicts, saveSourceReplicas } from '@isthmus/ledger';
import { call, faultsOf, startHubApi, storeConnections, storePerson } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(async () => {
  await api.clean();
  await storeConnections(api);
});
afterAll(() => api.close());

async function storeChange(
  state: string,
  over: { nativeId?: string; reason?: object; raw?: string | undefined; kind?: 'upsert' | 'delete' } = {},
): Promise<string> {
  const {
    nativeId = 'N-1',
    reason,
    raw = '{"id":"N-1","name":"Zhang San","phone":"13800138000","count":3,"at":"2026-11-23T08:00:00Z"}',
    kind = 'upsert',
  } = over;
  const change = {
    connectionId: 'crm',
    stream: 'contacts',
    entity: 'customer',
    nativeId,
    kind,
    origin: 'webhook' as const,
    lane: 0,
  };
  await insertChanges(api.database, api.clock.now(), [
    { ...change, raw: 'raw' in over ? over.raw : raw, eventKey: undefined, sourceAt: undefined },
  ]);
  const { rows } = await api.sql.query<{ id: string }>(
    `update change set state = $1, reason = $2 where id = (select max(id) from change) returning id::text`,
    [state, reason === undefined ? null : JSON.stringify(reason)],
  );
  return rows[0]!.id;
}

async function storeDead(code = 'erp.bad-tax-number'): Promise<string> {
  const record = await storePerson(api, 'Dead');
  const failure = { kind: 'invalid', code, message: { en: 'Wrong tax number.', zh: '税号错误。' }, field: '/taxNo' };
  await api.sql.query(
    `insert into replica (record_id, connection_id, entity, stream, desired_version, state, attempts, failure, behind_since)
     values ($1, 'erp', 'customer', 'contacts', 1, 'dead', 3, $2, $3)`,
    [record.id, JSON.stringify(failure), api.clock.now()],
  );
  return record.id;
}

const stateOf = async (id: string): Promise<string> =>
  (await api.sql.query<{ state: string }>('select state from change where id = $1', [id])).rows[0]!.state;

const unmapped = {
  code: 'change.mapping',
  issues: [{ code: 'mapping.unmapped-value', path: '/stage', message: { en: 'No entry for vip.', zh: '缺少 vip。' } }],
};

describe('changes', () => {
  it('are listed by state, connection, stream and native id, newest first and paged', async () => {
    for (let index = 0; index < 5; index += 1)
      await storeChange('rejected', { nativeId: `N-${index}`, reason: unmapped });
    await storeChange('merged');
    const first = await call(api, 'GET', '/api/v1/changes?state=rejected&limit=3');
    expect(faultsOf('ChangePage', first.body)).toEqual([]);
    const second = await call(api, 'GET', first.body.next);
    expect([first.body.items.length, second.body.items.length, second.body.next]).toEqual([3, 2, null]);
    expect((await call(api, 'GET', '/api/v1/changes?state=rejected&connection=erp')).body.items).toEqual([]);
    expect(
      (await call(api, 'GET', '/api/v1/changes?connection=crm&stream=contacts&nativeId=N-4')).body.items,
    ).toHaveLength(1);
    expect((await call(api, 'GET', '/api/v1/changes')).body.items).toHaveLength(6);
  });

  it('show their row masked, and whole only when asked for, which the audit notes', async () => {
    const id = await storeChange('rejected', { reason: unmapped });
    const masked = await call(api, 'GET', `/api/v1/changes/${id}`);
    expect(faultsOf('ChangeDetail', masked.body)).toEqual([]);
    expect(masked.body.raw).toEqual({ id: 'N-1', name: 'Z***', phone: '1***', count: 3, at: '2026-11-23T08:00:00Z' });
    const whole = await call(api, 'GET', `/api/v1/changes/${id}?unmask=true`);
    expect(whole.body.raw.phone).toBe('13800138000');
    const audit = await call(api, 'GET', '/api/v1/audit');
    expect(audit.body.items.map((entry) => entry.action)).toEqual(['change.unmask']);
  });

  it('are replayed once their cause is gone; settled ones are not', async () => {
    const id = await storeChange('rejected', { reason: unmapped });
    const { status, body } = await call(api, 'POST', `/api/v1/changes/${id}/replay`);
    expect([status, body.state, body.reason]).toEqual([200, 'pending', null]);
    expect(api.hints).toEqual([{ kind: 'merge', key: 'customer' }]);
    const merged = await storeChange('merged', { nativeId: 'N-9' });
    const again = await call(api, 'POST', `/api/v1/changes/${merged}/replay`);
    expect([again.status, again.body.code]).toEqual([409, 'change.already-settled']);
  });

  it('that a newer change has overtaken are settled instead of undoing it', async () => {
    const id = await storeChange('rejected', { reason: unmapped });
    await storeChange('merged');
    const { body } = await call(api, 'POST', `/api/v1/changes/${id}/replay`);
    expect([body.state, body.reason.code]).toEqual(['stale', 'change.superseded']);
  });

  it('without a row are fetched again', async () => {
    const id = await storeChange('dead', { raw: undefined, reason: { code: 'change.not-fetchable' } });
    expect((await call(api, 'POST', `/api/v1/changes/${id}/replay`)).body.state).toBe('fetch');
    expect(api.hints).toEqual([{ kind: 'fetch', key: 'crm' }]);
  });

  it("in review take a person's decision: link, create, or keep despite a deletion", async () => {
    const record = await storePerson(api, 'Known');
    const review = { code: 'change.identity', candidates: [] };
    const linked = await storeChange('review', { reason: review });
    const nobody = await call(api, 'POST', `/api/v1/changes/${linked}/decide`, {
      body: { link: '019ab000-0000-7000-8000-000000000000' },
    });
    expect([nobody.status, nobody.body.errors[0].code]).toEqual([400, 'change.no-such-record']);
    const both = await call(api, 'POST', `/api/v1/changes/${linked}/decide`, {
      body: { link: record.id, create: true },
    });
    expect(both.status).toBe(400);
    const decided = await call(api, 'POST', `/api/v1/changes/${linked}/decide`, { body: { link: record.id } });
    expect([decided.body.state, decided.body.reason.link]).toEqual(['pending', record.id]);
    expect((await call(api, 'POST', `/api/v1/changes/${linked}/decide`, { body: { create: true } })).status).toBe(409);
    const deletion = await storeChange('review', {
      nativeId: 'N-2',
      kind: 'delete',
      reason: { code: 'change.deleted-there' },
    });
    expect((await call(api, 'POST', `/api/v1/changes/${deletion}/decide`, { body: { create: true } })).body.code).toBe(
      'change.cannot-decide',
    );
    expect((await call(api, 'POST', `/api/v1/changes/${deletion}/decide`, { body: { keep: true } })).body.state).toBe(
      'ignored',
    );
  });
});

describe('dead letters', () => {
  it('are grouped by cause with counts and a sample, and list index does not split a cause', async () => {
    const issue = (path: string): object => ({
      code: 'change.mapping',
      issues: [{ code: 'mapping.wrong-type', path, message: { en: 'No.', zh: '否。' } }],
    });
    await storeChange('rejected', { nativeId: 'A', reason: issue('/lines/1/quantity') });
    await storeChange('rejected', { nativeId: 'B', reason: issue('/lines/7/quantity') });
    await storeChange('rejected', { nativeId: 'C', reason: unmapped });
    await storeDead();
    const { body } = await call(api, 'GET', '/api/v1/dead-letters?groupBy=cause');
    expect(faultsOf('DeadLetterGroups', body)).toEqual([]);
    const groups = body.items.map((group) => [group.stage, group.code, group.path, group.count]);
    expect(groups).toEqual([
      ['merge', 'mapping.wrong-type', '/lines/*/quantity', 2],
      ['merge', 'mapping.unmapped-value', '/stage', 1],
      ['deliver', 'erp.bad-tax-number', '/taxNo', 1],
    ]);
    expect(body.total).toBe(4);
    expect(body.items[2].message).toEqual({ en: 'Wrong tax number.', zh: '税号错误。' });
  });

  it('are listed oldest first over changes and replicas, paged and filtered', async () => {
    await storeChange('rejected', { nativeId: 'A', reason: unmapped });
    await api.clock.advance(1_000);
    const recordId = await storeDead();
    await api.clock.advance(1_000);
    await storeChange('dead', { nativeId: 'B', reason: { code: 'change.crash' } });
    const first = await call(api, 'GET', '/api/v1/dead-letters?limit=2');
    expect(faultsOf('DeadLetterPage', first.body)).toEqual([]);
    expect(first.body.items[1].id).toBe(`replica:${recordId}:erp`);
    const second = await call(api, 'GET', first.body.next);
    expect(second.body.items.map((item) => item.code)).toEqual(['change.crash']);
    expect((await call(api, 'GET', '/api/v1/dead-letters?connection=erp')).body.items).toHaveLength(1);
    expect((await call(api, 'GET', '/api/v1/dead-letters?code=mapping.unmapped-value')).body.items).toHaveLength(1);
  });

  it('of one cause are released together, and only those', async () => {
    const ids = [
      await storeChange('rejected', { nativeId: 'A', reason: unmapped }),
      await storeChange('rejected', { nativeId: 'B', reason: unmapped }),
    ];
    const other = await storeChange('rejected', { nativeId: 'C', reason: { code: 'change.invalid' } });
    await storeDead();
    const { status, body } = await call(api, 'POST', '/api/v1/dead-letters/replay', {
      body: { filter: { code: 'mapping.unmapped-value' } },
    });
    expect([status, body]).toEqual([200, { changes: 2, replicas: 0, superseded: 0 }]);
    const states: string[] = [];
    for (const id of [...ids, other]) states.push(await stateOf(id));
    expect(states).toEqual(['pending', 'pending', 'rejected']);
    const replicas = await call(api, 'POST', '/api/v1/dead-letters/replay', {
      body: { filter: { connection: 'erp' } },
    });
    expect(replicas.body).toEqual({ changes: 0, replicas: 1, superseded: 0 });
    expect(api.hints).toEqual([
      { kind: 'merge', key: 'customer' },
      { kind: 'deliver', key: 'erp' },
    ]);
    const audit = await call(api, 'GET', '/api/v1/audit?object=dead-letters');
    expect(audit.body.items).toHaveLength(2);
  });

  it('are released by name; names that are none are refused', async () => {
    const change = await storeChange('rejected', { reason: unmapped });
    const recordId = await storeDead();
    const ids = [`change:${change}`, `replica:${recordId}:erp`, 'change:9999999999999999999'];
    const { body } = await call(api, 'POST', '/api/v1/dead-letters/replay', { body: { ids } });
    expect(body).toEqual({ changes: 1, replicas: 1, superseded: 0 });
    for (const wrong of [
      { ids: ['x'] },
      { ids: [] },
      {},
      { filter: {} },
      { ids: [`change:${change}`], filter: { code: 'x' } },
      { filter: { state: 'x' } },
    ]) {
      expect((await call(api, 'POST', '/api/v1/dead-letters/replay', { body: wrong })).status).toBe(400);
    }
  });

  it('released with an Idempotency-Key are released once, whatever is repeated', async () => {
    await storeChange('rejected', { nativeId: 'A', reason: unmapped });
    const release = (body: object, key = 'k-1'): ReturnType<typeof call> =>
      call(api, 'POST', '/api/v1/dead-letters/replay', { body, headers: { 'idempotency-key': key } });
    const body = { filter: { code: 'mapping.unmapped-value' } };
    const first = await release(body);
    await storeChange('rejected', { nativeId: 'B', reason: unmapped });
    const again = await release(body);
    expect([again.status, again.body, again.headers['idempotent-replayed']]).toEqual([200, first.body, 'true']);
    const other = await release({ filter: { code: 'change.invalid' } });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency.other-request']);
    expect((await release(body, 'k-2')).body.changes).toBe(1);
    const failed = await release({ filter: {} }, 'k-3');
    expect([failed.status, (await release(body, 'k-3')).status]).toEqual([400, 200]);
  });
});

describe('deliveries and conflicts', () => {
  it('lists what is behind per state and connection', async () => {
    await storeDead();
    const blockedOn = await storePerson(api, 'Missing');
    const blocked = await storePerson(api, 'Blocked');
    await api.sql.query(
      `insert into replica (record_id, connection_id, entity, stream, desired_version, state, blocked_on, behind_since) values ($1, 'erp', 'customer', 'contacts', 1, 'blocked', $2, $3)`,
      [blocked.id, blockedOn.id, api.clock.now()],
    );
    const all = await call(api, 'GET', '/api/v1/deliveries?limit=1');
    expect(faultsOf('ReplicaPage', all.body)).toEqual([]);
    const rest = await call(api, 'GET', all.body.next);
    expect(all.body.items.length + rest.body.items.length).toBe(2);
    expect((await call(api, 'GET', '/api/v1/deliveries?state=blocked&connection=erp')).body.items).toHaveLength(1);
    expect((await call(api, 'GET', '/api/v1/deliveries?state=pending')).body.items).toEqual([]);
  });

  it('decides a conflict for the incoming value: a new version that every system follows', async () => {
    const record = await storePerson(api, 'Ours');
    const base = {
      nativeVersion: null,
      base: '{}',
      baseHash: 'h',
      modifiedAt: null,
      version: 1,
      behind: true,
      lane: 0,
      evidence: null,
    };
    await saveSourceReplicas(api.database, api.clock.now(), [
      { recordId: record.id, connectionId: 'crm', entity: 'customer', stream: 'contacts', nativeId: 'N-1', ...base },
    ]);
    await api.sql.query(`update replica set state = 'blocked'`);
    const conflict = {
      recordId: record.id,
      entity: 'customer',
      pointer: '/displayName',
      connectionId: 'crm',
      changeId: '1',
    };
    await insertConflicts(api.database, api.clock.now(), [
      { ...conflict, recordValue: 'Ours', incomingValue: 'Theirs', baseValue: 'Base', state: 'open' },
    ]);
    const open = await call(api, 'GET', '/api/v1/conflicts?state=open');
    expect(faultsOf('ConflictPage', open.body)).toEqual([]);
    const { id } = open.body.items[0];
    const decided = await call(api, 'POST', `/api/v1/conflicts/${id}/decide`, { body: { take: 'incoming' } });
    expect([decided.status, decided.body.state, decided.body.decidedBy]).toEqual([
      200,
      'incoming',
      'api:ISTHMUS_API_KEY',
    ]);
    const now = await call(api, 'GET', `/api/v1/records/${record.id}`);
    expect([now.body.version, now.body.body.displayName]).toEqual([2, 'Theirs']);
    expect(now.body.replicas.map((replica) => replica.syncState)).toEqual(['pending', 'pending']);
    const again = await call(api, 'POST', `/api/v1/conflicts/${id}/decide`, { body: { take: 'record' } });
    expect([again.status, again.body.code]).toEqual([409, 'conflict.already-decided']);
    expect((await call(api, 'GET', '/api/v1/conflicts?state=open')).body.items).toEqual([]);
  });

  it("decides a conflict for the record: the other system gets the record's value", async () => {
    const record = await storePerson(api, 'Ours');
    await api.sql.query(
      `insert into replica (record_id, connection_id, entity, stream, native_id, desired_version, state) values ($1, 'crm', 'customer', 'contacts', 'N-1', 1, 'blocked')`,
      [record.id],
    );
    const conflict = {
      recordId: record.id,
      entity: 'customer',
      pointer: '/displayName',
      connectionId: 'crm',
      changeId: '1',
    };
    await insertConflicts(api.database, api.clock.now(), [
      { ...conflict, recordValue: 'Ours', incomingValue: 'Theirs', baseValue: undefined, state: 'open' },
    ]);
    const { id } = (await call(api, 'GET', '/api/v1/conflicts')).body.items[0];
    expect((await call(api, 'POST', `/api/v1/conflicts/${id}/decide`, { body: { take: 'record' } })).body.state).toBe(
      'record',
    );
    const { rows } = await api.sql.query('select state from replica');
    expect([rows, api.hints]).toEqual([[{ state: 'pending' }], [{ kind: 'deliver', key: 'crm' }]]);
  });
});
