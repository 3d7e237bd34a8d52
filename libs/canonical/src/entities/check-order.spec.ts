import { checkOrder } from './check-order.js';
import { deriveOrder } from './derive-order.js';
import type { Body } from './entity-definition.js';
import { cny, line, order } from './sample-orders.spec-data.js';

const found = (body: Body): string[] => checkOrder(body).map(({ code, path }) => `${code} ${path}`);
const good = (): Body => deriveOrder(order([line(1), line(2)]));
const withLine = (fields: Body): Body => deriveOrder(order([line(1, fields)]));
const withTotals = (fields: Body): Body => {
  const body = good();
  return { ...body, totals: { ...(body['totals'] as Body), ...fields } };
};
const qty = (value: string): Body => ({ value, unit: 'H87' });

describe('checkOrder', () => {
  it('finds nothing in a derived order', () => {
    expect(checkOrder(good())).toEqual([]);
  });

  it.each([
    [
      'gross is not net and tax',
      withLine({ netAmount: cny('59.97'), taxAmount: cny('7.80'), grossAmount: cny('70') }),
      'order.line-sum /lines/0/grossAmount',
    ],
    ['net is not quantity times price', withLine({ netAmount: cny('59.99') }), 'order.line-net /lines/0/netAmount'],
    ['nothing is ordered', withLine({ quantity: qty('0') }), 'order.line-quantity /lines/0/quantity'],
    [
      'more is handed over than ordered',
      withLine({ fulfilledQty: qty('2'), cancelledQty: qty('2') }),
      'order.line-over-fulfilled /lines/0/fulfilledQty',
    ],
    [
      'more comes back than was handed over',
      withLine({ fulfilledQty: qty('1'), returnedQty: qty('2') }),
      'order.line-over-returned /lines/0/returnedQty',
    ],
    [
      'units differ',
      withLine({ fulfilledQty: { value: '1', unit: 'XCT' } }),
      'order.line-units-differ /lines/0/fulfilledQty/unit',
    ],
    ['the VAT rate is unusual', withLine({ taxRate: '0.17' }), 'order.unusual-vat-rate /lines/0/taxRate'],
    ['net total is not the lines', withTotals({ net: cny('1') }), 'order.totals-differ /totals/net'],
    ['tax total is not the tax rows', withTotals({ tax: cny('1') }), 'order.totals-differ /totals/tax'],
    ['due is not grand less paid', withTotals({ due: cny('1') }), 'order.totals-differ /totals/due'],
    [
      'more is refunded than paid',
      withTotals({ refunded: cny('1'), due: cny('136.54') }),
      'order.refunded-exceeds-paid /totals/refunded',
    ],
    [
      'rounding explains too much',
      deriveOrder(order([line(1)], { totals: { grand: cny('67.79') } })),
      'order.rounding-too-large /totals/rounding',
    ],
    [
      'shares are not the discount',
      { ...good(), discounts: [{ id: 'D', scope: 'order', kind: 'fixed', amount: cny('1'), allocations: [] }] },
      'order.allocations-differ /discounts/0/allocations',
    ],
    [
      'a money is in another currency',
      {
        ...good(),
        payments: [{ id: 'P', method: 'cash', status: 'captured', amount: { amount: '1', currency: 'USD' } }],
      },
      'order.currency-differs /payments/0/amount/currency',
    ],
    [
      'paid is not the captured payments',
      { ...good(), payments: [{ id: 'P', method: 'cash', status: 'captured', amount: cny('1') }] },
      'order.totals-differ /totals/paid',
    ],
    ['a cancellation has no reason', { ...good(), status: 'cancelled' }, 'order.cancel-reason-missing /cancel'],
  ])('says when %s', (_, body, expected) => {
    expect(found(body)).toContain(expected);
  });
});
