import { parseCurrency } from '@isthmus/canonical';
import { optionsSchema, valueOf, wrongType, type Transform } from './transform.js';

/** Currency code or usual name (RMB, 元) ↔ ISO 4217. */
export const currency: Transform = {
  name: 'currency',
  summary: { en: 'Currency code or name (RMB, 元) ↔ ISO 4217', zh: '币种代码或名称 ↔ ISO 4217' },
  options: optionsSchema({}),
  native: ['text'],
  canonical: 'text',
  toCanonical: (value) => (typeof value === 'string' ? valueOf(parseCurrency(value)) : wrongType('a currency', '币种')),
  fromCanonical: (value) =>
    typeof value === 'string' ? valueOf(parseCurrency(value)) : wrongType('a currency', '币种'),
  cases: [
    { native: 'usd', canonical: 'USD', back: 'USD' },
    { native: '人民币', canonical: 'CNY', back: 'CNY' },
  ],
};
