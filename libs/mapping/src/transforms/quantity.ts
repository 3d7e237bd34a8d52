import {
  multiplyDecimals,
  parseDecimal,
  quantity as readQuantity,
  unitByName,
  unitNames,
  type Quantity,
} from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import type { Wording } from '../contract.js';
import { joinWordings } from './joined-wording.js';
import { readRounded, roundingLoses, writeDecimal, writeNumberOptions } from './numbers.js';
import {
  conversionSchemas,
  convertIn,
  convertOut,
  convertsBack,
  isConverting,
  type ConversionOptions,
} from './quantity-conversion.js';
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

interface Options extends ConversionOptions {
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
    ...conversionSchemas,
    ...writeNumberOptions,
  }),
  native: ['text', 'number', 'list'],
  canonical: 'quantity',
  manyPaths: true,
  writes: (options) => options.as ?? 'text',
  reversible: (options) => !isConverting(options) || convertsBack(options),
  loses,
  problemOf: ({ convertTo, factors, factorFrom, beside }) =>
    convertTo === undefined && (factors ?? factorFrom ?? beside) !== undefined
      ? {
          en: 'factors need convertTo: the unit that the record counts in',
          zh: '换算系数须配 convertTo（记录所用单位）',
        }
      : undefined,
  toCanonical: (value, options, context) => {
    const pair = context.nativeCount > 1 && Array.isArray(value);
    const amount = pair ? (value[0] ?? null) : value;
    // A unit beside nothing is no quantity: the field is empty.
    if (pair && amount === null) return null;
    if (typeof amount !== 'string' && typeof amount !== 'number') return wrongType('a number', '数字');
    const rounded = options.round === true ? readRounded(amount, options) : amount;
    if (rounded instanceof Refusal) return rounded;
    if (isConverting(options)) return convertIn(rounded, value, options, context);
    const unit = unitIn(pair ? (value[1] ?? null) : undefined, options, context);
    if (typeof unit !== 'string') return unit;
    const read = readQuantity(rounded, unit);
    return read.ok ? withoutPlainName(read.value) : new Refusal(read.code, read.message);
  },
  fromCanonical: (value, options, context) => {
    const held = quantityOf(value);
    if (held instanceof Refusal) return held;
    if (options.convertTo !== undefined) return writeConverted(held, options, context);
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
    { native: '250', options: { unit: '克', convertTo: 'KGM' }, canonical: { value: '0.25', unit: 'KGM' } },
    {
      native: '1.5',
      options: { unit: '箱', convertTo: 'C62', factors: { 箱: '24' } },
      canonical: { value: '36', unit: 'C62' },
    },
  ],
};

function writeConverted(held: Quantity, options: Options, context: TransformContext): Json | Refusal {
  if (!isConverting(options) || !convertsBack(options)) {
    return refuse(
      'mapping.one-way',
      'the factor of the native unit is not known on the way out',
      '写出时无法得知原生单位的换算系数',
    );
  }
  const found = convertOut(held, options, context);
  if (found instanceof Refusal) return found;
  const written = writeDecimal(found.amount, options);
  return written instanceof Refusal || context.nativeCount === 1 ? written : [written, ...found.beside];
}

function loses({ round, digits, convertTo, beside }: Options): Wording | undefined {
  const unit = convertTo !== undefined && beside?.includes('factor') === true;
  return joinWordings([
    roundingLoses({ round, digits }),
    unit ? { en: 'the unit that the source counted in', zh: '来源所用的计量单位' } : undefined,
  ]);
}

function unitIn(name: Json | undefined, options: Options, context: TransformContext): string | Refusal {
  if (name === undefined) return options.unit ?? wrongType('a unit', '计量单位');
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
