/**
 * Measures one core: `node libs/mapping/scripts/bench.mjs`. An order with a header and five lines, about 40 rules.
 * Prints microseconds of processor time per record for both directions; nothing is asserted.
 */
import './load-typescript.mjs';

const { loadMapping } = await import('../src/index.ts');

const text = `
mapping: 1
stream: orders
entity: order
title: { en: Orders, zh: 订单 }
lookups: { states: { A: placed, B: confirmed, C: completed }, kinds: { '1': pos, '2': ecommerce } }
rules:
  - { canonical: orderType, constant: sale }
  - { canonical: priceIncludesTax, native: taxed, transform: { boolean: { yes: '1', no: '0' } } }
  - { canonical: orderNumber, native: number, transform: code }
  - { canonical: externalNumber, native: ext }
  - { canonical: channel.kind, native: source, transform: { enum: { table: kinds } } }
  - { canonical: channel.code, native: shop }
  - { canonical: orderDate, native: date, transform: date }
  - { canonical: placedAt, native: created, transform: { instant: { format: local } } }
  - { canonical: customerId, native: customer_id, reference: { entity: customer, stream: customers } }
  - { canonical: customerSnapshot.name, native: customer_name }
  - { canonical: customerSnapshot.phone, native: customer_phone, transform: phone }
  - { canonical: currency, native: currency, transform: currency }
  - { canonical: status, native: state, transform: { enum: { table: states } } }
  - { canonical: paymentStatus, constant: unpaid }
  - { canonical: fulfillmentStatus, constant: unfulfilled }
  - { canonical: invoiceStatus, constant: none }
  - { canonical: shipTo.recipient, native: ship.name }
  - { canonical: shipTo.phone, native: ship.phone, transform: phone }
  - { canonical: shipTo.address.lines, native: ship.street, transform: address-lines }
  - { canonical: shipTo.address.city, native: ship.city }
  - { canonical: shipTo.address.country, native: ship.country, transform: country }
  - { canonical: totals.grand, native: total, transform: { money: { currencyFrom: { native: currency, canonical: currency } } } }
  - { canonical: totals.tax, native: tax, transform: { money: { currencyFrom: { native: currency, canonical: currency } } } }
  - { canonical: note, native: remark }
  - { canonical: tags, native: labels, transform: { keyed-texts: { field: name, separator: ',' } } }
  - canonical: lines
    native: items
    list: { key: { canonical: lineId, native: id } }
    rules:
      - { canonical: lineNo, native: seq, transform: integer }
      - { canonical: skuId, native: sku_id, reference: { entity: product, stream: products } }
      - { canonical: itemSnapshot.skuCode, native: sku, transform: code }
      - { canonical: itemSnapshot.name, native: name }
      - { canonical: itemSnapshot.spec, native: spec }
      - { canonical: quantity, native: qty, transform: { quantity: { unit: C62 } } }
      - { canonical: unitPrice, native: price, transform: { money: { currencyFrom: { native: currency, canonical: currency } } } }
      - { canonical: taxRate, native: cess, transform: percent-rate }
      - { canonical: taxAmount, native: tax_amount, transform: { money: { currencyFrom: { native: currency, canonical: currency } } } }
      - { canonical: netAmount, native: amount, transform: { money: { currencyFrom: { native: currency, canonical: currency } } } }
      - { canonical: grossAmount, native: all_amount, transform: { money: { currencyFrom: { native: currency, canonical: currency } } } }
      - { canonical: isGift, native: gift, transform: { boolean: { yes: '1', no: '0' } } }
      - { canonical: deliveryDate, native: delivery, transform: date }
      - { canonical: note, native: remark }
`;

const environment = { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} };
const { compiled, findings } = loadMapping({ file: 'bench.yaml', id: 'bench/orders', text });
if (!compiled) throw new Error(JSON.stringify(findings, null, 1));

const rows = Array.from({ length: 1000 }, (_, n) => ({
  number: `XSDD${20260000 + n}`,
  ext: `e-${n}`,
  taxed: '1',
  source: '2',
  shop: 'shop-1',
  date: '2026-11-23',
  created: `2026-11-${String(1 + (n % 28)).padStart(2, '0')} 14:${String(n % 60).padStart(2, '0')}:05`,
  customer_id: String(n),
  customer_name: '王小明',
  customer_phone: `1380013${String(8000 + (n % 500))}`,
  currency: 'CNY',
  state: 'B',
  total: '1234.5',
  tax: '142.02',
  remark: '尽快发货',
  labels: 'vip,b2b',
  ship: {
    name: '王小明',
    phone: `1380013${String(8000 + (n % 500))}`,
    street: '南京西路 100 号',
    city: '上海',
    country: 'CN',
  },
  items: Array.from({ length: 5 }, (__, line) => ({
    id: `${n}-${line}`,
    seq: line + 1,
    sku_id: `p${line}`,
    sku: `SKU-${line}`,
    name: '龙井茶',
    spec: '250g',
    qty: '2',
    price: '123.45',
    cess: '13',
    tax_amount: '28.40',
    amount: '218.50',
    all_amount: '246.90',
    gift: '0',
    delivery: '2026-11-30',
    remark: null,
  })),
}));

function measure(name, run) {
  const rounds = [];
  for (let round = 0; round < 12; round += 1) {
    const start = process.cpuUsage();
    for (const row of rows) run(row);
    const { user, system } = process.cpuUsage(start);
    rounds.push((user + system) / rows.length);
  }
  rounds.sort((a, b) => a - b);
  console.log(`${name}: ${rounds[0].toFixed(1)} µs best, ${rounds[6].toFixed(1)} µs median of ${rounds.length} rounds`);
}

const bodies = rows.map((row) => {
  const result = compiled.toCanonical(row, environment);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.body;
});
const bad = compiled.toNative(bodies[0], environment, () => undefined);
if (!bad.ok) throw new Error(JSON.stringify(bad.issues));

measure('toCanonical', (row) => compiled.toCanonical(row, environment));
let next = 0;
measure('toNative', () => compiled.toNative(bodies[(next += 1) % bodies.length], environment, () => undefined));
const loads = process.hrtime.bigint();
for (let n = 0; n < 20; n += 1) loadMapping({ file: 'bench.yaml', id: 'bench/orders', text });
console.log(`load, check and compile: ${(Number(process.hrtime.bigint() - loads) / 20 / 1e6).toFixed(1)} ms`);
