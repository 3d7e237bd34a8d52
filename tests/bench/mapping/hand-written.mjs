/**
 * What a careful developer writes by hand for this one order, without a mapping language: reads and checks each value as it is copied.
 *
 * As strict as the hub where it matters: amounts are decimal texts and never floats, at most 15 + 6 digits, padded to fen; days exist;
 * unknown codes are refused; text is NFC without stray blanks; NUL and half characters are refused; numbers are parsed by
 * libphonenumber-js and remembered. What the developer may know and a mapping may not: the zone is Shanghai, which has had one offset
 * since 1991; the currency has two digits; both sides' field names are written in the code. Faults are collected with their path.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

const AMOUNT = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;
const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const LOCAL = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/;
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;
const SHANGHAI_MS = 8 * 3_600_000;
const SOURCES = { 1: 'pos', 2: 'ecommerce' };
const STATES = { A: 'placed', B: 'confirmed', C: 'completed' };
const PAYMENTS = { N: 'unpaid', P: 'paid' };
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const phones = new Map();

/** `{ body }`, or `{ faults }` with the path and reason of each. */
export function mapOrderByHand(row) {
  const faults = [];
  const ship = objectOf(row.ship, 'ship', faults);
  const sums = objectOf(row.sums, 'sums', faults);
  const body = {
    orderType: 'sale',
    channel: { code: 'shop', kind: wordOf(row.source, SOURCES, 'source', faults) },
    fulfillmentStatus: 'unfulfilled',
    invoiceStatus: 'none',
    orderNumber: textOf(row.number, 200, 'number', faults),
    orderDate: dayOf(row.date, 'date', faults),
    placedAt: instantOf(row.created, 'created', faults),
    customerId: { native: { stream: 'customers', id: textOf(row.customer_id, 500, 'customer_id', faults) } },
    customerSnapshot: { name: textOf(row.customer_name, 500, 'customer_name', faults) },
    currency: currencyOf(row.currency, faults),
    priceIncludesTax: flagOf(row.taxed, 'taxed', faults),
    status: wordOf(row.state, STATES, 'state', faults),
    paymentStatus: wordOf(row.payment, PAYMENTS, 'payment', faults),
    shipTo: {
      recipient: textOf(ship.name, 500, 'ship.name', faults),
      phone: phoneOf(ship.phone, faults),
      address: {
        lines: linesOf(ship.street, faults),
        city: textOf(ship.city, 500, 'ship.city', faults),
        country: countryOf(ship.country, faults),
      },
    },
    totals: {
      itemsGross: moneyOf(sums.goods, 'sums.goods', faults),
      discount: moneyOf(sums.discount, 'sums.discount', faults),
      charges: moneyOf(sums.charges, 'sums.charges', faults),
      net: moneyOf(sums.net, 'sums.net', faults),
      tax: moneyOf(sums.tax, 'sums.tax', faults),
      rounding: moneyOf(sums.rounding, 'sums.rounding', faults),
      grand: moneyOf(sums.total, 'sums.total', faults),
      paid: moneyOf(sums.paid, 'sums.paid', faults),
      refunded: moneyOf(sums.refunded, 'sums.refunded', faults),
      due: moneyOf(sums.due, 'sums.due', faults),
    },
    taxes: listOf(row.taxes, 'taxes', faults).map((tax, index) => taxOf(tax, `taxes.${index}`, faults)),
    lines: itemsOf(row.items, faults),
  };
  if (row.remark !== null && row.remark !== undefined && row.remark !== '') body.note = noteOf(row.remark, faults);
  return faults.length > 0 ? { faults } : { body };
}

function taxOf(tax, path, faults) {
  return {
    rate: rateOf(tax.percent, `${path}.percent`, faults),
    taxableAmount: moneyOf(tax.base, `${path}.base`, faults),
    taxAmount: moneyOf(tax.tax, `${path}.tax`, faults),
  };
}

function itemsOf(items, faults) {
  const seen = new Set();
  const lines = listOf(items, 'items', faults).map((item, index) => {
    const path = `items.${index}`;
    if (seen.has(item.id)) faults.push({ path: `${path}.id`, reason: 'twice' });
    seen.add(item.id);
    return lineOf(item, path, faults);
  });
  if (lines.length === 0) faults.push({ path: 'items', reason: 'empty' });
  return lines;
}

