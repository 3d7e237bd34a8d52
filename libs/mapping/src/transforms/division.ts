import type { Json } from '@isthmus/json';
import { isMunicipality, lineOf, type ChineseDivision, type DivisionLevel } from './chinese-divisions.js';
import { findDivision } from './find-division.js';
import { asNumber } from './numbers.js';
import { Refusal, optionsSchema, refuse, wrongType, type NativeType, type Transform } from './transform.js';

const LEVELS = ['province', 'city', 'district'] as const;

type Form = 'code' | 'name' | 'short' | 'path';

interface Options {
  readonly canonical?: 'code' | 'name' | 'short';
  readonly write?: Form;
  readonly as?: 'text' | 'number';
  readonly level?: (typeof LEVELS)[number];
  readonly separator?: string;
}

const levelOf = ({ level }: Options): DivisionLevel | undefined =>
  level === undefined ? undefined : ((LEVELS.indexOf(level) + 1) as DivisionLevel);

/** A name without those above it names one division only among provinces and among cities: there are five districts 鼓楼区. */
const namesOne = ({ level }: Options): boolean => level === 'province' || level === 'city';

/** Province, city or county of China by GB/T 2260 code, by name (alone, or after those above it), or in several fields from the province on. */
export const division: Transform<Options> = {
  name: 'division',
  summary: {
    en: 'Province, city or county of China by GB/T 2260 code or name: 440305, 广东省/深圳市/南山区, 深圳南山, or one field for each level',
    zh: '中国省、市、县级行政区：GB/T 2260 代码或名称，如 440305、广东省/深圳市/南山区、深圳南山，或每级一个字段',
  },
  options: optionsSchema({
    canonical: {
      enum: ['code', 'name', 'short'],
      description: 'Form in the record (default code); a name needs level: province or city',
    },
    write: {
      enum: ['code', 'name', 'short', 'path'],
      description:
        'Form in a single native field (default code; path = all names from the province on); all forms are read. Several native fields get the names of province, city and district',
    },
    as: { enum: ['text', 'number'], description: 'JSON type of native codes (default text)' },
    level: {
      enum: LEVELS,
      description: 'The only level that is meant (default any): tells 吉林 the city from 吉林 the province',
    },
    separator: { enum: ['/', '-', ',', '>'], description: 'Between the names of a path (default /)' },
  }),
  native: ['text', 'number', 'list'],
  canonical: 'text',
  manyPaths: true,
  writes: (options): NativeType => options.as ?? 'text',
  problemOf: (options) => {
    const { canonical = 'code', write = 'code', as } = options;
    if (as === 'number' && write !== 'code')
      return { en: 'only write: code can be a number', zh: '只有 write: code 可为数字' };
    const alone = canonical !== 'code' || write === 'name' || write === 'short';
    return alone && !namesOne(options)
      ? {
          en: 'a name alone does not say which division is meant; set level: province or city, or use codes or write: path',
          zh: '仅凭名称无法确定行政区；请设置 level: province 或 city，或使用代码或 write: path',
        }
      : undefined;
  },
  toCanonical: (value, options) => {
    const parts = partsOf(value, options.separator ?? '/');
    if (!parts) return wrongType('a code or names of divisions', '行政区代码或名称');
    const found = findDivision(parts, levelOf(options));
    return found instanceof Refusal ? found : inForm(found, options.canonical ?? 'code', '');
  },
  fromCanonical: (value, options, { nativeCount }) => {
    if (typeof value !== 'string') return wrongType('a division', '行政区');
    const found = findDivision([value], levelOf(options));
    if (found instanceof Refusal) return found;
    if (nativeCount > 1) return inFields(found, nativeCount);
    const written = inForm(found, options.write ?? 'code', options.separator ?? '/');
    return options.as === 'number' ? asNumber(written) : written;
  },
  cases: [
    { native: '440305', canonical: '440305' },
    { native: 440300, options: { as: 'number' }, canonical: '440300' },
    { native: '深圳', options: { canonical: 'name', level: 'city', write: 'short' }, canonical: '深圳市' },
    { native: '广东省/深圳市/南山区', options: { write: 'path' }, canonical: '440305' },
    {
      native: '福州-鼓楼',
      options: { separator: '-', write: 'path' },
      canonical: '350102',
      back: '福建省-福州市-鼓楼区',
    },
    { native: '北京市朝阳区', options: { write: 'path' }, canonical: '110105', back: '北京市/北京市/朝阳区' },
    { native: '吉林', options: { level: 'city' }, canonical: '220200', back: '220200' },
    { native: '湖北仙桃', options: { write: 'path' }, canonical: '429004', back: '湖北省/仙桃市' },
  ],
};

function partsOf(value: Json, separator: string): readonly string[] | undefined {
  if (typeof value === 'number') return [String(value)];
  if (typeof value === 'string') return value.split(separator);
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((part) => part !== null);
  return texts.every((part) => typeof part === 'string' || typeof part === 'number') ? texts.map(String) : undefined;
}

function inForm(found: ChineseDivision, form: Form, separator: string): string {
  if (form !== 'path') return found[form];
  const [province, ...below] = lineOf(found);
  const names = [province, ...(province && isMunicipality(province) && below.length > 0 ? [province] : []), ...below];
  return names.map((one) => one?.name).join(separator);
}

/** The names in fields for province, city and district; one that has no field is refused and not left out. */
function inFields(found: ChineseDivision, count: number): Json[] | Refusal {
  if (found.level > count)
    return refuse('division.no-field', 'there is no native field for this level', '没有用于该级行政区的原生字段');
  const line = lineOf(found);
  const [province] = line;
  return Array.from({ length: count }, (_, index): Json => {
    const own = line.find(({ level }) => level === index + 1);
    if (own) return own.name;
    return index === 1 && found.level === 3 && province && isMunicipality(province) ? province.name : null;
  });
}
