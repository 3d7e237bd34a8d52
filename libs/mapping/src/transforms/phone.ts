import { cleanCode, parsePhone, type PhoneNumber } from '@isthmus/canonical';
import { optionsSchema, refuse, wrongType, type Transform } from './transform.js';

interface Options {
  readonly country?: string;
  readonly invalid?: 'keep' | 'reject';
  readonly write?: 'e164' | 'national' | 'digits';
}

// Reading a number costs tens of microseconds, and the same customers come again and again.
const MAX_REMEMBERED = 5000;
// No number is longer, and what is longer must not fill the memory.
const MAX_LENGTH = 100;
const remembered = new Map<string, PhoneNumber | undefined>();

/** Phone number as E.164 (`;ext=` for an extension). A text that is no number is kept: it identifies nobody. */
export const phone: Transform<Options> = {
  name: 'phone',
  summary: {
    en: 'Phone number as E.164; the connection’s country for numbers without a country code',
    zh: '电话号码 E.164；无国家码时取连接的国家',
  },
  options: optionsSchema({
    country: {
      type: 'string',
      pattern: '^[A-Z]{2}$',
      description: 'Country of numbers without a country code (default: the connection’s)',
    },
    invalid: { enum: ['keep', 'reject'], description: 'What becomes of a text that is no number (default keep)' },
    write: {
      enum: ['e164', 'national', 'digits'],
      description: 'How numbers are written: +8613…, 13… for numbers of that country, 8613… (default e164)',
    },
  }),
  native: ['text'],
  canonical: 'text',
  toCanonical: (value, options, { environment }) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const country = options.country ?? environment.country;
    const number =
      numberOf(value, country) ?? (options.write === 'digits' ? numberOf(`+${value}`, country) : undefined);
    if (number) return canonicalText(number);
    return options.invalid === 'reject'
      ? refuse('phone.invalid', 'not a phone number', '不是有效的电话号码')
      : cleanCode(value);
  },
  fromCanonical: (value, options, { environment }) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    if (options.write === undefined || options.write === 'e164') return value;
    const country = options.country ?? environment.country;
    return options.write === 'digits' ? digitsOf(value, country) : national(value, country);
  },
  cases: [
    { native: '138 0013 8000', canonical: '+8613800138000', back: '+8613800138000' },
    { native: '0086-13800138000', canonical: '+8613800138000', back: '+8613800138000' },
    { native: '13800138000', options: { write: 'national' }, canonical: '+8613800138000' },
    { native: '8613800138000', options: { write: 'digits' }, canonical: '+8613800138000' },
    { native: '+1 212 555 2368', options: { country: 'US' }, canonical: '+12125552368', back: '+12125552368' },
    { native: 'see note', canonical: 'see note' },
  ],
};

function numberOf(text: string, country: string): PhoneNumber | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const key = `${country}|${text}`;
  if (remembered.has(key)) return remembered.get(key);
  const parsed = parsePhone(text, country);
  const number = parsed.ok ? parsed.value : undefined;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, number);
  return number;
}

function canonicalText({ e164, ext }: PhoneNumber): string {
  return ext === undefined ? e164 : `${e164};ext=${ext}`;
}

/** Without the plus, unless the digits alone would be read as a number of the own country. */
function digitsOf(value: string, country: string): string {
  const digits = value.replace(/^\+/, '');
  const again = numberOf(digits, country);
  return again === undefined || canonicalText(again) === value ? digits : value;
}

/** Without the country code, with the trunk zero where the country has one; numbers of other countries stay E.164. */
function national(value: string, country: string): string {
  const number = numberOf(value, country);
  if (!number || !value.startsWith('+')) return value;
  for (let codeLength = 1; codeLength <= 3; codeLength += 1) {
    const rest = value.slice(1 + codeLength);
    // The numbering plan also reads a land line without its trunk zero, but nobody can dial it.
    const candidates = number.kind === 'fixed' ? [`0${rest}`, rest] : [rest, `0${rest}`];
    for (const candidate of candidates) {
      const again = numberOf(candidate, country);
      if (again && canonicalText(again) === value) return candidate;
    }
  }
  return value;
}
