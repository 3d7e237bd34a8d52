import { createHmac } from 'node:crypto';

/** Secret with which the shop of the fault tests signs its webhooks. */
export const SHOP_SECRET = 'fault-shop-secret-0123456789';

/** One event of the shop: an order, by its number, as it stands at one revision of it. */
export interface ShopEvent {
  readonly order: number;
  readonly revision: number;
}

/** A webhook ready to be sent. */
export interface ShopWebhook {
  readonly event: ShopEvent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** The events of so many new orders. */
export function newOrders(count: number, first = 0): ShopEvent[] {
  return Array.from({ length: count }, (_, index) => ({ order: first + index, revision: 1 }));
}

/** The order as the shop tells it: always the same for the same event. */
export function shopOrder({ order, revision }: ShopEvent): object {
  const lines = linesOf(order, revision);
  return {
    id: `o${order}`,
    number: numberOf(order),
    date: '2026-11-23',
    currency: 'CNY',
    buyer: `客户${order % 97}`,
    note: `修订 ${revision}`,
    total: money(lines.reduce((cents, line) => cents + line.cents, 0)),
    updatedAt: new Date(Date.UTC(2026, 10, 23) + order * 1_000 + revision).toISOString(),
    lines: lines.map(({ cents: _cents, ...line }) => line),
  };
}

/** What the ERP must hold in the end: the same, in its own words. */
export function erpOrder(event: ShopEvent): Record<string, unknown> {
  const lines = linesOf(event.order, event.revision);
  return {
    bill_no: numberOf(event.order),
    bill_date: '2026-11-23',
    customer_name: `客户${event.order % 97}`,
    currency: 'CNY',
    remark: `修订 ${event.revision}`,
    total: plain(money(lines.reduce((cents, line) => cents + line.cents, 0))),
    entries: lines.map((line) => ({
      key: line.id,
      seq: line.no,
      item_code: line.sku,
      item_name: line.name,
      qty: line.qty,
      price: plain(line.price),
      tax_rate: line.taxRate,
      amount: plain(line.net),
      tax: plain(line.tax),
      all_amount: plain(line.gross),
    })),
  };
}

/** Signed over its raw bytes, with the id of the event. */
export function shopWebhook(event: ShopEvent): ShopWebhook {
  const body = Buffer.from(JSON.stringify(shopOrder(event)));
  const headers = {
    'content-type': 'application/json',
    'x-event-id': `event-${event.order}-${event.revision}`,
    'x-signature': `sha256=${createHmac('sha256', SHOP_SECRET).update(body).digest('hex')}`,
  };
  return { event, headers, body };
}

/** Number of the order that a document of the ERP stands for; NaN for one that no shop order explains. */
export function orderOf(document: { readonly bill_no?: unknown }): number {
  return Number(/^SO-(\d+)$/.exec(String(document.bill_no))?.[1] ?? Number.NaN);
}

function numberOf(order: number): string {
  return `SO-${String(order).padStart(6, '0')}`;
}

function linesOf(order: number, revision: number) {
  return [0, 1].map((place) => {
    const quantity = 1 + ((order + place + revision) % 4);
    const price = 990 + ((order * 7 + place * 131) % 20_000);
    const cents = quantity * price;
    const net = Math.round(cents / 1.13);
    return {
      cents,
      id: String(place + 1),
      no: place + 1,
      sku: `SKU-${1_000 + ((order + place * 37) % 500)}`,
      name: `龙井绿茶礼盒${place + 1}`,
      qty: String(quantity),
      price: money(price),
      taxRate: '0.13',
      net: money(net),
      tax: money(cents - net),
      gross: money(cents),
    };
  });
}

function money(cents: number): string {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}

/** As the hub writes amounts: without zeros that say nothing. */
function plain(amount: string): string {
  return amount.replace(/\.?0+$/, '');
}
