import fc from 'fast-check';
import type { Order } from '../generated/entities.js';
import { addDecimals, compareDecimals, sumDecimals } from '../values/decimal.js';
import { checkOrder } from './check-order.js';
import { deriveOrder } from './derive-order.js';
import { withoutDerived } from './derived-fields.js';
import type { Body } from './entity-definition.js';
import { cny, line, order } from './sample-orders.spec-data.js';
import { validateBody } from './validate-body.js';

const derived = (body: Body): Order => deriveOrder(body) as unknown as Order;
const amountsOf = (item: Order['lines'][number]): string[] => [
  item.netAmount.amount,
  item.taxAmount.amount,
  item.grossAmount.amount,
];

const amount = (max: number, digits: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((units) => {
    const text = String(units).padStart(digits + 1, '0');
    return `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  });

const anyLine = fc
  .record({
    quantity: fc.integer({ min: 1, max: 10_000 }).map((units) => ({ value: String(units / 100), unit: 'KGM' })),
    unitPrice: amount(99_999_999, 4).map(cny),
    taxRate: fc.constantFrom('0.13', '0.09', '0.06', '0', '0.03'),
    discountRate: fc.option(fc.constantFrom('0.05', '0.333', '1'), { nil: undefined }),
  })
  .map(({ discountRate, ...fields }) => (discountRate === undefined ? fields : { ...fields, discountRate }));

const anyOrder = fc
  .record({
    lines: fc.array(anyLine, { minLength: 1, maxLength: 8 }),
    charges: fc.array(fc.record({ netAmount: amount(99_999, 2).map(cny), taxRate: fc.constantFrom('0.06', '0.13') }), {
      maxLength: 2,
    }),
    priceIncludesTax: fc.boolean(),
    paid: fc.option(amount(999_999, 2), { nil: undefined }),
  })
  .map(({ lines, charges, priceIncludesTax, paid }): Body =>
    order(
      lines.map((fields, index) => line(index + 1, fields)),
      {
        priceIncludesTax,
        charges: charges.map((charge, index) => ({ id: `C${index}`, kind: 'shipping', ...charge })),
        ...(paid === undefined
          ? {}
          : { payments: [{ id: 'P1', method: 'alipay', status: 'captured', amount: cny(paid) }] }),
      },
    ),
  );

describe('deriveOrder', () => {
  it.each([
    ['a net price', { unitPrice: cny('19.99') }, false, ['59.97', '7.80', '67.77']],
    [
      'a tax-included price: what the customer pays is exact',
      { unitPrice: cny('19.99') },
      true,
      ['53.07', '6.90', '59.97'],
    ],
    [
      'half a fen, away from zero',
      { quantity: { value: '1', unit: 'H87' }, unitPrice: cny('0.125'), taxRate: '0' },
      false,
      ['0.13', '0.00', '0.13'],
    ],
    ['a stated net amount', { netAmount: cny('59.98') }, false, ['59.98', '7.80', '67.78']],
    ['a stated gross amount', { grossAmount: cny('67.76') }, false, ['59.96', '7.80', '67.76']],
    [
      'stated net and gross amounts',
      { netAmount: cny('59.97'), grossAmount: cny('67.76') },
      false,
      ['59.97', '7.79', '67.76'],
    ],
    [
      'stated tax and gross amounts',
      { taxAmount: cny('7.79'), grossAmount: cny('67.76') },
      false,
      ['59.97', '7.79', '67.76'],
    ],
    ['only a stated tax', { taxAmount: cny('7.81') }, false, ['59.97', '7.81', '67.78']],
    ['a discount rate', { discountRate: '0.1' }, false, ['53.97', '7.02', '60.99']],
    ['a stated discount', { discountAmount: cny('9.97') }, false, ['50.00', '6.50', '56.50']],
    ['a gift', { discountRate: '1' }, true, ['0.00', '0.00', '0.00']],
  ])('prices a line with %s', (_, fields, priceIncludesTax, expected) => {
    expect(
      amountsOf(derived(order([line(1, fields)], { priceIncludesTax })).lines[0] as Order['lines'][number]),
    ).toEqual(expected);
  });

  it('gives lines their shares of an order discount', () => {
    const discounts = [
      {
        id: 'D1',
        scope: 'order',
        kind: 'coupon',
        amount: cny('10.00'),
        allocations: [
          { lineId: 'L1', amount: cny('4.00') },
          { lineId: 'L2', amount: cny('6.00') },
        ],
      },
    ];
    const result = derived(order([line(1), line(2)], { discounts }));
    expect(result.lines.map((item) => item.netAmount.amount)).toEqual(['55.97', '53.97']);
    expect(result.totals).toMatchObject({ itemsGross: cny('119.94'), discount: cny('10.00'), net: cny('109.94') });
    expect(checkOrder(result as unknown as Body)).toEqual([]);
  });

  it('makes one tax row for each rate and keeps the category that a source stated for it', () => {
    const taxes = [{ categoryCode: 'VAT', rate: '0.130', taxableAmount: cny('1'), taxAmount: cny('1') }];
    const result = derived(order([line(1), line(2, { taxRate: '0.06' }), line(3, { taxRate: '0.13' })], { taxes }));
    expect(result.taxes).toEqual([
      { rate: '0.06', taxableAmount: cny('59.97'), taxAmount: cny('3.60') },
      { categoryCode: 'VAT', rate: '0.13', taxableAmount: cny('119.94'), taxAmount: cny('15.60') },
    ]);
  });

  it('keeps a stated grand total and shows the difference as rounding', () => {
    const result = derived(order([line(1)], { totals: { grand: cny('67.78') } }));
    expect(result.totals).toMatchObject({ grand: cny('67.78'), rounding: cny('0.01'), due: cny('67.78') });
    expect(checkOrder(result as unknown as Body)).toEqual([]);
  });

  it('counts captured payments only, and refunds', () => {
    const payments = [
      { id: 'P1', method: 'card', amount: cny('60'), status: 'captured' },
      { id: 'P2', method: 'card', amount: cny('60'), status: 'failed' },
    ];
    const { totals } = derived(order([line(1)], { payments, refunds: [{ id: 'R1', amount: cny('10') }] }));
    expect(totals).toMatchObject({ paid: cny('60.00'), refunded: cny('10.00'), due: cny('17.77') });
  });

  it('uses the digits of the currency', () => {
    const yen = { amount: '333', currency: 'JPY' };
    const { lines } = derived(order([line(1, { unitPrice: yen, taxRate: '0.1' })], { currency: 'JPY' }));
    expect(lines[0]?.taxAmount).toEqual({ amount: '100', currency: 'JPY' });
  });

  it('leaves alone what it cannot compute', () => {
    const odd = order([
      line(1),
      { lineId: 'L2', unitPrice: 'free' },
      { ...line(3), unitPrice: { amount: '1', currency: 'USD' } },
    ]);
    const result = deriveOrder(odd);
    expect(result).not.toHaveProperty('totals');
    expect((result['lines'] as Body[]).slice(1)).toEqual((odd['lines'] as Body[]).slice(1));
    expect(deriveOrder({ currency: 5, lines: 'x' })).toEqual({ currency: 5, lines: 'x' });
  });

  it('computes anew once the derived fields are taken out', () => {
    const first = deriveOrder(order([line(1)]));
    const changed = {
      ...first,
      lines: [{ ...(first['lines'] as Body[])[0], quantity: { value: '1', unit: 'H87' } }],
    } as Body;
    const result = deriveOrder(withoutDerived('order', changed)) as unknown as Order;
    expect(result.totals.grand).toEqual(cny('22.59'));
    expect(checkOrder(result as unknown as Body)).toEqual([]);
  });

  it('is the same twice as once, fits the schema and breaks no invariant, for any order', () => {
    fc.assert(
      fc.property(anyOrder, (body) => {
        const before = structuredClone(body);
        const once = deriveOrder(body);
        expect(body).toEqual(before);
        expect(deriveOrder(once)).toEqual(once);
        expect(validateBody('order', once)).toEqual([]);
        expect(checkOrder(once)).toEqual([]);
      }),
    );
  });

  it('loses no fen: gross lines, charges and rounding make the grand total, for any order', () => {
    fc.assert(
      fc.property(anyOrder, (body) => {
        const { lines, charges = [], totals } = derived(body);
        const parts = sumDecimals([
          ...lines.map((item) => item.grossAmount.amount),
          ...charges.flatMap((charge) => [charge.netAmount.amount, charge.taxAmount.amount]),
          totals.rounding.amount,
        ]);
        expect(compareDecimals(parts, totals.grand.amount)).toBe(0);
        expect(
          compareDecimals(
            addDecimals(totals.itemsGross.amount, totals.charges.amount),
            addDecimals(totals.net.amount, totals.discount.amount),
          ),
        ).toBe(0);
      }),
    );
  });
});
