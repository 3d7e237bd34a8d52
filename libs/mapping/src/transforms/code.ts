import { cleanCode } from '@isthmus/canonical';
import { joinWordings } from './joined-wording.js';
import { optionsSchema, wrongType, type Transform } from './transform.js';

interface Options {
  readonly case?: 'upper' | 'keep';
  readonly blanks?: 'remove' | 'keep';
}

/** A code as it is compared: half-width, upper case, no blanks. */
export const code: Transform<Options> = {
  name: 'code',
  summary: { en: 'Code: half-width, upper case, without blanks', zh: '编码：半角、大写、无空白' },
  options: optionsSchema({
    case: { enum: ['upper', 'keep'], description: 'Default upper' },
    blanks: { enum: ['remove', 'keep'], description: 'Default remove' },
  }),
  native: ['text'],
  canonical: 'text',
  loses: (options) =>
    joinWordings([
      options.case === 'keep' ? undefined : { en: 'upper and lower case', zh: '大小写' },
      options.blanks === 'keep' ? undefined : { en: 'blanks', zh: '空白' },
    ]),
  toCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('text', '文本');
    const clean = cleanCode(value);
    const joined = options.blanks === 'keep' ? clean : clean.replaceAll(/\s/g, '');
    return options.case === 'keep' ? joined : joined.toUpperCase().normalize('NFC');
  },
  fromCanonical: (value) => (typeof value === 'string' ? value : wrongType('text', '文本')),
  cases: [
    { native: ' ab-12 x', canonical: 'AB-12X', back: 'AB-12X' },
    { native: 'ｓｋｕ１', canonical: 'SKU1', back: 'SKU1' },
    { native: 'aB 1', options: { case: 'keep', blanks: 'keep' }, canonical: 'aB 1' },
  ],
};