function lineOf(item, path, faults) {
  return {
    lineId: textOf(item.id, 200, `${path}.id`, faults),
    lineNo: wholeOf(item.seq, `${path}.seq`, faults),
    skuId: { native: { stream: 'products', id: textOf(item.sku_id, 500, `${path}.sku_id`, faults) } },
    itemSnapshot: {
      skuCode: textOf(item.sku, 200, `${path}.sku`, faults).replaceAll(' ', '').toUpperCase(),
      name: textOf(item.name, 500, `${path}.name`, faults),
    },
    quantity: { value: decimalOf(item.qty, `${path}.qty`, faults), unit: 'C62' },
    unitPrice: moneyOf(item.price, `${path}.price`, faults),
    taxRate: rateOf(item.cess, `${path}.cess`, faults),
    taxAmount: moneyOf(item.tax, `${path}.tax`, faults),
    netAmount: moneyOf(item.net, `${path}.net`, faults),
    grossAmount: moneyOf(item.gross, `${path}.gross`, faults),
  };
}

function fault(faults, path, reason) {
  faults.push({ path, reason });
  return '';
}

function objectOf(value, path, faults) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  fault(faults, path, 'not an object');
  return {};
}

function listOf(value, path, faults) {
  if (Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null)) return value;
  fault(faults, path, 'not a list of objects');
  return [];
}

function textOf(value, most, path, faults) {
  if (typeof value !== 'string') return fault(faults, path, 'not a text');
  if (value.includes('\0') || !value.isWellFormed()) return fault(faults, path, 'broken text');
  const clean = CLEAN.test(value) ? value : value.normalize('NFC').replace(/\s+/g, ' ').trim();
  return clean.length > 0 && clean.length <= most ? clean : fault(faults, path, 'empty or too long');
}

function noteOf(value, faults) {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed())
    return fault(faults, 'remark', 'broken text');
  return value
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .trim()
    .slice(0, 2000);
}

function linesOf(value, faults) {
  if (typeof value !== 'string') return [fault(faults, 'ship.street', 'not a text')];
  return value
    .split(/\r\n?|\n/)
    .filter((line) => line !== '')
    .map((line) => textOf(line, 500, 'ship.street', faults));
}

function wordOf(value, table, path, faults) {
  return Object.hasOwn(table, value) ? table[value] : fault(faults, path, 'unknown code');
}

function flagOf(value, path, faults) {
  if (value === '1') return true;
  return value === '0' ? false : fault(faults, path, 'unknown code');
}

function currencyOf(value, faults) {
  return CURRENCIES.has(value) ? value : fault(faults, 'currency', 'unknown currency');
}

function countryOf(value, faults) {
  return typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? value : fault(faults, 'ship.country', 'unknown');
}

function wholeOf(value, path, faults) {
  return Number.isSafeInteger(value) && value >= 1 ? value : fault(faults, path, 'not a whole number');
}

function decimalOf(value, path, faults) {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !AMOUNT.test(text)) return fault(faults, path, 'not a decimal');
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function moneyOf(value, path, faults) {
  const text = decimalOf(value, path, faults);
  const point = text.indexOf('.');
  const places = point < 0 ? 0 : text.length - point - 1;
  if (places >= 2) return { amount: text, currency: 'CNY' };
  return { amount: places === 1 ? `${text}0` : `${text}.00`, currency: 'CNY' };
}

/** `13` percent is `0.13`: the point moves in the text, no float is made. */
function rateOf(value, path, faults) {
  const text = decimalOf(value, path, faults);
  if (text === '' || text === '0' || text.startsWith('-')) return text;
  const [whole, fraction = ''] = text.split('.');
  const padded = whole.padStart(3, '0');
  const digits = `${padded.slice(0, -2)}.${padded.slice(-2)}${fraction}`.replace(/\.?0+$/, '');
  return digits.replace(/^0+(?=\d)/, '');
}

function dayOf(value, path, faults) {
  const parts = typeof value === 'string' ? DAY.exec(value) : null;
  if (!parts) return fault(faults, path, 'not a date');
  const day = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])));
  return day.getUTCDate() === Number(parts[3]) && day.getUTCMonth() === Number(parts[2]) - 1
    ? value
    : fault(faults, path, 'no such day');
}

function instantOf(value, path, faults) {
  const parts = typeof value === 'string' ? LOCAL.exec(value) : null;
  if (!parts || dayOf(parts[1], path, faults) === '') return fault(faults, path, 'not a time');
  const millis = Date.parse(`${parts[1]}T${parts[2]}Z`);
  return Number.isNaN(millis) ? fault(faults, path, 'not a time') : new Date(millis - SHANGHAI_MS).toISOString();
}

function phoneOf(value, faults) {
  if (typeof value !== 'string') return fault(faults, 'ship.phone', 'not a text');
  let number = phones.get(value);
  if (number === undefined) {
    number = parsePhoneNumberFromString(value, 'CN')?.number ?? textOf(value, 50, 'ship.phone', faults);
    if (phones.size >= 5000) phones.clear();
    phones.set(value, number);
  }
  return number;
}
