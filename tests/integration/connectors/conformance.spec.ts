import { createHmac } from 'node:crypto';
import { describeConnector } from '@isthmus/conformance';
import type { FarSideUnderTest } from '@isthmus/conformance';
import type { Row } from '@isthmus/connector-kit';
import { connectorById } from '@isthmus/connectors';
import { startSandbox } from '../../../apps/sandbox/src/sandbox.js';
import type { Sandbox } from '../../../apps/sandbox/src/sandbox.js';
import { textIn } from './connect.js';

/**
 * A sandbox whose clock lies a minute behind and ticks with every look: the suite's clock stands still, and a row must never
 * seem to come from its future.
 */
function startBehind(): Promise<Sandbox> {
  let at = Date.now() - 60_000;
  return startSandbox({ limits: false, now: () => (at += 1) });
}

interface System {
  readonly faults: Sandbox['hubspot']['faults'];
  types(): Record<string, number>;
}

/** Faults that both systems have, by the path of their data. */
function faultsOf(system: System, writes: string): FarSideUnderTest['faults'] {
  return {
    rateLimitNext: (retryAfter) => void system.faults.add({ status: 429, retryAfter, times: 1 }),
    failNext: () => void system.faults.add({ status: 500, times: 1 }),
    loseNextWriteAnswer: () =>
      void system.faults.add({ match: { path: writes, kind: 'write' }, dropAfterCommit: true, times: 1 }),
  };
}

const properties = (values: Row): Row => ({ properties: values });
const refusedByHubspot = (): Row => properties({ no_such_property: 'x' });

async function hubspotSide(): Promise<FarSideUnderTest> {
  const sandbox = await startBehind();
  const { hubspot } = sandbox;
  let last = 0;
  const seedOne = (stream: string): string => {
    last += 1;
    if (stream !== 'orders') {
      const set = stream === 'contacts' ? { email: `seed${last}@example.com` } : { name: `Seed ${last}` };
      return textIn(hubspot.edit({ type: stream, set }), 'id');
    }
    const made = hubspot.actions['order']!({ name: `SO-${last}`, lines: [{ sku: 'CUP-350-W', quantity: '1' }] });
    return textIn((made as { order: Row }).order, 'id');
  };
  hubspot.edit({ type: 'contacts', set: { email: 'first@example.com' } });
  return {
    settings: {
      baseUrl: `${sandbox.url}/hubspot`,
      accessToken: 'sandbox-hubspot-token',
      requestsPerSecond: 100_000,
      overlapSeconds: 0,
    },
    outboundAllow: [new URL(sandbox.url).host],
    seed: (stream, count) => Promise.resolve(Array.from({ length: count }, () => seedOne(stream))),
    touch: (stream, id) => {
      const set = { contacts: { lastname: 'Touched' }, orders: { hs_order_note: 'touched' } }[stream] ?? {
        description: 'touched',
      };
      hubspot.edit({ type: stream, id, set });
      return Promise.resolve();
    },
    count: (stream) => Promise.resolve(hubspot.types()[stream] ?? 0),
    faults: faultsOf(hubspot, '/crm/v3/objects'),
    stop: () => sandbox.close(),
  };
}

const hubspotSettings = { accessToken: 'token', clientSecret: 'hs-client-secret' };
const hubspotUrl = 'https://hub.example/hooks/crm';

