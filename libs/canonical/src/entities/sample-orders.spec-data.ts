import type { Body } from './entity-definition.js';

const customerId = '0199d0aa-0000-7000-8000-000000000001';
const skuId = '0199d0aa-0000-7000-8000-000000000002';

/** CNY as Money. */
export const cny = (amount: string): { amount: string; currency: string } => ({ amount, currency: 'CNY' });

/** A line with what every source states, before anything is derived. */
export function line(lineNo: number, fields: Body = {}): Body {
  return {
    lineId: `L${lineNo}`,
    lineNo,
    skuId: { id: skuId },
    itemSnapshot: { skuCode: 'TEA-01', name: 'Tea' },
    quantity: { value: '3', unit: 'H87' },
    unitPrice: cny('19.99'),
    taxRate: '0.13',
    ...fields,
  };
}

/** A web shop's order before anything is derived. */
export function order(lines: Body[], fields: Body = {}): Body {
  return {
    orderNumber: 'SO-1',
    externalNumber: '1001',
    orderType: 'sale',
    channel: { kind: 'ecommerce', code: 'shop' },
    orderDate: '2026-11-23',
    placedAt: '2026-11-23T06:30:00.000Z',
    customerId: { id: customerId },
    currency: 'CNY',
    priceIncludesTax: false,
    status: 'placed',
    paymentStatus: 'unpaid',
    fulfillmentStatus: 'unfulfilled',
    invoiceStatus: 'none',
    lines,
    ...fields,
  };
}
