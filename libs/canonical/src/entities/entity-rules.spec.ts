import fc from 'fast-check';
import { entityDefinition, entityNames, isEntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { mayMoveOrder, orderStatuses } from './order-states.js';
import { validateBody } from './validate-body.js';

const found = (entity: 'customer' | 'product' | 'stockLevel', body: Body): string[] =>
  entityDefinition(entity)
    .check(body)
    .map(({ severity, code, path }) => `${severity} ${code} ${path}`);

const pieces = (value: string): Body => ({ value, unit: 'H87' });
const stock = (fields: Body): Body => ({
  skuId: { id: '0199d0aa-0000-7000-8000-000000000002' },
  locationId: { id: '0199d0aa-0000-7000-8000-000000000003' },
  asOf: '2026-11-23T06:30:00.000Z',
  ...fields,
});
const { derive } = entityDefinition('stockLevel');

describe('a customer', () => {
  it('is warned about, not refused, for what real data gets wrong', () => {
    const body: Body = {
      organization: { unifiedSocialCreditCode: '91350100M000100Y4Z' },
      contactPoints: [
        { kind: 'mobile', value: '12345', isPrimary: true },
        { kind: 'mobile', value: '+8613800138000', isPrimary: true },
        { kind: 'email', value: 'a@b.cn', isPrimary: true },
      ],
    };
    expect(found('customer', body)).toEqual([
      'warning customer.credit-code-check /organization/unifiedSocialCreditCode',
      'warning customer.phone-invalid /contactPoints/0/value',
      'warning customer.several-primaries /contactPoints/1/isPrimary',
    ]);
  });
});

describe('a product', () => {
  it('is warned about a barcode with a wrong check digit', () => {
    expect(
      found('product', { barcodes: [{ value: '6901234567892' }, { value: '6901234567893' }, { value: 'CODE128-X' }] }),
    ).toEqual(['warning product.gtin-check /barcodes/1/value']);
  });
});

describe('a stock level', () => {
  it('derives what is available and takes nothing as reserved unless told', () => {
    const body = derive(stock({ onHand: pieces('10'), unavailable: pieces('2.5') }));
    expect(body).toMatchObject({ reserved: pieces('0'), available: pieces('7.5') });
    expect(validateBody('stockLevel', body)).toEqual([]);
  });

  it('leaves available alone where units differ, and says so', () => {
    const body = derive(stock({ onHand: pieces('10'), reserved: { value: '1', unit: 'XCT' } }));
    expect(body).not.toHaveProperty('available');
    expect(found('stockLevel', body)).toEqual(['error stock.units-differ /reserved/unit']);
  });

  it('may be negative after sales without a connection, with a warning', () => {
    expect(found('stockLevel', derive(stock({ onHand: pieces('-1') })))).toEqual(['warning stock.negative /onHand']);
  });

  it('derives the same twice', () => {
    fc.assert(
      fc.property(fc.integer(), fc.option(fc.nat(), { nil: undefined }), (onHand, reserved) => {
        const body = stock({
          onHand: pieces(String(onHand)),
          ...(reserved === undefined ? {} : { reserved: pieces(String(reserved)) }),
        });
        expect(derive(derive(body))).toEqual(derive(body));
      }),
    );
  });
});

describe('the list of entities', () => {
  it('has what others refer to before them', () => {
    expect(entityNames).toEqual(['customer', 'product', 'location', 'order', 'stockLevel']);
  });

  it('knows no name that only objects know', () => {
    expect(['order', 'toString', '__proto__', 'invoice'].map(isEntityName)).toEqual([true, false, false, false]);
  });

  it.each(entityNames)('%s survives any JSON in derive, check and match keys', (name) => {
    const { derive: deriveAny, check, matchKeys, schema } = entityDefinition(name);
    const fields = Object.keys(schema.properties ?? {});
    const anyBody = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 })) as fc.Arbitrary<Body>;
    fc.assert(
      fc.property(anyBody, (body) => {
        const derived = deriveAny(body);
        check(derived);
        matchKeys(derived);
        expect(deriveAny(derived)).toEqual(derived);
      }),
    );
  });
});

describe('the states of an order', () => {
  it.each([
    ['placed', 'fulfilled', true],
    ['draft', 'completed', true],
    ['fulfilled', 'returned', true],
    ['confirmed', 'placed', false],
    ['fulfilled', 'cancelled', false],
    ['cancelled', 'placed', false],
    ['placed', 'placed', true],
  ] as const)('from %s to %s: %s', (from, to, expected) => {
    expect(mayMoveOrder(from, to)).toBe(expected);
  });

  it('never lets two different states each move to the other', () => {
    for (const a of orderStatuses)
      for (const b of orderStatuses) if (a !== b) expect(mayMoveOrder(a, b) && mayMoveOrder(b, a)).toBe(false);
  });
});
