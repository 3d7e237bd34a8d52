import { formatDecimal, multiply, parseDecimal } from '../store/decimal.js';
import { pick, seededRandom, type Random } from '../store/random.js';
import { PRODUCTS } from './catalogue.js';
import { CUSTOMERS } from './people.js';

const FAMILY = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹'];
const GIVEN = [
  '伟',
  '芳',
  '娜',
  '敏',
  '静',
  '强',
  '磊',
  '洋',
  '艳',
  '勇',
  '军',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '秀英',
  '建华',
  '志远',
  '雨桐',
  '思源',
  '浩然',
];
const TRADES = ['科技', '贸易', '食品', '文具', '电子', '家居', '茶业', '服饰'];

/** One generated customer; the same index and seed give the same one, in every system. */
export function plausibleCustomer(index: number, seed: number) {
  const random = seededRandom(seed * 1_000_003 + index);
  const place = pick(random, CUSTOMERS);
  const family = pick(random, FAMILY);
  const given = pick(random, GIVEN);
  return {
    family,
    given,
    name: family + given,
    company: `${place.city.replace('市', '')}${pick(random, GIVEN)}${pick(random, TRADES)}有限公司`,
    email: `c${seed}.${index}@example.com`,
    phone: `1${pick(random, ['38', '39', '58', '86', '77'])}${String(index % 100_000_000).padStart(8, '0')}`,
    state: place.province,
    city: place.city,
    address: `${place.district}${pick(random, ['人民路', '解放路', '中山路', '建设路'])}${1 + Math.floor(random() * 300)}号`,
  };
}

/** One generated product. */
export function plausibleProduct(index: number, seed: number) {
  const random = seededRandom(seed * 2_000_003 + index);
  const base = pick(random, PRODUCTS);
  return {
    sku: `G${seed}-${String(index).padStart(6, '0')}`,
    name: `${base.name} ${index}`,
    price: `${1 + Math.floor(random() * 900)}.${pick(random, ['00', '50', '90'])}`,
    unit: base.unit,
    taxRate: base.taxRate,
  };
}

/** Properties of a generated CRM record. */
export function plausibleCrmRow(type: string, index: number, seed: number): Record<string, string> {
  if (type === 'products' || type === 'line_items') {
    const { sku, name, price } = plausibleProduct(index, seed);
    return { name, price, hs_sku: sku, ...(type === 'line_items' ? { quantity: '1' } : {}) };
  }
  if (type === 'orders')
    return { hs_order_name: `GEN-${seed}-${index}`, hs_currency_code: 'CNY', hs_total_price: '100.00' };
  const customer = plausibleCustomer(index, seed);
  const { phone, state, city, address } = customer;
  const shared = { phone, state, city, address, country: 'China' };
  if (type === 'companies') return { ...shared, name: customer.company, domain: `g${seed}-${index}.example` };
  return { ...shared, lastname: customer.family, firstname: customer.given, email: customer.email };
}

/** A save of a generated ERP customer. */
export function plausibleErpCustomer(index: number, seed: number) {
  const { name, state, city, address, phone, email } = plausibleCustomer(index, seed);
  const contact = { contact_person: name, mobile: phone, email, is_default_linkman: true };
  return { number: `G${seed}-${index}`, name, addr: state + city + address, contact_persons: [contact] };
}

/** A save of a generated ERP product, without its unit. */
export function plausibleErpMaterial(index: number, seed: number) {
  const { sku, name, taxRate, price } = plausibleProduct(index, seed);
  return { number: sku, name, tax_rate: taxRate, price_entity: [{ price_retail_price: price }] };
}

/** A generated document of the plain JSON API, by collection name: orders have lines and totals, everything else looks like a customer. */
export function plausibleDocument(collection: string, index: number, seed: number): Record<string, unknown> {
  const customer = plausibleCustomer(index, seed);
  const externalId = `${collection}-${seed}-${index}`;
  if (collection.startsWith('product')) return { externalId, ...plausibleProduct(index, seed) };
  if (!collection.startsWith('order')) {
    const { name, email, phone, state, city, address } = customer;
    return { externalId, name, email, phone, address: { country: 'CN', state, city, line: address } };
  }
  const random = seededRandom(seed * 3_000_017 + index);
  const lines = Array.from({ length: 1 + Math.floor(random() * 4) }, (_unused, line) => orderLine(random, line + 1));
  const total = lines.reduce((sum, line) => sum + (parseDecimal(line.amount) ?? 0n), 0n);
  const day = 1 + Math.floor(random() * 28);
  return {
    externalId,
    orderNumber: `W${seed}${String(index).padStart(8, '0')}`,
    placedAt: `2026-10-${String(day).padStart(2, '0')}T08:30:00.000Z`,
    currency: 'CNY',
    status: 'paid',
    customer: { name: customer.name, email: customer.email, phone: customer.phone },
    shippingAddress: { country: 'CN', state: customer.state, city: customer.city, line: customer.address },
    lines,
    total: formatDecimal(total, 2),
  };
}

function orderLine(random: Random, line: number) {
  const product = pick(random, PRODUCTS);
  const quantity = String(1 + Math.floor(random() * 5));
  const amount = formatDecimal(multiply(parseDecimal(product.price) ?? 0n, parseDecimal(quantity) ?? 0n), 2);
  return { line, sku: product.sku, name: product.name, quantity, unitPrice: product.price, amount };
}
