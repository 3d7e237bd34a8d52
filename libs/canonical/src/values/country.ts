import { bad, good, type Outcome } from './outcome.js';
import { cleanText, comparableCode } from './text.js';

const extraNames: readonly (readonly [string, string])[] = [
  ['中国大陆', 'CN'],
  ['中华人民共和国', 'CN'],
  ['PRC', 'CN'],
  ['MAINLAND CHINA', 'CN'],
  ['香港', 'HK'],
  ['澳门', 'MO'],
  ['台湾', 'TW'],
  ['USA', 'US'],
  ['UK', 'GB'],
];

let codesByName: ReadonlyMap<string, string> | undefined;

function names(): ReadonlyMap<string, string> {
  codesByName ??= buildNames();
  return codesByName;
}

/** Every alpha-2 code that ICU has a name for; codes that are not countries (EU, UN, ZZ …) are left out. */
function buildNames(): Map<string, string> {
  const found = new Map<string, string>();
  const displays = ['en', 'zh-CN'].map(
    (locale) => new Intl.DisplayNames([locale], { type: 'region', fallback: 'none' }),
  );
  const notCountries = new Set(['EU', 'EZ', 'UN', 'ZZ', 'XA', 'XB', 'QO']);
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const code of letters.flatMap((a) => letters.map((b) => a + b))) {
    // Old codes (DD, SU …) are canonicalised away by Intl.Locale; only codes that stand for themselves count.
    if (notCountries.has(code) || new Intl.Locale(`und-${code}`).region !== code) continue;
    for (const display of displays) {
      const name = display.of(code);
      if (name === undefined) continue;
      found.set(code, code);
      found.set(name.toUpperCase(), code);
    }
  }
  for (const [name, code] of extraNames) found.set(name, code);
  return found;
}

/** ISO 3166-1 alpha-2 code of a code, or of a country's English or Chinese name (中国 → CN). Code: `country.unknown`. */
export function parseCountry(text: string): Outcome<string> {
  const code = names().get(comparableCode(text)) ?? names().get(cleanText(text).toUpperCase());
  return code ? good(code) : bad('country.unknown', 'not a country known to ISO 3166-1', '不是 ISO 3166-1 国家或地区');
}