describeConnector(connectorById('hubspot')!, {
  settings: hubspotSettings,
  farSide: {
    start: hubspotSide,
    streams: {
      contacts: {
        rowsForThreePages: 450,
        newRow: (n) => properties({ email: `new${n}@example.com`, lastname: '王' }),
        poison: refusedByHubspot,
      },
      companies: { rowsForThreePages: 450, newRow: (n) => properties({ name: `New ${n}` }), poison: refusedByHubspot },
      products: {
        rowsForThreePages: 450,
        newRow: (n) => properties({ name: `New ${n}`, hs_sku: `SKU-${n}` }),
        poison: refusedByHubspot,
      },
      orders: {
        rowsForThreePages: 450,
        newRow: (n) => ({
          ...properties({ hs_order_name: `New ${n}` }),
          lineItems: [{ lineId: '1', position: 1, ...properties({ name: 'Cup', quantity: '1', price: '9' }) }],
        }),
        poison: () => ({ ...refusedByHubspot(), lineItems: [] }),
      },
    },
  },
  webhook: {
    settings: hubspotSettings,
    body: '[{"eventId":1,"subscriptionId":2,"subscriptionType":"contact.creation","objectId":51,"occurredAt":1700000000000,"attemptNumber":0}]',
    sign: (body, now) => {
      const stamp = String(now.getTime());
      const signature = createHmac('sha256', 'hs-client-secret')
        .update(`POST${hubspotUrl}`)
        .update(body)
        .update(stamp)
        .digest('base64');
      return {
        method: 'POST',
        url: hubspotUrl,
        headers: { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': stamp },
        body,
      };
    },
  },
});

async function kingdeeSide(): Promise<FarSideUnderTest> {
  const sandbox = await startBehind();
  const { kingdee } = sandbox;
  kingdee.seed();
  const types: { readonly [stream: string]: string } = {
    customers: 'customer',
    materials: 'material',
    salesOrders: 'sal_order',
  };
  const unit = textIn(kingdee.records('measure_unit')[0], 'id');
  const store = textIn(kingdee.records('store')[0], 'id');
  const goods = { material_number: 'CUP-350-W', unit_id: unit, stock_id: store, qty: '1', tax_price: '9', cess: '13' };
  let last = 0;
  const seedOne = (stream: string): string => {
    last += 1;
    const set = {
      customers: { name: `Seed ${last}`, number: `S${last}` },
      materials: { name: `Seed ${last}`, number: `S${last}`, base_unit_id: unit },
      salesOrders: { bill_no: `S${last}`, customer_number: 'KH00001', material_entity: [goods] },
    }[stream];
    return textIn(kingdee.edit({ type: types[stream] ?? '', set: set ?? {} }), 'id');
  };
  const expireTokens = kingdee.actions['expireTokens']!;
  return {
    settings: {
      gateway: `${sandbox.url}/kingdee`,
      clientId: '200001',
      clientSecret: 'sandbox-kingdee-secret',
      outerInstanceId: '250000000000000001',
      requestsPerSecond: 100_000,
      settleSeconds: 0,
      overlapSeconds: 120,
      defaultStockId: store,
    },
    outboundAllow: [new URL(sandbox.url).host],
    seed: (stream, count) => Promise.resolve(Array.from({ length: count }, () => seedOne(stream))),
    touch: (stream, id) => {
      const line = { ...goods, qty: '2' };
      kingdee.edit({
        type: types[stream] ?? '',
        id,
        set: stream === 'salesOrders' ? { material_entity: [line] } : { remark: 'touched' },
      });
      return Promise.resolve();
    },
    count: (stream) => Promise.resolve(kingdee.types()[types[stream] ?? ''] ?? 0),
    faults: {
      ...faultsOf(kingdee, '/jdy/v2'),
      expireTokens: () => void expireTokens({}),
      tokensIssued: () =>
        Object.entries(kingdee.calls.report().routes).reduce(
          (sum, [route, { count }]) => sum + (route.includes('kingdee_auth_token') ? count : 0),
          0,
        ),
    },
    stop: () => sandbox.close(),
  };
}

const kingdeeSettings = {
  clientId: '1',
  clientSecret: 's',
  outerInstanceId: '2',
  callbackKey: 'a-very-secret-callback-key',
  accountIds: ['17'],
};

describeConnector(connectorById('kingdee-xingchen')!, {
  settings: kingdeeSettings,
  farSide: {
    start: kingdeeSide,
    streams: {
      customers: {
        rowsForThreePages: 230,
        newRow: (n) => ({ name: `New ${n}`, number: `NEW-${n}`, kind: 'organization' }),
        poison: () => ({ name: '', number: 'BAD', kind: 'organization' }),
      },
      materials: {
        rowsForThreePages: 230,
        newRow: (n) => ({ name: `New ${n}`, number: `NEW-${n}`, base_unit_name: '个' }),
        poison: () => ({ name: 'Bad', number: 'BAD', base_unit_name: '没有' }),
      },
      salesOrders: {
        rowsForThreePages: 230,
        newRow: (n) => ({
          bill_no: `NEW-${n}`,
          customer_number: 'KH00001',
          material_entity: [
            { lineId: '1', position: 1, material_number: 'CUP-350-W', qty: '1', tax_price: '9', cess: '13' },
          ],
        }),
        poison: () => ({ bill_no: 'BAD', customer_number: 'NOBODY', material_entity: [] }),
      },
    },
  },
  webhook: {
    settings: kingdeeSettings,
    body: '{"accountId":"17","bizType":"bd_customer","operation":"update","msgId":"m-1","timestamp":1760000000000,"data":{"id":"1"}}',
    sign: (body) => ({
      method: 'POST',
      url: 'https://hub.example/hooks/erp?key=a-very-secret-callback-key',
      headers: {},
      body,
    }),
    timestamped: false,
  },
});
