import type { JsonObject } from '@isthmus/json';
import { Fixed } from '../values/fixed.js';
import { finding, warning, type Finding } from '../finding.js';
import { capturedOf, refundedOf } from './derive-order.js';
import { checkCurrencies } from './check-order-currency.js';
import { checkLine } from './check-order-line.js';
import type { Body } from './entity-definition.js';
import { amountAt, currencyOf, ZERO, type OrderCurrency } from './order-amounts.js';
import { itemsAt, objectAt, textAt } from './read-body.js';

/**
 * The order's arithmetic: lines, sums, rounding, fulfilled quantities, payments, one currency. For bodies that fit the schema;
 * an amount that is absent counts as zero.
 */
export function checkOrder(body: Body): Finding[] {
  const currency = currencyOf(body);
  if (!currency) return [];
  const foreign = checkCurrencies(body, currency.code);
  if (foreign.length > 0) return foreign;
  const includesTax = body['priceIncludesTax'] === true;
  return [
    ...itemsAt(body, 'lines').flatMap((line, index) => checkLine(line, `/lines/${index}`, includesTax, currency)),
    ...checkSums(body, currency),
    ...checkPayments(body, currency),
    ...checkAllocations(body, currency),
    ...checkCancel(body),
  ];
}

function sumOf(items: readonly JsonObject[], name: string, currency: OrderCurrency): Fixed {
  let total: Fixed = ZERO;
  for (const item of items) total = total.plus(amountAt(item, name, currency) ?? ZERO);
  return total;
}

function checkSums(body: Body, currency: OrderCurrency): Finding[] {
  const lines = itemsAt(body, 'lines');
  const total = (name: string): Fixed => amountAt(objectAt(body, 'totals'), name, currency) ?? ZERO;
  const net = sumOf(lines, 'netAmount', currency).plus(sumOf(itemsAt(body, 'charges'), 'netAmount', currency));
  const tax = sumOf(itemsAt(body, 'taxes'), 'taxAmount', currency);
  const grand = total('net').plus(total('tax')).plus(total('rounding'));
  const due = total('grand').minus(total('paid')).plus(total('refunded'));
  return [
    ...differs('net', net, total('net')),
    ...differs('tax', tax, total('tax')),
    ...differs('grand', grand, total('grand')),
    ...differs('due', due, total('due')),
    ...checkRounding(total('rounding'), lines.length, currency),
  ];
}

function differs(name: string, expected: Fixed, actual: Fixed): Finding[] {
  if (expected.equals(actual)) return [];
  return [
    finding('order.totals-differ', `/totals/${name}`, {
      en: `The total ${name} is ${actual.text()}, its parts give ${expected.text()}.`,
      zh: `合计 ${name} 为 ${actual.text()}，明细合计为 ${expected.text()}。`,
    }),
  ];
}

function checkRounding(rounding: Fixed, lines: number, currency: OrderCurrency): Finding[] {
  const limit = Fixed.smallest(currency.digits).times(Fixed.of(String(lines)));
  if (rounding.abs().compare(limit) <= 0) return [];
  return [
    finding(
      'order.rounding-too-large',
      '/totals/rounding',
      {
        en: `The stated grand total is ${rounding.text()} away from the sum of its parts; rounding explains at most ${limit.text()}.`,
        zh: `应付总额与明细合计相差 ${rounding.text()}，尾差最多允许 ${limit.text()}。`,
      },
      {
        en: 'Look for a discount, charge or tax that the mapping leaves out.',
        zh: '请检查映射是否遗漏了优惠、费用或税额。',
      },
    ),
  ];
}

function checkPayments(body: Body, currency: OrderCurrency): Finding[] {
  const totals = objectAt(body, 'totals');
  const paid = amountAt(totals, 'paid', currency) ?? ZERO;
  const refunded = amountAt(totals, 'refunded', currency) ?? ZERO;
  const tooMuch =
    refunded.compare(paid) > 0
      ? [
          finding('order.refunded-exceeds-paid', '/totals/refunded', {
            en: 'More was refunded than paid.',
            zh: '退款金额超过已付金额。',
          }),
        ]
      : [];
  return [
    ...differs('paid', capturedOf(body, currency) ?? paid, paid),
    ...differs('refunded', refundedOf(body, currency) ?? refunded, refunded),
    ...tooMuch,
  ];
}

function checkAllocations(body: Body, currency: OrderCurrency): Finding[] {
  return itemsAt(body, 'discounts').flatMap((discount, index) => {
    if (!Array.isArray(discount['allocations'])) return [];
    const shares = sumOf(itemsAt(discount, 'allocations'), 'amount', currency);
    if (shares.equals(amountAt(discount, 'amount', currency) ?? ZERO)) return [];
    const message = {
      en: 'The shares of the lines do not add up to the discount.',
      zh: '各行分摊之和不等于优惠金额。',
    };
    return [finding('order.allocations-differ', `/discounts/${index}/allocations`, message)];
  });
}

function checkCancel(body: Body): Finding[] {
  if (textAt(body, 'status') !== 'cancelled' || objectAt(body, 'cancel')) return [];
  const message = {
    en: 'The order is cancelled, but no source says when and why.',
    zh: '订单已取消，但来源未说明时间和原因。',
  };
  return [warning('order.cancel-reason-missing', '/cancel', message)];
}
