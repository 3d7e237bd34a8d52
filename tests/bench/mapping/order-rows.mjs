/**
 * Orders as an ERP tells them: amounts as text, some with fewer digits than the currency has, local times, codes, Chinese names.
 * No two are alike, so that nobody gains from remembering whole rows.
 */
export function orderRow(index) {
  const items = Array.from({ length: 5 }, (_, line) => itemOf(index, line));
  const net = sum(items.map((item) => item.net));
  const tax = sum(items.map((item) => item.tax));
  return {
    number: `XSDD${20_260_000 + index}`,
    source: '2',
    date: `2026-11-${two(1 + (index % 28))}`,
    created: `2026-11-${two(1 + (index % 28))} ${two(8 + (index % 12))}:${two(index % 60)}:05`,
    customer_id: String(70_000 + (index % 900)),
    customer_name: index % 2 === 0 ? '王小明' : 'Anna Berg',
    currency: 'CNY',
    taxed: '0',
    state: index % 3 === 0 ? 'A' : 'B',
    payment: 'N',
    remark: index % 4 === 0 ? '尽快发货\n周五前' : null,
    ship: {
      name: '王小明',
      phone: `138 0013 ${8000 + (index % 900)}`,
      street: `南京西路 ${1 + (index % 200)} 号\n三楼`,
      city: '上海',
      country: 'CN',
    },
    sums: {
      goods: plain(net),
      discount: '0',
      charges: '0',
      net: plain(net),
      tax: plain(tax),
      rounding: '0.00',
      total: plain(net + tax),
      paid: '0',
      refunded: '0',
      due: plain(net + tax),
    },
    taxes: [{ percent: '13', base: plain(net), tax: plain(tax) }],
    items: items.map(({ net: netFen, tax: taxFen, price, ...item }) => ({
      ...item,
      price: plain(price),
      net: plain(netFen),
      tax: plain(taxFen),
      gross: plain(netFen + taxFen),
    })),
  };
}

function itemOf(index, line) {
  const price = 1_000 + ((index * 37 + line * 211) % 9_000) * 10;
  const quantity = 1 + ((index + line) % 9);
  const net = price * quantity;
  return {
    id: `${index}-${line}`,
    seq: line + 1,
    sku_id: `p${(index + line) % 500}`,
    sku: `SKU-${(index + line) % 500}`,
    name: line % 2 === 0 ? '龙井茶 250g' : 'Green tea',
    qty: String(quantity),
    price,
    cess: '13',
    net,
    tax: Math.round(net * 0.13),
  };
}

const sum = (amounts) => amounts.reduce((total, amount) => total + amount, 0);
const two = (number) => String(number).padStart(2, '0');

/** Fen as yuan with no more digits than needed, as ERPs write them: 1230 fen are `12.3`. */
function plain(fen) {
  return String(fen / 100);
}
