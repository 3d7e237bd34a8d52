import {
  money as readMoney,
  moneyFromMinorUnits,
  moneyToMinorUnits,
  parseDecimal,
  shiftPoint,
} from '@isthmus/canonical';
import { checkCurrencyOut, currencyIn, currencyOptions, type CurrencyOptions } from './currency-of.js';
import { amountAndCurrency, moneyOf } from './money.js';
import { asNumber } from './numbers.js';
import { optionsSchema, refuse, Refusal, valueOf, wrongType, type Transform } from './transform.js';

interface Options extends CurrencyOptions {
  readonly digits?: number;
  readonly as?: 'text' | 'number';
}

/** Money kept as whole fen or cents: 1999 ↔ 19.99. */
export const minorUnits: Transform<Options> = {
  name: 'minor-units',
  summary: {
    en: 'Whole fen or cents ↔ { amount, currency }; digits follow the currency',
    zh: '以分为单位的整数 ↔ { amount, currency }；小数位随币种',
  },
  options: optionsSchema({
    ...currencyOptions,
    digits: {
      type: 'integer',
      minimum: 0,
      maximum: 4,
      description: 'Digits of the smallest unit (default: the currency’s)',
    },
    as: { enum: ['text', 'number'], description: 'JSON type on the native side (default number)' },
  }),
  native: ['number', 'text', 'list'],
  canonical: 'money',
  manyPaths: true,
  writes: (options) => options.as ?? 'number',
  toCanonical: (value, options, context) => {
    const [units, beside] = amountAndCurrency(value, context);
    if (units === null && context.nativeCount > 1) return null;
    if (typeof units !== 'string' && typeof units !== 'number')
      return wrongType('a whole number of smallest units', '最小货币单位的整数');
    const currency = currencyIn(beside, options, context);
    const read =
      options.digits === undefined ? moneyFromMinorUnits(units, currency) : shifted(units, options.digits, currency);
    if (read instanceof Refusal) return read;
    return read.ok
      ? { amount: read.value.amount, currency: read.value.currency }
      : new Refusal(read.code, read.message);
  },
  fromCanonical: (value, options, context) => {
    const money = moneyOf(value);
    if (money instanceof Refusal) return money;
    const refused = checkCurrencyOut(money.currency, options, context);
    if (refused) return refused;
    const units =
      options.digits === undefined ? valueOf(moneyToMinorUnits(money)) : unitsOf(money.amount, options.digits);
    if (typeof units !== 'string') return units;
    const written = options.as === 'text' ? units : asNumber(units);
    return written instanceof Refusal || context.nativeCount === 1 ? written : [written, money.currency];
  },
  cases: [
    { native: 1999, canonical: { amount: '19.99', currency: 'CNY' } },
    { native: 500, options: { currency: 'JPY' }, canonical: { amount: '500', currency: 'JPY' } },
    { native: '1999', options: { as: 'text' }, canonical: { amount: '19.99', currency: 'CNY' } },
    { native: -5, canonical: { amount: '-0.05', currency: 'CNY' } },
  ],
};

function shifted(units: string | number, digits: number, currency: string): ReturnType<typeof readMoney> | Refusal {
  const whole = parseDecimal(units);
  if (!whole.ok) return valueOf(whole) as Refusal;
  if (whole.value.includes('.'))
    return refuse('money.fraction', 'smallest units are whole numbers', '最小货币单位必须是整数');
  return readMoney(shiftPoint(whole.value, -digits), currency);
}

function unitsOf(amount: string, digits: number): string | Refusal {
  const decimal = parseDecimal(amount);
  if (!decimal.ok) return valueOf(decimal);
  const units = shiftPoint(decimal.value, digits);
  return units.includes('.')
    ? refuse('money.fraction', 'the amount is finer than the smallest unit', '金额小于最小货币单位')
    : units;
}
