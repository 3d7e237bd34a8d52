import { Client, Signature } from '@hubspot/api-client';
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/index.js';
import { startTarget } from '../../test-support/callers.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

/** The vendor's own client as a witness: what it sends is understood, what it is sent it can read. */
describe('the official HubSpot client against the imitation', () => {
  let sandbox: Sandbox;
  let client: Client;

  beforeEach(async () => {
    sandbox = await startSandbox();
    client = new Client({
      accessToken: 'sandbox-hubspot-token',
      basePath: `${sandbox.url}/hubspot`,
      numberOfApiCallRetries: 0,
    });
  });
  afterEach(() => sandbox.close());

  test('creates, reads, pages, searches, updates and archives contacts', async () => {
    const { basicApi, batchApi, searchApi } = client.crm.contacts;
    const made = await basicApi.create({ properties: { email: 'a@b.example', lastname: '王' }, associations: [] });
    expect(made.createdAt).toBeInstanceOf(Date);
    await batchApi.create({
      inputs: [1, 2, 3].map((n) => ({ properties: { email: `c${n}@x.example` }, associations: [] })),
    });
    const all = await client.crm.contacts.getAll(2, undefined, ['email']);
    expect(all.map(({ properties }) => properties['email'])).toEqual([
      'a@b.example',
      'c1@x.example',
      'c2@x.example',
      'c3@x.example',
    ]);
    const found = await searchApi.doSearch({
      filterGroups: [{ filters: [{ propertyName: 'email', operator: FilterOperatorEnum.Eq, value: 'c2@x.example' }] }],
    });
    expect([found.total, found.results[0]?.properties['email']]).toEqual([1, 'c2@x.example']);
    await basicApi.update('c3@x.example', { properties: { phone: '1' } }, 'email');
    const upserted = await batchApi.upsert({
      inputs: [{ id: 'c3@x.example', idProperty: 'email', properties: { phone: '2' } }],
    });
    expect(upserted.results[0]).toMatchObject({ _new: false, properties: { phone: '2' } });
    await basicApi.archive(made.id);
    await expect(basicApi.getById(made.id)).rejects.toMatchObject({ code: 404 });
    await expect(basicApi.create({ properties: { email: 'c1@x.example' }, associations: [] })).rejects.toMatchObject({
      code: 409,
      body: { category: 'CONFLICT' },
    });
  });

  test('reads partial success and associations', async () => {
    const contact = await client.crm.contacts.basicApi.create({
      properties: { email: 'a@b.example' },
      associations: [],
    });
    const company = await client.crm.companies.basicApi.create({ properties: { name: 'Acme' }, associations: [] });
    const partial = await client.crm.contacts.batchApi.read({
      inputs: [{ id: contact.id }, { id: '1' }],
      properties: ['email'],
      propertiesWithHistory: [],
    });
    expect(partial).toMatchObject({
      numErrors: 1,
      errors: [{ category: 'OBJECT_NOT_FOUND' }],
      results: [{ id: contact.id }],
    });
    const { batchApi } = client.crm.associations.v4;
    await batchApi.createDefault('contacts', 'companies', {
      inputs: [{ _from: { id: contact.id }, to: { id: company.id } }],
    });
    const linked = await batchApi.getPage('companies', 'contacts', { inputs: [{ id: company.id }] });
    expect(linked.results[0]?.to[0]).toMatchObject({ toObjectId: contact.id, associationTypes: [{ typeId: 280 }] });
    const properties = await client.crm.properties.coreApi.getAll('orders');
    expect(properties.results.map(({ name }) => name)).toContain('hs_external_order_id');
  });

  test('accepts the signatures of webhooks', async () => {
    const target = await startTarget();
    sandbox.hubspot.configure({ webhooks: { url: target.url, gatherMs: 1 } });
    sandbox.hubspot.edit({ type: 'contacts', set: { email: 'a@b.example', city: '杭州' } });
    await sandbox.settled();
    const [{ headers, body } = { headers: {}, body: '' }] = target.received;
    const valid = Signature.isValid({
      signatureVersion: 'v3',
      signature: String(headers['x-hubspot-signature-v3']),
      method: 'POST',
      url: target.url,
      clientSecret: 'sandbox-hubspot-secret',
      requestBody: body,
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    });
    expect(valid).toBe(true);
    await target.close();
  });
});
