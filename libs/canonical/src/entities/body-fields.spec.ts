import { derivedPointers, withoutDerived } from './derived-fields.js';
import { deriveOrder } from './derive-order.js';
import { entityDefinition } from './entities.js';
import type { Body } from './entity-definition.js';
import { findRefs } from './find-refs.js';
import { maskPersonal } from './mask-personal.js';
import { normaliseBody } from './normalise-body.js';
import { cny, line, order } from './sample-orders.spec-data.js';
import { fieldsOf } from './schema-fields.js';

describe('findRefs', () => {
  it('lists references of both forms with their places', () => {
    const native = { native: { stream: 'products', id: '7' } };
    const body = order([line(1), line(2, { skuId: native })], {
      invoiceIds: [{ id: 'i1' }],
      locationId: 'not a reference',
    });
    expect(findRefs('order', body).map(({ path, entity }) => `${entity} ${path}`)).toEqual([
      'customer /customerId',
      'product /lines/0/skuId',
      'product /lines/1/skuId',
      'invoice /invoiceIds/0',
    ]);
    expect(findRefs('order', body)[2]?.ref).toEqual(native);
  });

  it('finds none in an entity without references', () => {
    expect(findRefs('product', { skuCode: 'x' })).toEqual([]);
  });
});

describe('normaliseBody', () => {
  it('writes every value in its one form and shares what is so already', () => {
    const tags = [{ name: 'VIP' }];
    const body: Body = {
      displayName: '  王\u3000芳 ',
      customerNumber: 'Ｃ００１',
      note: 'a \r\n b',
      language: '  ',
      credit: { limit: { amount: '1000', currency: 'CNY' } },
      loyalty: [{ program: 'gold', points: '0010.50' }],
      invoicing: { vatRate: '0.130' },
      tags,
    };
    const result = normaliseBody('customer', body);
    expect(result).toEqual({
      displayName: '王 芳',
      customerNumber: 'C001',
      note: 'a\nb',
      credit: { limit: cny('1000.00') },
      loyalty: [{ program: 'gold', points: '10.5' }],
      invoicing: { vatRate: '0.13' },
      tags,
    });
    expect(result['tags']).toBe(tags);
    expect(normaliseBody('customer', result)).toBe(result);
  });

  it('leaves what it cannot read for the schema to refuse', () => {
    const body: Body = { credit: { limit: { amount: 'much', currency: 'CNY' } }, person: 5, contacts: [null] };
    expect(normaliseBody('customer', body)).toBe(body);
  });
});

describe('withoutDerived', () => {
  it('takes out what nobody stated', () => {
    const bare = order([line(1, { netAmount: cny('59.97') })]);
    const stated = withoutDerived('order', deriveOrder(bare), (pointer) => pointer === '/lines/*/netAmount');
    expect(stated).toEqual({ ...bare, totals: {} });
  });

  it('knows which fields are derived', () => {
    expect(derivedPointers('order')).toEqual(
      expect.arrayContaining(['/lines/*/grossAmount', '/taxes', '/totals/grand', '/charges/*/taxAmount']),
    );
    expect(derivedPointers('product')).toEqual([]);
  });
});

describe('maskPersonal', () => {
  it('masks personal data and all vendor fields, and nothing else', () => {
    const body: Body = {
      kind: 'person',
      displayName: '王芳',
      customerNumber: 'C001',
      contactPoints: [{ kind: 'mobile', value: '+8613800138000' }],
      addresses: [{ key: 'a', city: '北京', lines: ['长安街 1 号', 'x'] }],
      extensions: { crm: { secret: 'y' } },
    };
    expect(maskPersonal('customer', body)).toEqual({
      kind: 'person',
      displayName: '王***',
      customerNumber: 'C001',
      contactPoints: [{ kind: 'mobile', value: '+***00' }],
      addresses: [{ key: 'a', city: '北京', lines: ['长***', '*'] }],
      extensions: {},
    });
  });
});

describe('fieldsOf', () => {
  it('lists fields with money, quantities and references as one', () => {
    const pointers = fieldsOf(entityDefinition('order').schema).map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining(['/lines', '/lines/*', '/lines/*/quantity', '/lines/*/skuId', '/shipTo/address/lines/*']),
    );
    expect(pointers).not.toContain('/lines/*/quantity/value');
  });
});
