import { insertConflicts, saveSourceReplicas } from '@isthmus/ledger';
import type { NewConflict, StoredRecord } from '@isthmus/ledger';
import { call, faultsOf, startHubApi, storeConnections, storePerson } from './hub-api.js';
import type { HubApi } from './hub-api.js';

let api: HubApi;
beforeAll(async () => void (api = await startHubApi()));
beforeEach(async () => {
  await api.clean();
  await storeConnections(api);
});
afterAll(() => api.close());

/** The CRM said another name while the ERP had changed it. */
async function conflictOf(record: StoredRecord, over: Partial<NewConflict> = {}): Promise<string> {
  await saveSourceReplicas(api.database, api.clock.now(), [
    {
      recordId: record.id,
      connectionId: 'crm',
      entity: 'customer',
      stream: 'contacts',
      nativeId: `N-${record.id}`,
      nativeVersion: null,
      base: '{"name":"Theirs"}',
      baseHash: 'h',
      modifiedAt: null,
      version: record.version,
      behind: true,
      lane: 0,
      evidence: null,
    },
  ]);
  await api.sql.query(`update replica set state = 'blocked' where record_id = $1`, [record.id]);
  await insertConflicts(api.database, api.clock.now(), [
    {
      recordId: record.id,
      entity: 'customer',
      pointer: '/displayName',
      connectionId: 'crm',
      changeId: '1',
      recordValue: record.body['displayName'],
      incomingValue: 'Theirs',
      baseValue: 'Base',
      state: 'open',
      policy: 'review',
      why: 'asked',
      recordBy: 'erp',
      recordAt: new Date('2026-11-23T07:30:00.000Z'),
      incomingAt: new Date('2026-11-23T07:31:00.000Z'),
      ...over,
    },
  ]);
  const { rows } = await api.sql.query<{ id: string }>('select max(id)::text as id from conflict');
  return rows[0]?.id ?? '';
}

const nameOf = async (record: StoredRecord): Promise<unknown> =>
  (await call(api, 'GET', `/api/v1/records/${record.id}`)).body.body.displayName;

describe('a conflict', () => {
  it('is shown side by side: what each side holds, who set it and when, and what both hold now', async () => {
    const record = await storePerson(api, 'Ours');
    const id = await conflictOf(record);
    const { body } = await call(api, 'GET', `/api/v1/conflicts/${id}`);
    expect(faultsOf('ConflictDetail', body)).toEqual([]);
    expect(body).toMatchObject({
      pointer: '/displayName',
      recordValue: 'Ours',
      recordBy: 'erp',
      recordAt: '2026-11-23T07:30:00.000Z',
      incomingValue: 'Theirs',
      connectionId: 'crm',
      incomingAt: '2026-11-23T07:31:00.000Z',
      baseValue: 'Base',
      policy: 'review',
      words: { en: 'Waits for a decision: the policy of the field asks a person.' },
      now: { recordVersion: 1, recordValue: 'Ours', sourceValue: 'Theirs' },
    });
    expect((await call(api, 'GET', '/api/v1/conflicts/999')).status).toBe(404);
  });

  it('says which policy decided and why, in both languages', async () => {
    const record = await storePerson(api, 'Ours');
    await conflictOf(record, { state: 'record', policy: 'latest', why: 'older' });
    const { body } = await call(api, 'GET', `/api/v1/conflicts?record=${record.id}&policy=latest`);
    expect(faultsOf('ConflictPage', body)).toEqual([]);
    expect(body.items[0].words).toEqual({
      en: "The record's value was kept: the incoming one is older.",
      zh: '保留了记录中的值：新来的值时间较旧。',
    });
  });

  it('is decided with a value of its own: a new version by the person, every system follows, both old values stay', async () => {
    const record = await storePerson(api, 'Ours');
    const id = await conflictOf(record);
    const decided = await call(api, 'POST', `/api/v1/conflicts/${id}/decide`, { body: { value: 'Agreed' } });
    expect([decided.status, decided.body.state, decided.body.decidedValue, decided.body.decidedBy]).toEqual([
      200,
      'value',
      'Agreed',
      'api:ISTHMUS_API_KEY',
    ]);
    expect([decided.body.recordValue, decided.body.incomingValue]).toEqual(['Ours', 'Theirs']);
    expect(await nameOf(record)).toBe('Agreed');
    const { rows } = await api.sql.query('select connection_id, state from replica order by 1');
    expect(rows).toEqual([
      { connection_id: 'crm', state: 'pending' },
      { connection_id: 'erp', state: 'pending' },
    ]);
    const history = await call(api, 'GET', `/api/v1/records/${record.id}/history`);
    expect(history.body.items[0]).toMatchObject({ version: 2, actor: 'api:ISTHMUS_API_KEY' });
    const audit = await call(api, 'GET', `/api/v1/audit?object=record:${record.id}`);
    expect(audit.body.items.map((entry) => entry.action)).toEqual(
      expect.arrayContaining(['conflict.decide', 'record.decide-value']),
    );
  });

  it('is not decided with a value that the record cannot hold, nor with two answers at once', async () => {
    const record = await storePerson(api, 'Ours');
    const id = await conflictOf(record);
    const refused = await call(api, 'POST', `/api/v1/conflicts/${id}/decide`, { body: { value: 7 } });
    expect([refused.status, refused.body.code]).toEqual([422, 'record.invalid']);
    const both = await call(api, 'POST', `/api/v1/conflicts/${id}/decide`, { body: { take: 'record', value: 'x' } });
    expect(both.status).toBe(400);
    expect((await call(api, 'GET', `/api/v1/conflicts/${id}`)).body.state).toBe('open');
  });
});

describe('many conflicts', () => {
  it('are decided in one call by what they have in common; what cannot be decided is named and stays open', async () => {
    const first = await storePerson(api, 'One');
    const second = await storePerson(api, 'Two');
    const other = await storePerson(api, 'Three');
    await conflictOf(first);
    await conflictOf(second);
    const broken = await conflictOf(second, { pointer: '/displayName/deep', incomingValue: 'x' });
    const apart = await conflictOf(other, { pointer: '/note', incomingValue: 'Their note' });
    const { status, body } = await call(api, 'POST', '/api/v1/conflicts/decide', {
      body: { take: 'incoming', filter: { connection: 'crm', field: 'displayName' } },
    });
    expect(status).toBe(200);
    expect(faultsOf('ConflictsDecided', body)).toEqual([]);
    expect(body).toMatchObject({ decided: 2, refused: [{ id: broken, code: 'conflict.not-applicable' }], more: false });
    expect([await nameOf(first), await nameOf(second)]).toEqual(['Theirs', 'Theirs']);
    const open = await call(api, 'GET', '/api/v1/conflicts?state=open');
    expect(open.body.items.map((item) => item.id).sort()).toEqual([broken, apart].sort());
  });

  it('are decided by their ids, and never without saying which', async () => {
    const record = await storePerson(api, 'One');
    const id = await conflictOf(record);
    const all = await call(api, 'POST', '/api/v1/conflicts/decide', { body: { take: 'record' } });
    expect(all.status).toBe(400);
    const { body } = await call(api, 'POST', '/api/v1/conflicts/decide', { body: { take: 'record', ids: [id, '77'] } });
    expect(body).toMatchObject({ decided: 1, refused: [{ id: '77', code: 'request.not-found' }] });
    expect(await nameOf(record)).toBe('One');
  });
});
