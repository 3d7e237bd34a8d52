import { parseDecimal, type Decimal } from '../store/decimal.js';
import { asObject, asText, type JsonObject } from '../wire/json.js';
import { BAD_PARAMETER, KingdeeError } from './errors.js';

/** The named members that were given, as trimmed text. Members that were not given are left out. */
export function textFields(body: JsonObject, names: readonly string[]): Record<string, string> {
  const given = names.filter((name) => body[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, asText(body[name]).trim()]));
}

/** `custom_field` as flat text. */
export function customFields(value: unknown): Record<string, string> {
  const safe = Object.entries(asObject(value)).filter(([name]) => name !== '__proto__');
  return Object.fromEntries(safe.map(([name, item]) => [name, asText(item)]));
}

/** A decimal member; `undefined` when it was not given. */
export function decimalField(body: JsonObject, name: string): Decimal | undefined {
  const text = asText(body[name]).trim();
  if (text === '') return undefined;
  const value = parseDecimal(text);
  if (value === undefined) throw new KingdeeError(BAD_PARAMETER, `参数${name}[${text}]格式不正确`);
  return value;
}

/** A day as yyyy-MM-dd. */
export function dayField(body: JsonObject, name: string, otherwise: string): string {
  const text = asText(body[name]).trim() || otherwise;
  if (text !== '' && (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text))))
    throw new KingdeeError(BAD_PARAMETER, `参数${name}[${text}]格式不正确`);
  return text;
}

/** True for JSON true and for the texts that stand for it. */
export function flag(value: unknown): boolean {
  return value === true || value === 'true' || value === '1';
}

/** The named fields of a record, empty where nothing was saved. */
export function shown(fields: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? '']));
}

/** Id, number and name of a named record under a prefix, empty when there is none. */
export function reference<Prefix extends string>(
  prefix: Prefix,
  row: { id: string; number: string; name: string } | undefined,
): Record<`${Prefix}_${'id' | 'number' | 'name'}`, string> {
  const { id, number, name } = row ?? { id: '', number: '', name: '' };
  return { [`${prefix}_id`]: id, [`${prefix}_number`]: number, [`${prefix}_name`]: name } as Record<
    `${Prefix}_${'id' | 'number' | 'name'}`,
    string
  >;
}
