import { cleanMultilineText, cleanText, toHalfWidth } from '@isthmus/canonical';
import type { Wording } from '../contract.js';
import { joinWordings } from './joined-wording.js';
import { cutSchema, fit, type Cut } from './text-cut.js';
import { pad, padSchema, unpad, type Pad } from './text-pad.js';
import { optionsSchema, Refusal, wrongType, type Transform } from './transform.js';

interface Options {
  readonly case?: 'upper' | 'lower';
  readonly width?: 'half';
  readonly form?: 'NFC' | 'NFKC';
  readonly multiline?: boolean;
  readonly write?: 'upper' | 'lower' | 'full-width';
  readonly pad?: Pad;
  readonly cut?: Cut;
}

/** Text as the model wants it: NFC, trimmed, runs of blanks as one blank; on request one case, half-width, a filled or bounded length. */
export const text: Transform<Options> = {
  name: 'text',
  summary: {
    en: 'Text: NFC, trimmed, inner blanks collapsed; case, width, filling and length on request',
    zh: '文本：NFC、去首尾空白、合并空白，可转大小写、半角、补位与限长',
  },
  options: optionsSchema({
    case: { enum: ['upper', 'lower'], description: 'One case; what was before is lost' },
    width: { enum: ['half'], description: 'Full-width letters and digits become half-width' },
    form: { enum: ['NFC', 'NFKC'], description: 'Unicode form (default NFC); NFKC also unites compatibility forms' },
    multiline: { type: 'boolean', description: 'Line ends stay' },
    write: {
      enum: ['upper', 'lower', 'full-width'],
      description: 'How it is written, where that is read back as the same (with case or width)',
    },
    pad: padSchema,
    cut: cutSchema,
  }),
  native: ['text'],
  canonical: 'text',
  loses,
  toCanonical: (value, options, context) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const read = readText(value, options);
    return options.cut === undefined ? read : fit(read, options.cut, context);
  },
  fromCanonical: (value, options, context) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const fitted = options.cut === undefined ? value : fit(value, options.cut, context);
    if (fitted instanceof Refusal || (options.pad === undefined && options.write === undefined)) return fitted;
    const padded = options.pad === undefined ? fitted : pad(fitted, options.pad);
    return padded instanceof Refusal || options.write === undefined ? padded : spelled(padded, options);
  },
  cases: [
    { native: '  Anna   Berg ', canonical: 'Anna Berg', back: 'Anna Berg' },
    { native: '上海 分公司', canonical: '上海 分公司' },
    { native: 'ＡＢＣ１２', options: { width: 'half' }, canonical: 'ABC12', back: 'ABC12' },
    { native: 'ＡＢＣ１２', options: { width: 'half', write: 'full-width' }, canonical: 'ABC12' },
    { native: 'ﬁ ㍿', options: { form: 'NFKC' }, canonical: 'fi 株式会社', back: 'fi 株式会社' },
    { native: 'Abc', options: { case: 'upper' }, canonical: 'ABC', back: 'ABC' },
    { native: 'ABC', options: { case: 'lower', write: 'upper' }, canonical: 'abc' },
    { native: '00000123', options: { pad: { length: 8, with: '0' } }, canonical: '123' },
    { native: 'ROH-1', options: { pad: { length: 8, with: '0', digitsOnly: true } }, canonical: 'ROH-1' },
    { native: 'short', options: { cut: { max: 5, onTooLong: 'refuse' } }, canonical: 'short' },
    { native: 'a\r\nb', options: { multiline: true }, canonical: 'a\nb', back: 'a\nb' },
    { native: 'a\nb', canonical: 'a b', back: 'a b' },
  ],
};

const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

function readText(value: string, options: Options): string {
  // Printable ASCII with single blanks is clean already: most texts of a business are.
  const clean = PLAIN.test(value) ? value : cleaned(value, options);
  const bare = options.pad === undefined ? clean : unpad(clean, options.pad).trim();
  return options.case === undefined ? bare : cased(bare, options.case, options.form ?? 'NFC');
}

function cleaned(value: string, options: Options): string {
  const narrow = options.width === 'half' ? toHalfWidth(value) : value;
  const formed = options.form === 'NFKC' ? narrow.normalize('NFKC') : narrow;
  return options.multiline === true ? cleanMultilineText(formed) : cleanText(formed);
}

function cased(value: string, wanted: 'upper' | 'lower', form: 'NFC' | 'NFKC'): string {
  return (wanted === 'upper' ? value.toUpperCase() : value.toLowerCase()).normalize(form);
}

/** The spelling of the native side, unless it would be read as another text (`ß` has no single capital). */
function spelled(value: string, options: Options): string {
  const written = options.write === 'full-width' ? toFullWidth(value) : cased(value, options.write ?? 'upper', 'NFC');
  return readText(written, options) === readText(value, options) ? written : value;
}

function toFullWidth(value: string): string {
  return value.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
}

function loses(options: Options): Wording | undefined {
  const { cut } = options;
  return joinWordings([
    options.case && { en: 'upper and lower case', zh: '大小写' },
    options.width && { en: 'full-width forms', zh: '全角形式' },
    options.form === 'NFKC' ? { en: 'compatibility forms of characters', zh: '字符的兼容形式' } : undefined,
    cut?.onTooLong === 'cut' ? { en: `text beyond ${cut.max}`, zh: `超过 ${cut.max} 的文本` } : undefined,
  ]);
}
