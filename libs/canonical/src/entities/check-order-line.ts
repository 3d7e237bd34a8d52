import type { JsonObject } from '@isthmus/json';
import { finding, warning, type Finding } from '../finding.js';
import { Fixed } from '../values/fixed.js';
import {
  amountAt,
  decimalAt,
  netUnitPrice,
  quantityAt,
  rateTextAt,
  ZERO,
  type OrderCurrency,
} from './order-amounts.js';
import { objectAt, textAt } from './read-body.js';

// Chinese VAT: 13, 9 and 6 %, none, the levy rate of 3 %, and the transitional 5 and 1 %.
const VAT_RATES: ReadonlySet<string | undefined> = new Set(['0.13', '0.09', '0.06', '0', '0.03', '0.05', '0.01']);
const QUANTITIES = ['fulfilledQty', 'cancelledQty', 'returnedQty'] as const;

/** A line's own arithmetic. `path` is the line's JSON Pointer. */
export function checkLine(line: JsonObject, path: string, includesTax: boolean, currency: OrderCurrency): Finding[] {
  return [
    ...checkAmounts(line, path, currency),
    ...checkNet(line, path, includesTax, currency),
    ...checkQuantities(line, path),
    ...checkRate(line, path, currency),
  ];
}

function checkAmounts(line: JsonObject, path: string, currency: OrderCurrency): Finding[] {
  const [net, tax, gross] = ['netAmount', 'taxAmount', 'grossAmount'].map(
    (name) => amountAt(line, name, currency) ?? ZERO,
  );
  if (!net || !tax || !gross || net.plus(tax).equals(gross)) return [];
  return [
    finding('order.line-sum', `${path}/grossAmount`, {
      en: `Net ${net.text()} and tax ${tax.text()} do not add up to gross ${gross.text()}.`,
      zh: `不含税金额 ${net.text()} 加税额 ${tax.text()} 不等于价税合计 ${gross.text()}。`,
    }),
  ];
}

function checkNet(line: JsonObject, path: string, includesTax: boolean, currency: OrderCurrency): Finding[] {
  const price = netUnitPrice(line, decimalAt(line, 'taxRate') ?? ZERO, includesTax, currency);
  const quantity = quantityAt(line, 'quantity');
  if (!price || !quantity) return [];
  const expected = quantity.times(price).minus(amountAt(line, 'discountAmount', currency) ?? ZERO);
  const net = amountAt(line, 'netAmount', currency) ?? ZERO;
  if (net.minus(expected).abs().compare(Fixed.smallest(currency.digits)) <= 0) return [];
  const expectedText = expected.rounded(6).text();
  return [
    finding(
      'order.line-net',
      `${path}/netAmount`,
      {
        en: `Quantity, price and discount give ${expectedText}, the net amount says ${net.text()}.`,
        zh: `按数量、单价和折扣计算应为 ${expectedText}，不含税金额为 ${net.text()}。`,
      },
      {
        en: 'Check whether the price includes tax and which discounts are mapped.',
        zh: '请检查单价是否含税以及折扣映射。',
      },
    ),
  ];
}

function checkQuantities(line: JsonObject, path: string): Finding[] {
  const unit = textAt(objectAt(line, 'quantity'), 'unit');
  const quantity = quantityAt(line, 'quantity') ?? ZERO;
  const [fulfilled = ZERO, cancelled = ZERO, returned = ZERO] = QUANTITIES.map(
    (name) => quantityAt(line, name) ?? ZERO,
  );
  const findings = QUANTITIES.filter((name) => (textAt(objectAt(line, name), 'unit') ?? unit) !== unit).map((name) =>
    finding('order.line-units-differ', `${path}/${name}/unit`, {
      en: "Not in the unit of the line's quantity.",
      zh: '单位与行数量单位不一致。',
    }),
  );
  if (findings.length > 0) return findings;
  if (quantity.compare(ZERO) <= 0) {
    findings.push(
      finding('order.line-quantity', `${path}/quantity`, {
        en: 'A quantity is more than zero; goods that come back are an order of the type return.',
        zh: '数量必须大于零；退货请使用退货类型订单。',
      }),
    );
  }
  if (fulfilled.compare(ZERO) < 0 || cancelled.compare(ZERO) < 0 || fulfilled.plus(cancelled).compare(quantity) > 0) {
    findings.push(
      finding('order.line-over-fulfilled', `${path}/fulfilledQty`, {
        en: 'More is fulfilled and cancelled than was ordered.',
        zh: '已出库与已取消数量之和超过订购数量。',
      }),
    );
  }
  if (returned.compare(ZERO) < 0 || returned.compare(fulfilled) > 0) {
    findings.push(
      finding('order.line-over-returned', `${path}/returnedQty`, {
        en: 'More came back than was handed over.',
        zh: '退货数量超过出库数量。',
      }),
    );
  }
  return findings;
}

function checkRate(line: JsonObject, path: string, currency: OrderCurrency): Finding[] {
  if (currency.code !== 'CNY' || VAT_RATES.has(rateTextAt(line, 'taxRate'))) return [];
  return [
    warning('order.unusual-vat-rate', `${path}/taxRate`, {
      en: 'Not one of the Chinese VAT rates.',
      zh: '不是常用的增值税税率。',
    }),
  ];
}
