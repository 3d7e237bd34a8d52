/** States of an order. */
export const orderStatuses = [
  'draft',
  'placed',
  'confirmed',
  'partiallyFulfilled',
  'fulfilled',
  'completed',
  'cancelled',
  'returned',
] as const;

/** How far an order is paid. */
export const paymentStatuses = [
  'unpaid',
  'authorized',
  'partiallyPaid',
  'paid',
  'partiallyRefunded',
  'refunded',
  'voided',
  'expired',
] as const;

/** How far an order is handed over. */
export const fulfillmentStatuses = ['unfulfilled', 'partial', 'fulfilled', 'delivered', 'returned'] as const;

/** How far an order is invoiced. */
export const invoiceStatuses = ['none', 'partial', 'invoiced'] as const;
