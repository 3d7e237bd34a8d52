import { controlCaller, crmCaller } from '../../test-support/callers.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

const CONTACTS = '/crm/v3/objects/contacts';

describe('the imitated HubSpot', () => {
  let sandbox: Sandbox;
  let crm: ReturnType<typeof crmCaller>;
  let now: number;

  beforeEach(async () => {
    now = Date.parse('2026-11-01T00:00:00Z');
    sandbox = await startSandbox({ now: () => now, limits: false });
    crm = crmCaller(sandbox);
  });
  afterEach(() => sandbox.close());

  const create = async (properties: Record<string, string>, path = CONTACTS) =>
    (await crm('POST', path, { properties })).json['id'] as unknown as string;

  test('values are trimmed, e-mails lower-cased, ids text, stamps kept', async () => {
    const { status, json } = await crm('POST', CONTACTS, { properties: { email: ' A@B.Example ', firstname: ' Li ' } });
    expect(status).toBe(201);
    expect(json['properties']).toMatchObject({ email: 'a@b.example', firstname: 'Li', hs_object_id: json['id'] });
    expect(json['properties']).toMatchObject({
      createdate: '2026-11-01T00:00:00.000Z',
      lastmodifieddate: '2026-11-01T00:00:00.000Z',
    });
  });

  test('a second contact with the same e-mail is a 409 that names the first', async () => {
    const id = await create({ email: 'a@b.example' });
    const { status, json } = await crm('POST', CONTACTS, { properties: { email: 'A@b.example' } });
    expect(status).toBe(409);
    expect(json['message']).toBe(`Contact already exists. Existing ID: ${id}`);
  });

  test('an unknown property is refused by name', async () => {
    const { status, json } = await crm('POST', CONTACTS, { properties: { nickname: 'x' } });
    expect(status).toBe(400);
    expect(json['errors']).toEqual([
      {
        message: 'Property "nickname" does not exist',
        code: 'PROPERTY_DOESNT_EXIST',
        context: { propertyName: ['nickname'] },
      },
    ]);
  });

  test('a wrong or missing token is a 401', async () => {
    const { status, json } = await fetch(`${sandbox.url}/hubspot${CONTACTS}`).then(async (answer) => ({
      status: answer.status,
      json: (await answer.json()) as { category: string },
    }));
    expect([status, json.category]).toEqual([401, 'INVALID_AUTHENTICATION']);
  });

  test('the list pages by id, without the archived', async () => {
    for (const n of [1, 2, 3, 4]) await create({ email: `c${n}@x.example` });
    await crm('DELETE', `${CONTACTS}/70100002`);
    const first = await crm('GET', `${CONTACTS}?limit=2&properties=email,phone`);
    const page = first.json as unknown as {
      results: { id: string; properties: object }[];
      paging: { next: { after: string } };
    };
    expect(page.results.map(({ id }) => id)).toEqual(['70100001', '70100003']);
    expect(page.results[0]?.properties).toMatchObject({ email: 'c1@x.example', phone: null });
    const second = await crm('GET', `${CONTACTS}?limit=2&after=${page.paging.next.after}`);
    expect(second.json).toMatchObject({ results: [{ id: '70100004' }] });
    expect(second.json).not.toHaveProperty('paging');
    expect((await crm('GET', `${CONTACTS}?archived=true`)).json).toMatchObject({
      results: [{ id: '70100002', archived: true }],
    });
  });

  test('a traced batch succeeds in part with 207; an untraced one writes nothing', async () => {
    const inputs = [
      { properties: { email: 'one@x.example' }, objectWriteTraceId: 'a' },
      { properties: { email: 'not an address' }, objectWriteTraceId: 'b' },
    ];
    const untraced = await crm('POST', `${CONTACTS}/batch/create`, {
      inputs: inputs.map(({ properties }) => ({ properties })),
    });
    expect(untraced.status).toBe(400);
    expect(sandbox.hubspot.types()['contacts']).toBe(0);
    const traced = await crm('POST', `${CONTACTS}/batch/create`, { inputs });
    expect(traced.status).toBe(207);
    expect(traced.json).toMatchObject({
      status: 'COMPLETE',
      numErrors: 1,
      results: [{ objectWriteTraceId: 'a' }],
      errors: [{ category: 'VALIDATION_ERROR', context: { objectWriteTraceId: ['b'] } }],
    });
  });

  test('upsert creates and updates by e-mail and says which; missing ids of an update are a 207', async () => {
    await create({ email: 'old@x.example' });
    const upsert = await crm('POST', `${CONTACTS}/batch/upsert`, {
      inputs: ['old@x.example', 'new@x.example'].map((id) => ({ id, idProperty: 'email', properties: { phone: '1' } })),
    });
    expect(upsert.json).toMatchObject({
      results: [{ new: false }, { new: true, properties: { email: 'new@x.example' } }],
    });
    const update = await crm('POST', `${CONTACTS}/batch/update`, {
      inputs: [
        { id: '70100001', properties: { phone: '2' } },
        { id: '999', properties: { phone: '2' } },
      ],
    });
    expect(update.status).toBe(207);
    expect(update.json).toMatchObject({
      results: [{ id: '70100001' }],
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['999'] } }],
    });
  });

  test('more than a hundred inputs are refused', async () => {
    const inputs = Array.from({ length: 101 }, (_unused, n) => ({ id: String(n) }));
    expect((await crm('POST', `${CONTACTS}/batch/read`, { inputs })).status).toBe(400);
  });

  test('search filters, sorts, pages and ends at ten thousand', async () => {
    for (const n of [1, 2, 3]) {
      now += 1_000;
      await create({ email: `c${n}@x.example`, city: n === 2 ? 'Hangzhou' : 'Shanghai' });
    }
    const filterGroups = [
      { filters: [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(now - 1_000) }] },
    ];
    const sorts = [{ propertyName: 'lastmodifieddate', direction: 'ASCENDING' }];
    const recent = await crm('POST', `${CONTACTS}/search`, { filterGroups, sorts, limit: 1 });
    expect(recent.json).toMatchObject({ total: 2, results: [{ id: '70100002' }], paging: { next: { after: '1' } } });
    const byCity = { filterGroups: [{ filters: [{ propertyName: 'city', operator: 'EQ', value: 'hangzhou' }] }] };
    expect((await crm('POST', `${CONTACTS}/search`, byCity)).json).toMatchObject({ total: 1 });
    expect((await crm('POST', `${CONTACTS}/search`, { after: '9900', limit: 200 })).status).toBe(400);
  });

  test('a lagging index shows a change only after a while', async () => {
    sandbox.hubspot.configure({ settings: { indexLagMs: 5_000 } });
    const id = await create({ email: 'c@x.example', city: 'Old' });
    const search = async () =>
      (await crm('POST', `${CONTACTS}/search`, { properties: ['city'] })).json as unknown as {
        results: { properties: { city: string } }[];
      };
    expect((await search()).results).toEqual([]);
    now += 6_000;
    await crm('PATCH', `${CONTACTS}/${id}`, { properties: { city: 'New' } });
    expect((await search()).results[0]?.properties.city).toBe('Old');
    now += 6_000;
    expect((await search()).results[0]?.properties.city).toBe('New');
  });

  test('an order is created with its links, which are seen from both ends', async () => {
    const contact = await create({ email: 'c@x.example' });
    const line = await create({ name: 'Cup', price: '2.50', quantity: '3' }, '/crm/v3/objects/line_items');
    const type = (associationTypeId: number) => [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }];
    const order = await crm('POST', '/crm/v3/objects/orders', {
      properties: { hs_order_name: 'O-1' },
      associations: [
        { to: { id: contact }, types: type(507) },
        { to: { id: line }, types: type(513) },
      ],
    });
    const id = order.json['id'] as unknown as string;
    const shown = await crm('GET', `/crm/v3/objects/0-123/${id}?associations=line_items,contacts`);
    expect(shown.json['associations']).toEqual({
      'line items': { results: [{ id: line, type: 'order_to_line_item' }] },
      contacts: { results: [{ id: contact, type: 'order_to_contact' }] },
    });
    const back = await crm('POST', '/crm/v4/associations/contacts/orders/batch/read', {
      inputs: [{ id: contact }, { id: '5' }],
    });
    expect(back.status).toBe(207);
    expect(back.json).toMatchObject({
      numErrors: 1,
      results: [{ from: { id: contact }, to: [{ toObjectId: id, associationTypes: [{ typeId: 508 }] }] }],
    });
    const amount = await crm('GET', `/crm/v3/objects/line_items/${line}?properties=amount`);
    expect(amount.json['properties']).toMatchObject({ amount: '7.50' });
  });

  test('a custom unique property can be added, written, and looked up by', async () => {
    const definition = {
      name: 'hub_id',
      label: 'Hub id',
      type: 'string',
      fieldType: 'text',
      groupName: 'information',
      hasUniqueValue: true,
    };
    expect((await crm('POST', '/crm/v3/properties/companies', definition)).status).toBe(201);
    await create({ name: 'Acme', hub_id: 'h-1' }, '/crm/v3/objects/companies');
    expect((await crm('GET', '/crm/v3/objects/companies/h-1?idProperty=hub_id')).json).toMatchObject({
      properties: { name: 'Acme' },
    });
    expect((await crm('POST', '/crm/v3/objects/companies', { properties: { name: 'B', hub_id: 'h-1' } })).status).toBe(
      400,
    );
  });

  test('rate limits answer 429 with the policy that was broken', async () => {
    sandbox.hubspot.configure({ settings: { limits: { burst: 2, search: 1, daily: 100 } } });
    expect((await crm('GET', CONTACTS)).headers.get('x-hubspot-ratelimit-remaining')).toBe('1');
    await crm('POST', `${CONTACTS}/search`, {});
    expect((await crm('POST', `${CONTACTS}/search`, {})).json).toMatchObject({
      policyName: 'SECONDLY',
      message: 'You have reached your secondly limit.',
    });
    const burst = await crm('GET', CONTACTS);
    expect([burst.status, burst.json['policyName']]).toEqual([429, 'TEN_SECONDLY_ROLLING']);
    now += 10_001;
    expect((await crm('GET', CONTACTS)).status).toBe(200);
  });

  test('an order that a person enters has lines and a customer', async () => {
    await controlCaller(sandbox)('POST', '/hubspot/seed');
    const { json } = await controlCaller(sandbox)('POST', '/hubspot/actions/order', {
      lines: [{ sku: 'TEA-PE-357', quantity: '2' }],
    });
    expect(json['result']).toMatchObject({ order: { properties: { hs_total_price: '376.00' } } });
  });
});
