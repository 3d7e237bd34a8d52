import { cleanText } from '@isthmus/canonical';
import { chineseRegion, type ChineseRegion } from './chinese-regions.js';
import { asNumber } from './numbers.js';
import { optionsSchema, refuse, wrongType, type NativeType, type Refusal, type Transform } from './transform.js';

const FORMS = ['name-zh', 'short-zh', 'name-en', 'gb', 'gb-2', 'iso', 'iso-letters'] as const;

type Form = (typeof FORMS)[number];

interface Options {
  readonly canonical?: Form;
  readonly write?: Form;
  readonly as?: 'text' | 'number';
  readonly unknown?: 'park' | 'pass';
}

const write: { readonly [form in Form]: (region: ChineseRegion) => string } = {
  'name-zh': ({ full }) => full,
  'short-zh': ({ short }) => short,
  'name-en': ({ english }) => english,
  gb: ({ code }) => code,
  'gb-2': ({ code }) => code.slice(0, 2),
  iso: ({ iso }) => `CN-${iso}`,
  'iso-letters': ({ iso }) => iso,
};

/** Province of China by name, GB/T 2260 code or ISO 3166-2 code, in the form that each side keeps. */
export const region: Transform<Options> = {
  name: 'region',
  summary: {
    en: 'Province of China: 广东省, 广东, Guangdong, 440000 (GB/T 2260), CN-GD (ISO 3166-2)',
    zh: '中国省级行政区：广东省、广东、Guangdong、440000（GB/T 2260）、CN-GD（ISO 3166-2）',
  },
  options: optionsSchema({
    canonical: { enum: FORMS, description: 'Form in the record (default name-zh)' },
    write: { enum: FORMS, description: 'Form on the native side (default name-zh); all forms are read' },
    as: { enum: ['text', 'number'], description: 'JSON type of native GB/T 2260 codes (default text)' },
    unknown: {
      enum: ['park', 'pass'],
      description: 'What becomes of another text, for example a region of another country (default park)',
    },
  }),
  native: ['text', 'number'],
  canonical: 'text',
  writes: (options): NativeType => options.as ?? 'text',
  problemOf: ({ write: form, as, unknown }) => {
    if (as !== 'number') return undefined;
    if (unknown === 'pass') return { en: 'another text cannot be written as a number', zh: '其他文本无法作为数字写出' };
    return form === 'gb' || form === 'gb-2'
      ? undefined
      : { en: 'only write: gb or gb-2 can be a number', zh: '只有 write: gb 或 gb-2 可为数字' };
  },
  toCanonical: (value, options) =>
    typeof value === 'string' || typeof value === 'number'
      ? inForm(String(value), options.canonical ?? 'name-zh', options)
      : wrongType('a region', '省级行政区'),
  fromCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('a region', '省级行政区');
    const written = inForm(value, options.write ?? 'name-zh', options);
    return typeof written === 'string' && options.as === 'number' ? asNumber(written) : written;
  },
  cases: [
    { native: '广东', canonical: '广东省', back: '广东省' },
    { native: 440000, options: { write: 'gb', as: 'number' }, canonical: '广东省' },
    { native: 'CN-SN', options: { write: 'iso' }, canonical: '陕西省' },
    { native: '内蒙古自治区', options: { canonical: 'gb' }, canonical: '150000' },
    { native: 'Guangdong Province', options: { write: 'name-en' }, canonical: '广东省', back: 'Guangdong' },
    { native: 'Bayern', options: { unknown: 'pass' }, canonical: 'Bayern' },
  ],
};

function inForm(text: string, form: Form, options: Options): string | Refusal {
  const found = chineseRegion(text);
  if (found) return write[form](found);
  return options.unknown === 'pass'
    ? cleanText(text)
    : refuse('region.unknown', 'not a province-level region of China', '不是中国省级行政区');
}
