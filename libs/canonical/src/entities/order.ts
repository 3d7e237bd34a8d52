import { orderSchema } from '../schemas/order.js';
import { comparableCode } from '../values/text.js';
import { checkOrder } from './check-order.js';
import { deriveOrder } from './derive-order.js';
import { defineEntity, type Body, type MatchKey } from './entity-definition.js';
import { objectAt, textAt } from './read-body.js';

/** Sales order, sale, return or exchange. */
export const order = defineEntity({
  name: 'order',
  schema: orderSchema,
  derive: deriveOrder,
  check: checkOrder,
  matchKeys,
});

/** Two shops may both have an order #1001, so an order number counts within its system, an external one within its channel. */
function matchKeys(body: Body): MatchKey[] {
  const external = textAt(body, 'externalNumber');
  const channel = textAt(objectAt(body, 'channel'), 'code');
  const number = textAt(body, 'orderNumber');
  return [
    ...(external && channel
      ? [
          {
            kind: 'externalNumber',
            value: `${comparableCode(channel)}|${comparableCode(external)}`,
            strength: 'strong',
            scope: 'hub',
          } as const,
        ]
      : []),
    ...(number
      ? [{ kind: 'orderNumber', value: comparableCode(number), strength: 'strong', scope: 'system' } as const]
      : []),
  ];
}
