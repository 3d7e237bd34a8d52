import { asNumber } from './numbers.js';
import { optionsSchema, wrongType, type Refusal, type Transform } from './transform.js';
import { tableOf, unknownIn, unknownLoses, unknownOptions, unknownOut, unknownProblem } from './unknown-value.js';
import type { UnknownOptions } from './unknown-value.js';

interface Options extends UnknownOptions {
  readonly as?: 'text' | 'number';
}

/** A native code ↔ a word of the model, by a value table. A code without an entry parks the record unless the options say what it becomes. */
export const enumByTable: Transform<Options> = {
  name: 'enum',
  summary: { en: 'Native code ↔ canonical word by a value table of this mapping', zh: '按对照表转换代码与规范值' },
  options: optionsSchema(
    {
      ...unknownOptions,
      as: { enum: ['text', 'number'], description: 'JSON type of native codes (default text)' },
    },
    ['table'],
  ),
  native: ['text', 'number', 'boolean'],
  canonical: 'text',
  writes: (options) => options.as ?? 'text',
  loses: unknownLoses,
  problemOf: unknownProblem,
  toCanonical: (value, options, context) => {
    if (typeof value === 'object') return wrongType('a code', '代码');
    const table = tableOf(options, context);
    if (!('toCanonical' in table)) return table;
    const native = typeof value === 'string' ? value.trim() : String(value);
    return table.toCanonical.get(native) ?? unknownIn(native, options, context);
  },
  fromCanonical: (value, options, context) => {
    if (typeof value !== 'string') return wrongType('a code', '代码');
    const table = tableOf(options, context);
    if (!('toNative' in table)) return table;
    const native =
      table.toNative.get(value) ?? unknownOut(value, options, (text) => table.toCanonical.get(text.trim()), context);
    return options.as === 'number' && typeof native === 'string' ? numberOf(native) : native;
  },
  cases: [
    { native: 'A', options: { table: 'example' }, canonical: 'alpha' },
    { native: 2, options: { table: 'example', as: 'number' }, canonical: 'two' },
    {
      native: 'Z',
      options: { table: 'example', unknown: 'default', unknownDefault: 'alpha' },
      canonical: 'alpha',
      back: 'A',
    },
    { native: 'Z', options: { table: 'example', unknown: 'pass' }, canonical: 'Z' },
  ],
};

/** A code is written as a number only when the number is read as the same code: 007 is not 7. */
function numberOf(native: string): number | Refusal {
  const number = asNumber(native);
  if (typeof number !== 'number') return number;
  return String(number) === native ? number : wrongType('a code that is a plain number', '为普通数字的代码');
}
