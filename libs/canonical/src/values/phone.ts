import { parsePhoneNumberFromString, type CountryCode, type PhoneNumber as LibraryNumber } from 'libphonenumber-js/max';
import { bad, good, type Outcome } from './outcome.js';
import { cleanText, toHalfWidth } from './text.js';

/** A telephone number that exists by the numbering plan of its country. */
export interface PhoneNumber {
  /** For example `+8613800138000`. */
  readonly e164: string;
  /** Digits of the extension (分机). */
  readonly ext?: string;
  /** `either` where the plan does not tell (United States). */
  readonly kind: 'mobile' | 'fixed' | 'either' | 'other';
  /** ISO 3166-1 alpha-2, where the number tells it. */
  readonly country?: string;
}

// The mobile prefixes that libphonenumber knows; most numbers look like this, and asking it costs tens of microseconds each.
const CHINESE_MOBILE = /^(?:\+86)?(1(?:[38]\d|4[57]|[59][0-35-9]|6[25-7]|7[0-35-8])\d{8})$/;
const EXTENSION = /\s*(?:转|轉|分机|分機|;ext=|ext(?:ension)?\.?|x|#|,)\s*[:：]?\s*(\d{1,8})$/i;

/**
 * Reads a number as people write it: full-width digits, blanks and hyphens, `0086`, 转 801, ext 801, #801.
 * `country` (ISO 3166-1 alpha-2) stands for numbers without a country code. Code: `phone.invalid`: keep the raw text then, it identifies nobody.
 * @param country @default CN
 */
export function parsePhone(raw: string, country = 'CN'): Outcome<PhoneNumber> {
  if (raw.length > 80) return notAPhone();
  const chinese = country === 'CN' || raw.startsWith('+') ? CHINESE_MOBILE.exec(raw) : null;
  if (chinese) return good({ e164: `+86${chinese[1]}`, kind: 'mobile', country: 'CN' });
  const text = cleanText(toHalfWidth(raw)).replace(/^tel:/i, '');
  const extension = EXTENSION.exec(text);
  const bare = (extension ? text.slice(0, extension.index) : text).replace(/^\(?00(?=[1-9])/, '+');
  const found = parsePhoneNumberFromString(bare, { defaultCountry: country as CountryCode, extract: false });
  if (!found?.isValid()) return notAPhone();
  const ext = extension?.[1] ?? found.ext;
  return good({
    e164: found.number,
    ...(ext ? { ext } : {}),
    kind: kindOf(found),
    ...(found.country ? { country: found.country } : {}),
  });
}

function notAPhone(): Outcome<PhoneNumber> {
  return bad('phone.invalid', 'not a telephone number of that country', '不是有效的电话号码');
}

function kindOf(found: LibraryNumber): PhoneNumber['kind'] {
  const type = found.getType();
  if (type === 'MOBILE') return 'mobile';
  if (type === 'FIXED_LINE') return 'fixed';
  return type === 'FIXED_LINE_OR_MOBILE' ? 'either' : 'other';
}
