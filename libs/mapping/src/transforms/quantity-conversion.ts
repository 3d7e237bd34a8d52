import { cleanCode, quantity as readQuantity, unitByName, unitNames, type Quantity } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { divide, divideExactly, multiplyExactly } from './exact-decimals.js';
import { factorBeside, normalFactor, type FactorFrom } from './factor-of.js';
import { readDecimal, type WriteNumber } from './numbers.js';
import { refuse, Refusal, wrongType, type TransformContext } from './transform.js';
import { standardFactor } from './unit-factors.js';
import { unmappedValue } from './unmapped.js';

/** How amounts that are counted in another unit become amounts of the record's unit, and back. */
export interface ConversionOptions extends WriteNumber {
  readonly unit?: string;
  readonly table?: string;
  readonly convertTo?: string;
  readonly factors?: { readonly [unit: string]: string };
  readonly factorFrom?: FactorFrom;
  readonly beside?: readonly ('unit' | 'factor')[];
}

type Converting = ConversionOptions & { readonly convertTo: string };

/** True when the options say in which unit the record counts. */
export function isConverting(options: ConversionOptions): options is Converting {
  return options.convertTo !== undefined;
}

/** Option schemas of the conversion. */
export const conversionSchemas = {
  convertTo: {
    type: 'string',
    pattern: '^[A-Z0-9]{2,3}$',
    description: 'Unit code that the record counts in; mass, length, volume and dozens convert by themselves',
  },
  factors: {
    type: 'object',
    minProperties: 1,
    maxProperties: 200,
    propertyNames: { type: 'string', pattern: '^(?!(?:__proto__|constructor|prototype)$).{1,50}$' },
    additionalProperties: {
      type: 'string',
      pattern: '^(?=[0-9.]*[1-9])(?:0|[1-9][0-9]{0,9})(?:\\.[0-9]{1,9})?$',
    },
    description: 'How many of convertTo one native unit is, by its name or code: { 箱: "24" }',
  },
  factorFrom: {
    type: 'object',
    required: ['native'],
    additionalProperties: false,
    properties: { native: { type: 'string', maxLength: 300 }, canonical: { type: 'string', maxLength: 300 } },
    description: 'Paths from the root of the row and of the record that hold the factor; one way without canonical',
  },
  beside: {
    type: 'array',
    minItems: 1,
    maxItems: 2,
    uniqueItems: true,
    items: { enum: ['unit', 'factor'] },
    description:
      'What the further native paths hold (default [unit]); with a factor beside the unit, convertTo is written with 1',
  },
};

/** What stands at one of the further native paths. */
export function besideOf(value: Json, what: 'unit' | 'factor', options: ConversionOptions): Json {
  const at = (options.beside ?? ['unit']).indexOf(what);
  return at < 0 || !Array.isArray(value) ? null : (value[at + 1] ?? null);
}

/** The native amount counted in the record's unit; never rounded. The native word stays beside it where it can be written again. */
export function convertIn(
  amount: string | number,
  value: Json,
  options: Converting,
  context: TransformContext,
): { [field: string]: string } | Refusal {
  const word = wordIn(besideOf(value, 'unit', options), options, context);
  if (word instanceof Refusal) return word;
  const given = besideOf(value, 'factor', options);
  const written = given === null ? undefined : normalFactor(given);
  if (given !== null && written === undefined) return wrongType('a factor above zero', '大于零的换算系数');
  const factor = factorIn(word, written, options, context);
  if (factor instanceof Refusal) return factor;
  const decimal = readDecimal(amount);
  if (typeof decimal !== 'string') return decimal;
  const read = readQuantity(multiplyExactly(decimal, factor), options.convertTo);
  if (!read.ok) return new Refusal(read.code, read.message);
  const beside = word.fromRow || (context.nativeCount > 1 && (options.beside ?? ['unit']).includes('unit'));
  const kept =
    beside &&
    factor !== '1' &&
    knows(word.text, options, context) &&
    ownFactor(word.text, options, context) !== undefined;
  return { value: read.value.value, unit: options.convertTo, ...(kept ? { unitName: word.text } : {}) };
}

/** The record's amount counted in a native unit, with what stands beside it. An amount that does not come out even is refused. */
export function convertOut(
  held: Quantity,
  options: Converting,
  context: TransformContext,
): { readonly amount: string; readonly beside: readonly Json[] } | Refusal {
  if (held.unit !== options.convertTo) {
    return refuse(
      'mapping.wrong-unit',
      `the quantity is in ${held.unit}, but this field counts in ${options.convertTo}`,
      `数量单位为 ${held.unit}，而此字段以 ${options.convertTo} 计`,
    );
  }
  const decimal = readDecimal(held.value);
  if (typeof decimal !== 'string') return decimal;
  const places = context.nativeCount > 1 ? (options.beside ?? ['unit']) : [];
  const word = wordOut(held, places, options, context);
  const factor = places.includes('factor') ? '1' : factorOut(word, options, context);
  if (factor instanceof Refusal) return factor;
  const amount =
    options.round === true && options.digits !== undefined
      ? divide(decimal, factor, options.digits).value
      : divideExactly(decimal, factor);
  if (amount === undefined) return inexact(word);
  return { amount, beside: places.map((what) => (what === 'unit' ? word : options.as === 'number' ? 1 : '1')) };
}

