import { finding, type Finding } from '../finding.js';
import { orderSchema } from '../schemas/order.js';
import type { Body } from './entity-definition.js';
import { textAt } from './read-body.js';
import { planFields, visitFields } from './rewrite-body.js';

const plan = planFields(orderSchema, (schema) => schema['x-type'] === 'money');

/** Every Money of an order is in the order's currency. */
export function checkCurrencies(body: Body, currency: string): Finding[] {
  const findings: Finding[] = [];
  if (!plan) return findings;
  visitFields(plan, body, '', (money, pointer) => {
    if (money === null || typeof money !== 'object' || Array.isArray(money) || textAt(money, 'currency') === currency)
      return;
    findings.push(
      finding('order.currency-differs', `${pointer}/currency`, {
        en: `Not in the order's currency ${currency}.`,
        zh: `与订单币种 ${currency} 不一致。`,
      }),
    );
  });
  return findings;
}
