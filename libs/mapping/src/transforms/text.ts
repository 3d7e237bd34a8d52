import { cleanMultilineText, cleanText, toHalfWidth } from '@isthmus/canonical';
import { optionsSchema, wrongType, type Transform } from './transform.js';

interface Options {
  readonly case?: 'upper' | 'lower';
  readonly width?: 'half';
  readonly multiline?: boolean;
}

/** Text as the model wants it: NFC, trimmed, runs of blanks as one blank; on request one case, half-width, line ends kept. */
export const text: Transform<Options> = {
  name: 'text',
  summary: {
    en: 'Text: NFC, trimmed, inner blanks collapsed; case and width on request',
    zh: '文本：NFC、去首尾空白、合并空白，可转大小写与半角',
  },
  options: optionsSchema({
    case: { enum: ['upper', 'lower'] },
    width: { enum: ['half'], description: 'Full-width letters and digits become half-width' },
    multiline: { type: 'boolean', description: 'Line ends stay' },
  }),
  native: ['text'],
  canonical: 'text',
  toCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    if (isPlain(value, options)) return value;
    const narrow = options.width === 'half' ? toHalfWidth(value) : value;
    const clean = options.multiline === true ? cleanMultilineText(narrow) : cleanText(narrow);
    if (options.case === undefined) return clean;
    return (options.case === 'upper' ? clean.toUpperCase() : clean.toLowerCase()).normalize('NFC');
  },
  fromCanonical: (value) => (typeof value === 'string' ? value : wrongType('text', '文本')),
  cases: [
    { native: '  Anna   Berg ', canonical: 'Anna Berg', back: 'Anna Berg' },
    { native: '上海 分公司', canonical: '上海 分公司' },
    { native: 'ＡＢＣ１２', options: { width: 'half' }, canonical: 'ABC12', back: 'ABC12' },
    { native: 'Abc', options: { case: 'upper' }, canonical: 'ABC', back: 'ABC' },
    { native: 'a\r\nb', options: { multiline: true }, canonical: 'a\nb', back: 'a\nb' },
    { native: 'a\nb', canonical: 'a b', back: 'a b' },
  ],
};

const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Printable ASCII with single blanks is clean already: most texts of a business are. */
function isPlain(value: string, options: Options): boolean {
  return options.case === undefined && PLAIN.test(value);
}
