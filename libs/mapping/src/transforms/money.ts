import { money as readMoney } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { checkCurrencyOut, currencyIn, currencyOptions, type CurrencyOptions } from './currency-of.js';
import { readRounded, roundingLoses, writeDecimal, writeNumberOptions, type WriteNumber } from './numbers.js';
import { optionsSchema, Refusal, valueOf, wrongType, type Transform, type TransformContext } from './transform.js';

type Options = CurrencyOptions & WriteNumber;

/** An amount in whole units ↔ Money. With two native paths the second holds the currency. */
export const money: Transform<Options> = {
  name: 'money',
  summary: {
    en: 'Amount (text or number) ↔ { amount, currency }; a second native path may hold the currency',
    zh: '金额（文本或数字）↔ { amount, currency }；第二个原生路径可为币种',
  },
  options: optionsSchema({ ...currencyOptions, ...writeNumberOptions }),
  native: ['text', 'number', 'list'],
  canonical: 'money',
  manyPaths: true,
  writes: (options) => options.as ?? 'text',
  loses: roundingLoses,
  toCanonical: (value, options, context) => {
    const [amount, beside] = amountAndCurrency(value, context);
    // A currency beside nothing is no amount: the field is empty.
    if (amount === null && context.nativeCount > 1) return null;
    if (typeof amount !== 'string' && typeof amount !== 'number') return wrongType('an amount', '金额');
    const rounded = options.round === true ? readRounded(amount, options) : amount;
    if (rounded instanceof Refusal) return rounded;
    const read = readMoney(rounded, currencyIn(beside, options, context));
    return read.ok ? { amount: read.value.amount, currency: read.value.currency } : valueOf(read);
  },
  fromCanonical: (value, options, context) => {
    const read = moneyOf(value);
    if (read instanceof Refusal) return read;
    const refused = checkCurrencyOut(read.currency, options, context);
    if (refused) return refused;
    const amount = writeDecimal(read.amount, options);
    return amount instanceof Refusal || context.nativeCount === 1 ? amount : [amount, read.currency];
  },
  cases: [
    { native: '1234.5', canonical: { amount: '1234.50', currency: 'CNY' }, back: '1234.5' },
    { native: 19.9, options: { currency: 'USD', as: 'number' }, canonical: { amount: '19.90', currency: 'USD' } },
    {
      native: '0.125',
      options: { digits: 2, round: true },
      canonical: { amount: '0.13', currency: 'CNY' },
      back: '0.13',
    },
    {
      native: '100',
      options: { currency: 'JPY', digits: 2 },
      canonical: { amount: '100', currency: 'JPY' },
      back: '100.00',
    },
  ],
};

/** With several native paths the value is a pair. */
export function amountAndCurrency(value: Json, context: TransformContext): [Json, Json] {
  if (context.nativeCount === 1 || !Array.isArray(value)) return [value, null];
  return [value[0] ?? null, value[1] ?? null];
}

/** A canonical Money, or why it is none. */
export function moneyOf(value: Json): { readonly amount: string; readonly currency: string } | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrongType('an amount with its currency', '带币种的金额');
  const { amount, currency } = value;
  if (typeof amount !== 'string' || typeof currency !== 'string')
    return wrongType('an amount with its currency', '带币种的金额');
  return { amount, currency };
}
