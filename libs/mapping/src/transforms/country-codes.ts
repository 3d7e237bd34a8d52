import countries from 'i18n-iso-countries/index.js';
import { parseCountry } from '@isthmus/canonical';
import { refuse, valueOf, type Refusal } from './transform.js';

/** Forms in which a native side writes countries. */
export type CountryForm = 'code' | 'alpha-3' | 'numeric' | 'name-en' | 'name-zh';

const displays = {
  'name-en': new Intl.DisplayNames(['en'], { type: 'region' }),
  'name-zh': new Intl.DisplayNames(['zh-CN'], { type: 'region' }),
};

/** ISO 3166-1 alpha-2 code of an alpha-2, alpha-3 or numeric code, or of an English or Chinese name. */
export function readCountry(text: string): string | Refusal {
  const clean = text.trim();
  if (/^\d{1,3}$/.test(clean)) return valueOf(parseCountry(countries.numericToAlpha2(clean.padStart(3, '0')) ?? ''));
  const long = /^[A-Za-z]{3}$/.test(clean) ? countries.alpha3ToAlpha2(clean.toUpperCase()) : undefined;
  return valueOf(parseCountry(long ?? text));
}

/** An alpha-2 code in another form; a country without such a code is refused. */
export function writeCountry(code: string, form: CountryForm): string | Refusal {
  switch (form) {
    case 'code':
      return code;
    case 'alpha-3':
      return countries.alpha2ToAlpha3(code) ?? withoutCode();
    case 'numeric':
      return countries.alpha2ToNumeric(code) ?? withoutCode();
    case 'name-en':
    case 'name-zh':
      return displays[form].of(code) ?? code;
  }
}

function withoutCode(): Refusal {
  return refuse(
    'country.no-such-code',
    'ISO 3166-1 has no such code for this country',
    'ISO 3166-1 未给出该国家的此类代码',
  );
}
