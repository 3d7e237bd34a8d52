import { createHmac } from 'node:crypto';

/** Secret with which the shop signs its webhooks. */
export const WEBHOOK_SECRET = 'bench-webhook-secret-0123456789';

const CITIES = [
  ['浙江省', '杭州市', '西湖区'],
  ['江苏省', '苏州市', '姑苏区'],
  ['广东省', '深圳市', '南山区'],
  ['四川省', '成都市', '武侯区'],
];
const GOODS = ['龙井绿茶礼盒', '手冲咖啡壶', '不锈钢保温杯', '棉麻桌布', '香薰蜡烛', '竹制砧板', '陶瓷茶杯'];

const money = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
const padded = (number) => String(number).padStart(6, '0');

/** The shop's order number `index`: always the same order for the same index, five lines, about 1.2 kB as JSON. */
export function shopOrder(index) {
  const [province, city, district] = CITIES[index % CITIES.length];
  const lines = Array.from({ length: 5 }, (_, place) => shopLine(index, place));
  const total = lines.reduce((cents, line) => cents + line.cents, 0);
  return {
    id: `o${padded(index)}`,
    number: `SO-${padded(index)}`,
    date: '2026-11-23',
    status: index % 3 === 0 ? 'open' : 'paid',
    currency: 'CNY',
    buyer: `客户${padded(index % 2000)}`,
    receiver: `收货人${index % 997}`,
    phone: `+8613${String(800_000_000 + (index % 2000))}`,
    province,
    city,
    district,
    street: `文三路${1 + (index % 300)}号`,
    note: index % 5 === 0 ? '请尽快发货' : '工作日送达',
    total: money(total),
    updatedAt: new Date(Date.UTC(2026, 10, 23, 0, 0, 0) + index * 1000).toISOString(),
    lines: lines.map(({ cents: _cents, ...line }) => line),
  };
}

function shopLine(index, place) {
  const quantity = 1 + ((index + place) % 4);
  const price = 990 + ((index * 7 + place * 131) % 20_000);
  const cents = price * quantity;
  const net = Math.round(cents / 1.13);
  return {
    cents,
    id: String(place + 1),
    no: place + 1,
    sku: `SKU-${1000 + ((index + place * 37) % 500)}`,
    name: GOODS[(index + place) % GOODS.length],
    spec: `${100 + ((index + place) % 9) * 50}克/盒`,
    qty: String(quantity),
    price: money(price),
    taxRate: '0.13',
    net: money(net),
    tax: money(cents - net),
    gross: money(cents),
  };
}

/** A webhook as the shop sends it: whole order as body, signature over the raw bytes, id of the event. */
export function orderWebhook(index) {
  const body = Buffer.from(JSON.stringify(shopOrder(index)));
  return {
    index,
    body,
    headers: {
      'content-type': 'application/json',
      'x-signature': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')}`,
      'x-event-id': `event-${index}`,
    },
  };
}

const STATES = { open: 'B', paid: 'C' };

/** The order as the ERP wants it: what hand-written code does with it, and what must have arrived there. */
export function erpOrder(order) {
  return {
    bill_no: order.number,
    bill_date: order.date,
    bill_state: STATES[order.status],
    currency: order.currency,
    customer_name: order.buyer,
    contact: {
      name: order.receiver,
      phone: order.phone,
      province: order.province,
      city: order.city,
      district: order.district,
      address: order.street,
    },
    remark: order.note,
    total: order.total,
    entries: order.lines.map((line) => ({
      key: line.id,
      seq: line.no,
      item_code: line.sku,
      item_name: line.name,
      spec: line.spec,
      qty: line.qty,
      price: line.price,
      tax_rate: line.taxRate,
      amount: line.net,
      tax: line.tax,
      all_amount: line.gross,
    })),
  };
}

/** The index that an ERP order was made from. */
export function indexOfErpOrder(order) {
  return Number(order.bill_no.slice(3));
}
