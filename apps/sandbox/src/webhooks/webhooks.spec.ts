import { createHmac } from 'node:crypto';
import { controlCaller, crmCaller, restCaller, startTarget } from '../../test-support/callers.js';
import { startSandbox, type Sandbox } from '../sandbox.js';

interface CrmEvent {
  eventId: number;
  subscriptionType: string;
  changeSource: string;
  propertyName?: string;
  attemptNumber: number;
}

describe('webhooks', () => {
  let sandbox: Sandbox;
  let target: Awaited<ReturnType<typeof startTarget>>;

  beforeEach(async () => {
    sandbox = await startSandbox({ limits: false });
  });
  afterEach(async () => {
    await sandbox.close();
    await target.close();
  });

  const send = async (system: 'hubspot' | 'kingdee' | 'rest', more: object = {}) => {
    await controlCaller(sandbox)('POST', `/${system}/webhooks`, {
      url: target.url,
      gatherMs: 1,
      retryMs: [1, 1, 1],
      ...more,
    });
  };
  const crmEvents = () => target.received.flatMap(({ body }) => JSON.parse(body) as CrmEvent[]);

  test('CRM events come in signed arrays and say who made the change', async () => {
    target = await startTarget();
    await send('hubspot');
    const { json } = await crmCaller(sandbox)('POST', '/crm/v3/objects/contacts', {
      properties: { email: 'a@b.example' },
    });
    sandbox.hubspot.edit({ type: 'contacts', id: String(json['id']), set: { phone: '1', city: 'X' } });
    await sandbox.settled();
    expect(
      crmEvents().map(({ subscriptionType, changeSource, propertyName }) => [
        subscriptionType,
        changeSource,
        propertyName,
      ]),
    ).toEqual([
      ['contact.creation', 'API', undefined],
      ['contact.propertyChange', 'CRM_UI', 'phone'],
      ['contact.propertyChange', 'CRM_UI', 'city'],
    ]);
    for (const { headers, body } of target.received) {
      const signed = `POST${target.url}${body}${String(headers['x-hubspot-request-timestamp'])}`;
      expect(headers['x-hubspot-signature-v3']).toBe(
        createHmac('sha256', 'sandbox-hubspot-secret').update(signed).digest('base64'),
      );
    }
  });

  test('a write that changes nothing tells nothing', async () => {
    target = await startTarget();
    const contact = sandbox.hubspot.edit({ type: 'contacts', set: { email: 'a@b.example', phone: '1' } }) as {
      id: string;
    };
    await send('hubspot');
    await crmCaller(sandbox)('PATCH', `/crm/v3/objects/contacts/${contact.id}`, { properties: { phone: ' 1 ' } });
    await sandbox.settled();
    expect(target.received).toEqual([]);
  });

  test('events are repeated until the target takes them, and given up in the end', async () => {
    target = await startTarget((count) => (count < 3 ? 500 : 200));
    await send('hubspot');
    sandbox.hubspot.edit({ type: 'products', set: { name: 'Cup' } });
    await sandbox.settled();
    expect(crmEvents().map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1, 2]);
    expect(sandbox.hubspot.webhooks.report).toMatchObject({ events: 1, delivered: 1, attempts: 3, givenUp: 0 });
    await target.close();
    sandbox.hubspot.edit({ type: 'products', set: { name: 'Tea' } });
    await sandbox.settled();
    expect(sandbox.hubspot.webhooks.report).toMatchObject({ events: 2, delivered: 1, givenUp: 1 });
  });

  test('ERP messages are thin and come in duplicate when asked for', async () => {
    target = await startTarget();
    await send('kingdee', { duplicate: true });
    sandbox.kingdee.edit({ type: 'customer', set: { number: 'C1', name: '甲' } });
    await sandbox.settled();
    const messages = target.received.map(({ body }) => JSON.parse(body) as { msgId: string; data: object[] });
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ accountId: '1700000000000000001', bizType: 'bd_customer', operation: 'add' });
    expect(messages[0]?.data).toEqual([{ id: '1710000000000000001' }]);
    expect(messages[1]?.msgId).toBe(messages[0]?.msgId);
  });

  test('events can be lost and come out of order', async () => {
    target = await startTarget();
    await send('rest', { drop: 0.5, shuffle: true, gatherMs: 20 });
    for (let n = 0; n < 40; n += 1) sandbox.rest.edit({ type: 'things', set: { n } });
    await sandbox.settled();
    const seen = target.received.map(({ body }) => (JSON.parse(body) as { data: { n: number } }).data.n);
    expect(seen.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThan(35);
    expect(seen).not.toEqual([...seen].sort((a, b) => a - b));
    expect(sandbox.rest.webhooks.report.dropped).toBe(40 - seen.length);
  });

  test('the plain API signs the raw body and gives each event an id', async () => {
    target = await startTarget();
    await send('rest');
    await restCaller(sandbox)('POST', '/orders', { externalId: 'ö-1' });
    await sandbox.settled();
    const [{ headers, body } = { headers: {}, body: '' }] = target.received;
    expect(headers['x-signature']).toBe(
      `sha256=${createHmac('sha256', 'sandbox-rest-secret').update(body).digest('hex')}`,
    );
    expect(JSON.parse(body)).toMatchObject({
      id: headers['x-event-id'],
      type: 'orders.created',
      source: 'api',
      data: { externalId: 'ö-1' },
    });
  });
});
