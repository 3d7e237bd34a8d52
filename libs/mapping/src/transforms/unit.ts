import { cleanCode, isUnitCode, unitByName, unitNames } from '@isthmus/canonical';
import { optionsSchema, wrongType, type Transform } from './transform.js';
import { unmappedValue } from './unmapped.js';

interface Options {
  readonly table?: string;
  readonly write?: 'name' | 'code';
}

/** Unit of measure: a name (个, kg) or a native code through a value table ↔ UN/ECE code. */
export const unit: Transform<Options> = {
  name: 'unit',
  summary: { en: 'Unit name (个, kg) ↔ unit code (C62, KGM)', zh: '单位名称（个、kg）↔ 单位代码（C62、KGM）' },
  options: optionsSchema({
    table: { type: 'string', description: 'Value table: native unit to unit code (default: the built-in names)' },
    write: { enum: ['name', 'code'], description: 'What is written without a table (default name)' },
  }),
  native: ['text', 'number'],
  canonical: 'text',
  writes: () => 'text',
  loses: () => ({ en: 'which of several names of one unit stood there', zh: '同一单位的多个名称中原为哪一个' }),
  toCanonical: (value, options, context) => {
    if (typeof value !== 'string' && typeof value !== 'number') return wrongType('a unit', '计量单位');
    const name = String(value);
    const listed = options.table === undefined ? undefined : context.table(options.table)?.toCanonical.get(name);
    if (listed !== undefined) return listed;
    const known = unitByName(name);
    if (known.ok && known.value.factor === '1') return known.value.unit;
    const clean = cleanCode(name);
    return isUnitCode(clean) && options.table === undefined ? clean : unmappedValue(options.table ?? 'units', name);
  },
  fromCanonical: (value, options, context) => {
    if (typeof value !== 'string') return wrongType('a unit code', '单位代码');
    if (options.table !== undefined)
      return (
        context.table(options.table)?.toNative.get(value) ?? unitNames(value)[0] ?? unmappedValue(options.table, value)
      );
    return options.write === 'code' ? value : (unitNames(value)[0] ?? value);
  },
  cases: [
    { native: '个', canonical: 'C62' },
    { native: 'kg', canonical: 'KGM', back: '千克' },
    { native: 'KGM', options: { write: 'code' }, canonical: 'KGM' },
  ],
};
