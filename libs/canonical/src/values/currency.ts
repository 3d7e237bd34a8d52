import { bad, good, type Outcome } from './outcome.js';
import { comparableCode } from './text.js';

const known: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

const aliases: ReadonlyMap<string, string> = new Map([
  ['RMB', 'CNY'],
  ['CNH', 'CNY'],
  ['¥', 'CNY'],
  ['￥', 'CNY'],
  ['元', 'CNY'],
  ['人民币', 'CNY'],
  ['美元', 'USD'],
  ['港币', 'HKD'],
  ['港元', 'HKD'],
  ['欧元', 'EUR'],
  ['日元', 'JPY'],
  ['英镑', 'GBP'],
]);

/**
 * ISO 4217 code of a code in any case, or of a name in use in China (RMB, CNH, ￥, 元, 人民币 …).
 * `$` and other signs of several currencies are not guessed. Code: `currency.unknown`.
 */
export function parseCurrency(text: string): Outcome<string> {
  if (known.has(text)) return good(text);
  const code = aliases.get(text.trim()) ?? comparableCode(text);
  const currency = aliases.get(code) ?? code;
  if (known.has(currency)) return good(currency);
  return bad('currency.unknown', 'not a currency known to ISO 4217', '不是 ISO 4217 货币');
}
