import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entityDefinition, validateBody } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { Row, Streams } from '@isthmus/connector-kit';
import { connectorById } from '@isthmus/connectors';
import { parseJson } from '@isthmus/json';
import type { JsonObject } from '@isthmus/json';
import { loadMapping, runSamples } from '@isthmus/mapping';
import type { CompiledMapping, LoadedMapping, MapEnvironment } from '@isthmus/mapping';

const root = join(__dirname, '../../..');
const environment: MapEnvironment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };
const connectors = ['hubspot', 'kingdee-xingchen'].map((id) => connectorById(id)!);
const shipped = connectors.flatMap(({ id }) =>
  readdirSync(join(root, 'mappings', id))
    .filter((file) => /^[A-Za-z]+\.yaml$/.test(file))
    .map((file): [string, string] => [id, file.replace('.yaml', '')]),
);

function load(connector: string, stream: string): LoadedMapping {
  const file = `mappings/${connector}/${stream}.yaml`;
  const streams = connectors.find(({ id }) => id === connector)!.streams as Streams;
  return loadMapping({
    file,
    text: readFileSync(join(root, file), 'utf8'),
    id: `${connector}/${stream}`,
    nativeSchema: streams[stream]!.schema,
  });
}

function compiled(connector: string, stream: string): CompiledMapping {
  const { compiled: mapping, findings } = load(connector, stream);
  if (!mapping) throw new Error(JSON.stringify(findings));
  return mapping;
}

function fixture(connector: string, stream: string): Row {
  const path = join(root, 'libs/connectors/src', connector, 'fixtures', `${stream}.json`);
  return parseJson(readFileSync(path, 'utf8')) as Row;
}

function read(mapping: CompiledMapping, row: Row): JsonObject {
  const result = mapping.toCanonical(row, environment);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.body;
}

function write(
  mapping: CompiledMapping,
  body: JsonObject,
  ids: { [id: string]: { stream: string; id: string } } = {},
): Row {
  const result = mapping.toNative(body, environment, ({ id }) => ids[id]);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.row;
}

/** The body as the merge would store it: without nulls and with what follows from other fields. */
function record(entity: EntityName, body: JsonObject): JsonObject {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== null)
        .map(([name, member]) => [name, plain(member)]),
    );
  };
  return entityDefinition(entity).derive(plain(body) as JsonObject);
}

const withRow = shipped.filter(([, stream]) => stream !== 'locations');

