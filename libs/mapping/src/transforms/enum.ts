import { asNumber } from './numbers.js';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform, type TransformContext } from './transform.js';
import type { TwoWayTable } from './two-way-table.js';
import { unmappedValue } from './unmapped.js';

interface Options {
  readonly table: string;
  readonly as?: 'text' | 'number';
}

/** A native code ↔ a word of the model, by a value table. A code without an entry is never guessed and never dropped: it parks the record. */
export const enumByTable: Transform<Options> = {
  name: 'enum',
  summary: { en: 'Native code ↔ canonical word by a value table of this mapping', zh: '按对照表转换代码与规范值' },
  options: optionsSchema(
    {
      table: { type: 'string', minLength: 1, description: 'Name of a table under lookups' },
      as: { enum: ['text', 'number'], description: 'JSON type of native codes (default text)' },
    },
    ['table'],
  ),
  native: ['text', 'number', 'boolean'],
  canonical: 'text',
  writes: (options) => options.as ?? 'text',
  toCanonical: (value, options, context) => {
    if (typeof value === 'object') return wrongType('a code', '代码');
    const table = tableOf(options, context);
    if (!('toCanonical' in table)) return table;
    const native = typeof value === 'string' ? value.trim() : String(value);
    return table.toCanonical.get(native) ?? unmappedValue(options.table, native);
  },
  fromCanonical: (value, options, context) => {
    if (typeof value !== 'string') return wrongType('a code', '代码');
    const table = tableOf(options, context);
    if (!('toNative' in table)) return table;
    const native = table.toNative.get(value);
    if (native === undefined) return unmappedValue(options.table, value);
    return options.as === 'number' ? asNumber(native) : native;
  },
  cases: [
    { native: 'A', options: { table: 'example' }, canonical: 'alpha' },
    { native: 2, options: { table: 'example', as: 'number' }, canonical: 'two' },
  ],
};

function tableOf({ table }: Options, context: TransformContext): TwoWayTable | Refusal {
  return (
    context.table(table) ??
    refuse('mapping.missing-table', `there is no value table "${table}"`, `没有名为“${table}”的对照表`)
  );
}