/** True when the factor of what is written can be known: not the row's own alone. */
export function convertsBack({ factorFrom, beside, unit }: ConversionOptions): boolean {
  if (beside?.includes('factor') === true) return beside.includes('unit') && unit === undefined;
  return factorFrom === undefined || factorFrom.canonical !== undefined;
}

interface Word {
  readonly text: string;
  /** It stands in the row, beside the amount. */
  readonly fromRow: boolean;
}

function wordIn(beside: Json, options: Converting, context: TransformContext): Word | Refusal {
  if (typeof beside === 'number' || (typeof beside === 'string' && beside !== ''))
    return { text: cleanCode(String(beside)), fromRow: true };
  if (beside !== null && beside !== '') return wrongType('a unit', '计量单位');
  if (options.unit !== undefined) return { text: options.unit, fromRow: false };
  const named = context.nativeCount > 1 && (options.beside ?? ['unit']).includes('unit');
  return named
    ? refuse('mapping.no-unit', 'the quantity has no unit', '数量缺少计量单位')
    : { text: ownWord(options), fromRow: false };
}

/** A row that names a factor and no unit counts in a unit of its own. */
function ownWord({ convertTo, factorFrom, beside }: Converting): string {
  return factorFrom !== undefined || beside?.includes('factor') === true ? '' : convertTo;
}

/** The word that is written: the source's own where this side knows it, else the word for the record's unit. */
function wordOut(held: Quantity, places: readonly string[], options: Converting, context: TransformContext): string {
  if (!places.includes('unit')) return options.unit ?? ownWord(options);
  const table = options.table === undefined ? undefined : context.table(options.table);
  if (held.unitName !== undefined && !places.includes('factor')) {
    const word = knows(held.unitName, options, context)
      ? held.unitName
      : table?.toNative.get(codeOf(held.unitName, options, context));
    if (word !== undefined && ownFactor(word, options, context) !== undefined) return word;
  }
  return table?.toNative.get(held.unit) ?? unitNames(held.unit)[0] ?? held.unit;
}

/** True for a word that this side uses itself. */
function knows(word: string, { table, unit }: Converting, context: TransformContext): boolean {
  return table === undefined || word === unit || context.table(table)?.toCanonical.has(word) === true;
}

function codeOf(word: string, options: Converting, context: TransformContext): string {
  const listed = options.table === undefined ? undefined : context.table(options.table)?.toCanonical.get(word);
  if (listed !== undefined) return listed;
  const named = unitByName(word);
  return named.ok && named.value.factor === '1' ? named.value.unit : word;
}

function ownFactor(word: string, options: Converting, context: TransformContext): string | undefined {
  const code = codeOf(word, options, context);
  if (code === options.convertTo) return '1';
  for (const key of [word, code]) {
    if (options.factors && Object.hasOwn(options.factors, key)) return normalFactor(options.factors[key] as string);
  }
  return standardFactor(code, options.convertTo);
}

function factorIn(
  word: Word,
  beside: string | undefined,
  options: Converting,
  context: TransformContext,
): string | Refusal {
  const own = ownFactor(word.text, options, context);
  const place = beside ?? fromPlace('native', options, context);
  if (place instanceof Refusal) return place;
  // A factor elsewhere in the row belongs to another unit of the same thing; one that stands beside the amount belongs to it.
  return agreed(own, beside === undefined && word.fromRow ? undefined : place, place, word.text);
}

function factorOut(word: string, options: Converting, context: TransformContext): string | Refusal {
  const place = fromPlace('canonical', options, context);
  if (place instanceof Refusal) return place;
  return agreed(ownFactor(word, options, context), word === options.unit ? place : undefined, place, word);
}

function agreed(
  own: string | undefined,
  claimed: string | undefined,
  place: string | undefined,
  word: string,
): string | Refusal {
  if (own === undefined) return place ?? unmappedValue('factors', word);
  return claimed === undefined || claimed === own
    ? own
    : refuse(
        'mapping.factor-conflict',
        'the unit has another factor than the one that is named',
        '给出的换算系数与该单位的换算系数不一致',
      );
}

function fromPlace(
  side: 'native' | 'canonical',
  { factorFrom }: Converting,
  context: TransformContext,
): string | undefined | Refusal {
  return factorFrom === undefined ? undefined : factorBeside(factorFrom, side, context);
}

function inexact(word: string): Refusal {
  return refuse(
    'mapping.inexact-conversion',
    `the quantity does not come out even in ${word}`,
    `该数量无法精确换算为 ${word}`,
  );
}
