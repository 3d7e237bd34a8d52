import { multiplyDecimals, normaliseDecimal, parseDecimal } from './decimal.js';
import { bad, good, type Outcome } from './outcome.js';
import { cleanCode } from './text.js';

/** A quantity with its unit. */
export interface Quantity {
  /** Decimal text: at most 15 digits before the point and 6 after it. */
  readonly value: string;
  /** UN/ECE Recommendation 20 code, packages as `X` + Recommendation 21 code. */
  readonly unit: string;
  /** The source's word for the unit. */
  readonly unitName?: string;
}

/** What a unit's name means: `factor` × `unit` (斤 is half a KGM). */
export interface UnitFactor {
  readonly unit: string;
  /** Decimal text. */
  readonly factor: string;
}

const VALUE = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?$/;

const whole: readonly (readonly [string, string])[] = [
  ['个', 'C62'],
  ['枚', 'C62'],
  ['件', 'H87'],
  ['台', 'H87'],
  ['部', 'H87'],
  ['只', 'H87'],
  ['双', 'PR'],
  ['对', 'PR'],
  ['套', 'SET'],
  ['打', 'DZN'],
  ['千克', 'KGM'],
  ['公斤', 'KGM'],
  ['克', 'GRM'],
  ['吨', 'TNE'],
  ['升', 'LTR'],
  ['毫升', 'MLT'],
  ['米', 'MTR'],
  ['厘米', 'CMT'],
  ['毫米', 'MMT'],
  ['平方米', 'MTK'],
  ['立方米', 'MTQ'],
  ['箱', 'XCT'],
  ['盒', 'XBX'],
  ['包', 'XPK'],
  ['瓶', 'XBO'],
  ['袋', 'XBG'],
  ['卷', 'XRO'],
  ['小时', 'HUR'],
  ['天', 'DAY'],
  ['pcs', 'H87'],
  ['pc', 'H87'],
  ['piece', 'H87'],
  ['pieces', 'H87'],
  ['each', 'EA'],
  ['unit', 'C62'],
  ['units', 'C62'],
  ['pair', 'PR'],
  ['set', 'SET'],
  ['dozen', 'DZN'],
  ['dozens', 'DZN'],
  ['kg', 'KGM'],
  ['g', 'GRM'],
  ['t', 'TNE'],
  ['lb', 'LBR'],
  ['oz', 'ONZ'],
  ['l', 'LTR'],
  ['ml', 'MLT'],
  ['m', 'MTR'],
  ['cm', 'CMT'],
  ['mm', 'MMT'],
  ['carton', 'XCT'],
  ['box', 'XBX'],
  ['pack', 'XPK'],
  ['bottle', 'XBO'],
  ['bag', 'XBG'],
  ['roll', 'XRO'],
  ['hour', 'HUR'],
  ['hours', 'HUR'],
  ['day', 'DAY'],
  ['days', 'DAY'],
];

const table: ReadonlyMap<string, UnitFactor> = new Map<string, UnitFactor>([
  ...whole.map(([name, unit]) => [name, { unit, factor: '1' }] as const),
  ['斤', { unit: 'KGM', factor: '0.5' }],
  ['市斤', { unit: 'KGM', factor: '0.5' }],
  ['两', { unit: 'KGM', factor: '0.05' }],
]);

const codes: ReadonlySet<string> = new Set(whole.map(([, unit]) => unit));

/** True for text of the shape of a unit code (two or three of A–Z and 0–9). The list itself is not closed. */
export function isUnitCode(text: string): boolean {
  return /^[A-Z0-9]{2,3}$/.test(text);
}

/**
 * What a unit's name (Chinese or English) or one of the table's codes means. Nothing is guessed: code `unmapped_unit` otherwise.
 */
export function unitByName(name: string): Outcome<UnitFactor> {
  const clean = cleanCode(name);
  if (codes.has(clean)) return good({ unit: clean, factor: '1' });
  const found = table.get(clean) ?? table.get(clean.toLowerCase());
  if (found) return good(found);
  return bad('unmapped_unit', 'this unit has no entry in the unit table', '计量单位未映射');
}

/** Names that mean exactly one of this unit, the usual one first: `XCT` → 箱, carton. */
export function unitNames(unit: string): readonly string[] {
  return whole.filter(([, code]) => code === unit).map(([name]) => name);
}

/**
 * Reads a quantity. `unit` is a unit code or a name of the table; a name with a factor converts (3 斤 → 1.5 KGM) and stays as `unitName`.
 * Codes: those of `parseDecimal`, `unmapped_unit`, `quantity.out-of-range`.
 */
export function quantity(value: unknown, unit: string): Outcome<Quantity> {
  const decimal = parseDecimal(value);
  if (!decimal.ok) return decimal;
  const named = unitByName(unit);
  if (!named.ok && !isUnitCode(unit)) return named;
  const { unit: code, factor } = named.ok ? named.value : { unit, factor: '1' };
  const amount = factor === '1' ? decimal.value : multiplyDecimals(decimal.value, factor);
  if (!VALUE.test(amount)) {
    return bad(
      'quantity.out-of-range',
      'a quantity has at most 15 digits before the point and 6 after it',
      '数量整数最多 15 位、小数最多 6 位',
    );
  }
  return good(code === unit ? { value: amount, unit: code } : { value: amount, unit: code, unitName: cleanCode(unit) });
}

/** The one way to write a quantity: no needless zeros. @throws RangeError when the value is no decimal */
export function canonicalQuantity(value: Quantity): Quantity {
  const normal = normaliseDecimal(value.value);
  return normal === value.value ? value : { ...value, value: normal };
}