describe('shipped mappings', () => {
  it.each(shipped)('%s/%s has no error', (connector, stream) => {
    expect(load(connector, stream).findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  });

  it.each(shipped)('%s/%s passes its samples', (connector, stream) => {
    const samples = readFileSync(join(root, 'mappings', connector, `${stream}.samples.yaml`), 'utf8');
    const outcome = runSamples(compiled(connector, stream), samples);
    expect(outcome.findings).toEqual([]);
    expect(outcome.results.filter((result) => result.failures.length > 0)).toEqual([]);
  });

  it.each(withRow.filter(([connector, stream]) => `${connector}/${stream}` !== 'hubspot/stockLevels'))(
    '%s/%s makes a valid record',
    (connector, stream) => {
      const mapping = compiled(connector, stream);
      const entity = mapping.entity as EntityName;
      // The hub stamps a stock level with the time of its change where the source tells none.
      const stamp: JsonObject = entity === 'stockLevel' ? { asOf: '2026-11-23T06:30:00.000Z' } : {};
      const body = { ...stamp, ...record(entity, read(mapping, fixture(connector, stream))) };
      expect(validateBody(entity, body).filter((finding) => finding.severity === 'error')).toEqual([]);
    },
  );

  it('sends contacts and companies to the streams of their kind', () => {
    expect(compiled('hubspot', 'contacts').accepts({ kind: 'person' })).toBe(true);
    expect(compiled('hubspot', 'contacts').accepts({ kind: 'organization' })).toBe(false);
    expect(compiled('hubspot', 'companies').accepts({ kind: 'organization' })).toBe(true);
  });

  it('does not write drafts of the ERP to the CRM', () => {
    expect(compiled('hubspot', 'orders').accepts({ status: 'draft' })).toBe(false);
    expect(compiled('hubspot', 'orders').accepts({ status: 'confirmed' })).toBe(true);
  });
});

describe('an order of the CRM in the ERP', () => {
  const crm = compiled('hubspot', 'orders');
  const erp = compiled('kingdee-xingchen', 'salesOrders');
  const order = record('order', read(crm, fixture('hubspot', 'orders')));

  it('names customer and products by the ids of the ERP', () => {
    const customer = '0192f5c0-0000-7000-8000-000000000001';
    const cup = '0192f5c0-0000-7000-8000-000000000002';
    const lines = (order['lines'] as JsonObject[]).map((line, index) =>
      index === 0 ? { ...line, skuId: { id: cup } } : line,
    );
    const row = write(
      erp,
      { ...order, customerId: { id: customer }, lines },
      {
        [customer]: { stream: 'customers', id: '501' },
        [cup]: { stream: 'materials', id: '1' },
      },
    );
    expect(row).toMatchObject({
      bill_no: 'CRM-1001',
      bill_date: '2026-11-23',
      customer_id: '501',
      remark: '周五前送达',
    });
    expect(row['material_entity']).toMatchObject([
      {
        lineId: '9400000001',
        material_id: '1',
        material_number: 'CUP-350-W',
        qty: '2',
        unit_name: '个',
        tax_price: '89',
        cess: '13',
      },
      { lineId: '9400000002', material_number: 'TEA-LJ-250', qty: '1', unit_name: '罐', tax_price: '268' },
    ]);
  });

  it('agrees with the ERP to the cent', () => {
    const row = write(erp, order);
    expect(row['total_amount']).toBe('446');
    expect(
      (row['material_entity'] as Row[]).map((line) => [line['all_amount'], line['amount'], line['tax_amount']]),
    ).toEqual([
      ['178', '157.52', '20.48'],
      ['268', '237.17', '30.83'],
    ]);
    const back = record('order', read(erp, fixture('kingdee-xingchen', 'salesOrders')));
    expect(back['totals']).toEqual(order['totals']);
    expect((back['lines'] as Row[]).map((line) => line['grossAmount'])).toEqual(
      (order['lines'] as Row[]).map((line) => line['grossAmount']),
    );
  });

  it('comes back as confirmed once it is audited', () => {
    expect(order['status']).toBe('placed');
    const audited = record('order', read(erp, fixture('kingdee-xingchen', 'salesOrders')));
    expect(audited['status']).toBe('confirmed');
    expect(write(crm, { ...order, status: audited['status']! })).toMatchObject({
      properties: { hs_pipeline_stage: '937ea84d-0a4f-4dcf-9028-3f9c2aafbf03', hs_total_price: '446' },
    });
  });

  it('keeps the ids of its lines in both systems', () => {
    const back = record('order', read(erp, fixture('kingdee-xingchen', 'salesOrders')));
    expect((back['lines'] as Row[]).map((line) => line['lineId'])).toEqual(['9400000001', '9400000002']);
  });
});

describe('a customer in both systems', () => {
  it('is the same person with the same phone, e-mail, number and credit', () => {
    const fromCrm = record('customer', read(compiled('hubspot', 'contacts'), fixture('hubspot', 'contacts')));
    const fromErp = record(
      'customer',
      read(compiled('kingdee-xingchen', 'customers'), fixture('kingdee-xingchen', 'customers')),
    );
    for (const name of ['kind', 'displayName', 'customerNumber', 'credit', 'note'])
      expect(fromErp[name]).toEqual(fromCrm[name]);
    const points = (body: JsonObject, kind: string): unknown =>
      (body['contactPoints'] as Row[]).find((point) => point['kind'] === kind)?.['value'];
    expect([points(fromCrm, 'mobile'), points(fromErp, 'mobile')]).toEqual(['+8613800138000', '+8613800138000']);
    expect(points(fromErp, 'email')).toBe(points(fromCrm, 'email'));
  });

  it('goes to the ERP with a national phone number', () => {
    const fromCrm = record('customer', read(compiled('hubspot', 'contacts'), fixture('hubspot', 'contacts')));
    expect(write(compiled('kingdee-xingchen', 'customers'), fromCrm)).toMatchObject({
      kind: 'person',
      name: '王小明',
      number: 'KH00001',
      main_contact: { mobile: '13800138000' },
      credit_limit: '5000',
    });
  });

  it('reads a contact that has only an e-mail, and a company without a tax number', () => {
    const contact = { id: '1', properties: { email: 'x@example.com', firstname: null, lastname: null } };
    const body = record('customer', read(compiled('hubspot', 'contacts'), contact));
    expect(validateBody('customer', body).filter((finding) => finding.severity === 'error')).toEqual([]);
    const company = record(
      'customer',
      read(compiled('hubspot', 'companies'), { id: '2', properties: { name: '某公司' } }),
    );
    expect(validateBody('customer', company).filter((finding) => finding.severity === 'error')).toEqual([]);
  });
});
