import {
  multiplyDecimals,
  parseDecimal,
  quantity as readQuantity,
  unitByName,
  unitNames,
  type Quantity,
} from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { readRounded, writeDecimal, writeNumberOptions, type WriteNumber } from './numbers.js';
import {
  optionsSchema,
  refuse,
  Refusal,
  valueOf,
  wrongType,
  type Transform,
  type TransformContext,
} from './transform.js';
import { unmappedValue } from './unmapped.js';

interface Options extends WriteNumber {
  readonly unit?: string;
  readonly table?: string;
  readonly write?: 'name' | 'code';
}

/** An amount with a fixed unit, or with its unit in a second native path ↔ Quantity. A unit is never guessed. */
export const quantity: Transform<Options> = {
  name: 'quantity',
  summary: {
    en: 'Amount ↔ { value, unit }; the unit is fixed or stands in a second native path',
    zh: '数量 ↔ { value, unit }；单位固定或取自第二个原生路径',
  },
  options: optionsSchema({
    unit: {
      type: 'string',
      minLength: 1,
      maxLength: 50,
      description: 'Fixed unit: code or name of the unit table, for example C62 or 斤',
    },
    table: { type: 'string', description: 'Value table: native unit to unit code, for the second native path' },
    write: {
      enum: ['name', 'code'],
      description: 'Unit that is written to the second native path without a table (default name)',
    },
    ...writeNumberOptions,
  }),
  native: ['text', 'number', 'list'],
  canonical: 'quantity',
  writes: (options) => options.as ?? 'text',
  toCanonical: (value, options, context) => {
    const pair = context.nativeCount > 1 && Array.isArray(value);
    const amount = pair ? (value[0] ?? null) : value;
    if (typeof amount !== 'string' && typeof amount !== 'number') return wrongType('a number', '数字');
    const unit = pair ? unitIn(value[1] ?? null, options, context) : (options.unit ?? wrongType('a unit', '计量单位'));
    if (typeof unit !== 'string') return unit;
    const rounded = options.round === true ? readRounded(amount, options) : amount;
    if (rounded instanceof Refusal) return rounded;
    const read = readQuantity(rounded, unit);
    return read.ok ? withoutPlainName(read.value) : new Refusal(read.code, read.message);
  },
  fromCanonical: (value, options, context) => {
    const held = quantityOf(value);
    if (held instanceof Refusal) return held;
    const pair = context.nativeCount > 1;
    const unit = pair ? unitOut(held, options, context) : (options.unit ?? held.unit);
    if (typeof unit !== 'string') return unit;
    const amount = amountIn(held, unit, options, context);
    if (typeof amount !== 'string') return amount;
    const written = writeDecimal(amount, options);
    return written instanceof Refusal || !pair ? written : [written, unit];
  },
  cases: [
    { native: '2.50', options: { unit: 'C62' }, canonical: { value: '2.5', unit: 'C62' }, back: '2.5' },
    { native: 3, options: { unit: 'KGM', as: 'number' }, canonical: { value: '3', unit: 'KGM' } },
    { native: '3', options: { unit: '斤' }, canonical: { value: '1.5', unit: 'KGM', unitName: '斤' } },
  ],
};

function unitIn(name: Json, options: Options, context: TransformContext): string | Refusal {
  if (name === null || name === '')
    return options.unit ?? refuse('mapping.no-unit', 'the quantity has no unit', '数量缺少计量单位');
  if (typeof name !== 'string' && typeof name !== 'number') return wrongType('a unit', '计量单位');
  const key = String(name);
  const table = options.table === undefined ? undefined : context.table(options.table);
  return (
    table?.toCanonical.get(key) ??
    (unitByName(key).ok || table === undefined ? key : unmappedValue(options.table as string, key))
  );
}

function unitOut(held: Quantity, options: Options, context: TransformContext): string | Refusal {
  if (options.table !== undefined) {
    const native = context.table(options.table)?.toNative.get(held.unit);
    return native ?? unmappedValue(options.table, held.unit);
  }
  if (held.unitName !== undefined && unitByName(held.unitName).ok) return held.unitName;
  return options.write === 'code' ? held.unit : (unitNames(held.unit)[0] ?? held.unit);
}

/** The amount counted in the native unit; another unit than the field's own is refused, never relabelled. */
function amountIn(held: Quantity, unit: string, options: Options, context: TransformContext): string | Refusal {
  const decimal = parseDecimal(held.value);
  if (!decimal.ok) return valueOf(decimal);
  const code = options.table === undefined ? unit : (context.table(options.table)?.toCanonical.get(unit) ?? unit);
  const named = unitByName(code);
  const meaning = named.ok ? named.value : { unit: code, factor: '1' };
  if (meaning.unit !== held.unit) {
    return refuse(
      'mapping.wrong-unit',
      `the quantity is in ${held.unit}, but this field holds ${meaning.unit}`,
      `数量单位为 ${held.unit}，而此字段为 ${meaning.unit}`,
    );
  }
  if (meaning.factor === '1') return decimal.value;
  const inverse = Math.round(1 / Number(meaning.factor));
  return multiplyDecimals(decimal.value, String(inverse));
}

function quantityOf(value: Json): Quantity | Refusal {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrongType('a quantity with its unit', '带单位的数量');
  const { value: amount, unit, unitName } = value;
  if (typeof amount !== 'string' || typeof unit !== 'string')
    return wrongType('a quantity with its unit', '带单位的数量');
  return typeof unitName === 'string' ? { value: amount, unit, unitName } : { value: amount, unit };
}

/** The source's word is kept where it means another amount than its code (斤); two words for one unit are no difference. */
function withoutPlainName({ value, unit, unitName }: Quantity): { [field: string]: string } {
  const named = unitName === undefined ? undefined : unitByName(unitName);
  return unitName !== undefined && named?.ok && named.value.factor !== '1'
    ? { value, unit, unitName }
    : { value, unit };
}
