import { fulfillmentStatuses, invoiceStatuses, orderStatuses, paymentStatuses } from '../schemas/order-statuses.js';

export { fulfillmentStatuses, invoiceStatuses, orderStatuses, paymentStatuses };

/** State of an order. */
export type OrderStatus = (typeof orderStatuses)[number];
/** How far an order is paid. */
export type PaymentStatus = (typeof paymentStatuses)[number];
/** How far an order is handed over. */
export type FulfillmentStatus = (typeof fulfillmentStatuses)[number];
/** How far an order is invoiced. */
export type InvoiceStatus = (typeof invoiceStatuses)[number];

/** The states that follow directly on each state. */
export const orderTransitions: { readonly [status in OrderStatus]: readonly OrderStatus[] } = {
  draft: ['placed', 'cancelled'],
  placed: ['confirmed', 'cancelled'],
  confirmed: ['partiallyFulfilled', 'fulfilled', 'cancelled'],
  partiallyFulfilled: ['fulfilled', 'completed'],
  fulfilled: ['completed', 'returned'],
  completed: ['returned'],
  cancelled: [],
  returned: [],
};

/** True when `to` lies ahead of `from` (states may be skipped) or is the same; back only by an explicit event of the source. */
export function mayMoveOrder(from: OrderStatus, to: OrderStatus): boolean {
  return from === to || orderTransitions[from].some((next) => mayMoveOrder(next, to));
}
