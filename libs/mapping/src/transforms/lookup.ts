import { cleanText } from '@isthmus/canonical';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform, type TransformContext } from './transform.js';
import type { TwoWayTable } from './two-way-table.js';
import { tableOf, unknownIn, unknownLoses, unknownOptions, unknownOut, unknownProblem } from './unknown-value.js';
import type { UnknownOptions } from './unknown-value.js';

interface Options extends UnknownOptions {
  readonly match?: 'exact' | 'loose';
}

/** A native text ↔ a canonical text of any wording, by a value table: names of staff, shops, payment terms. */
export const lookup: Transform<Options> = {
  name: 'lookup',
  summary: {
    en: 'Native text ↔ canonical text of any wording by a value table (payment terms, staff, shops)',
    zh: '按对照表转换任意文本（付款条件、员工、门店）',
  },
  options: optionsSchema(
    {
      ...unknownOptions,
      match: {
        enum: ['exact', 'loose'],
        description: 'loose: case, width and blanks of native texts do not matter (default exact)',
      },
    },
    ['table'],
  ),
  native: ['text', 'number'],
  canonical: 'text',
  writes: () => 'text',
  loses: unknownLoses,
  problemOf: unknownProblem,
  toCanonical: (value, options, context) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrongType('text', '文本');
    const table = tableOf(options, context);
    if (!('toCanonical' in table)) return table;
    const native = String(value);
    return find(native, table, options) ?? unknownIn(native, options, context);
  },
  fromCanonical: (value, options, context) =>
    typeof value === 'string' ? write(value, options, context) : wrongType('text', '文本'),
  cases: [
    { native: 'A', options: { table: 'example' }, canonical: 'alpha' },
    { native: ' ａ ', options: { table: 'example', match: 'loose' }, canonical: 'alpha', back: 'A' },
    { native: '月结 30 天', options: { table: 'example', unknown: 'pass' }, canonical: '月结 30 天' },
  ],
};

function write(value: string, options: Options, context: TransformContext): string | Refusal {
  const table = tableOf(options, context);
  if (!('toNative' in table)) return table;
  const known = (native: string): string | undefined => {
    const found = find(native, table, options);
    return typeof found === 'string' ? found : undefined;
  };
  const native = table.toNative.get(value);
  return native ?? unknownOut(value, options, known, context);
}

function find(native: string, table: TwoWayTable, options: Options): string | Refusal | undefined {
  const exact = table.toCanonical.get(native) ?? table.toCanonical.get(native.trim());
  if (exact !== undefined || options.match !== 'loose' || native.length > 1000) return exact;
  const found = looseOf(table).get(fold(native));
  return found === AMBIGUOUS
    ? refuse(
        'mapping.ambiguous-value',
        `several entries of the table "${table.name}" differ in case or width only and mean different things`,
        `对照表“${table.name}”中有仅大小写或全半角不同、含义却不同的条目`,
      )
    : found;
}

const AMBIGUOUS = Symbol('ambiguous');
const loose = new WeakMap<TwoWayTable, ReadonlyMap<string, string | typeof AMBIGUOUS>>();

function looseOf(table: TwoWayTable): ReadonlyMap<string, string | typeof AMBIGUOUS> {
  let folded = loose.get(table);
  if (!folded) {
    const made = new Map<string, string | typeof AMBIGUOUS>();
    for (const [native, canonical] of table.toCanonical) {
      const key = fold(native);
      made.set(key, made.has(key) && made.get(key) !== canonical ? AMBIGUOUS : canonical);
    }
    folded = made;
    loose.set(table, folded);
  }
  return folded;
}

function fold(text: string): string {
  return cleanText(text.normalize('NFKC').toLowerCase());
}
