import { entityNames } from './entities.js';
import {
  documentEntities,
  erasedBody,
  isPersonEntity,
  personalMembers,
  personalTexts,
  withoutPersonal,
} from './erase-personal.js';
import { validateBody } from './validate-body.js';

const customer = {
  kind: 'person',
  displayName: '王小明',
  person: { fullName: '王小明', gender: 'male', birthDate: '1990-01-02' },
  contactPoints: [{ kind: 'mobile', value: '+8613800138000', isPrimary: true }],
  addresses: [{ key: 'a', lines: ['长安街 1 号', '201 室'], city: '北京' }],
  extensions: { 'shop.secret': 'x' },
};

describe('what is left of somebody who was erased', () => {
  it('is somebody who must have a name: customers, and no document or thing', () => {
    expect(entityNames.filter(isPersonEntity)).toEqual(['customer']);
    expect(documentEntities()).toContain('order');
    expect(documentEntities()).not.toContain('customer');
  });

  it.each([
    ['person', customer],
    ['organization', { kind: 'organization', displayName: '王小明商店', organization: { legalName: '王小明商店' } }],
  ])('is a body that the model accepts and that says nothing but the kind: %s', (kind, body) => {
    const stub = erasedBody('customer', body);
    expect(stub).toEqual({ kind, displayName: 'erased', [kind]: {} });
    expect(validateBody('customer', stub).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('names every personal text once, those in lists too', () => {
    expect(personalTexts('customer', customer).sort()).toEqual(
      ['王小明', '1990-01-02', '+8613800138000', '长安街 1 号', '201 室'].sort(),
    );
  });
});

describe('a document of somebody who was erased', () => {
  const order = {
    orderNumber: 'SO-1',
    note: '加急',
    customerId: { id: '01890000-0000-7000-8000-000000000001' },
    customerSnapshot: { name: '王小明', phone: '+8613800138000' },
    shipTo: { recipient: '王小明', address: { city: '北京', lines: ['长安街 1 号'] } },
  };

  it('loses its personal fields and extensions, and keeps the rest', () => {
    expect(withoutPersonal('order', { ...order, extensions: { 'shop.buyer': '王小明' } })).toEqual({
      orderNumber: 'SO-1',
      note: '加急',
      customerId: order.customerId,
      customerSnapshot: {},
      shipTo: { address: { city: '北京' } },
    });
    expect(personalMembers('order')).toEqual(
      expect.arrayContaining(['customerSnapshot', 'billTo', 'shipTo', 'extensions']),
    );
  });

  it('is the same object when there is nothing to take out, and leaves the one that it was given as it was', () => {
    const bare = { orderNumber: 'SO-1' };
    expect(withoutPersonal('order', bare)).toBe(bare);
    withoutPersonal('order', order);
    expect(order.customerSnapshot.name).toBe('王小明');
  });
});
