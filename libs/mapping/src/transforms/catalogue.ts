import { addressLines } from './address-lines.js';
import { arithmetic } from './arithmetic.js';
import { base64 } from './base64.js';
import { boolean } from './boolean.js';
import { code } from './code.js';
import { copy } from './copy.js';
import { country } from './country.js';
import { currency } from './currency.js';
import { date } from './date.js';
import { decimal } from './decimal.js';
import { division } from './division.js';
import { email } from './email.js';
import { enumByTable } from './enum.js';
import { firstOf } from './first-of.js';
import { hash } from './hash.js';
import { htmlText } from './html-text.js';
import { instant } from './instant.js';
import { integer } from './integer.js';
import { joinFields } from './join-fields.js';
import { jsonText } from './json-text.js';
import { keyedTexts } from './keyed-texts.js';
import { listObject } from './list-object.js';
import { lookup } from './lookup.js';
import { mapEntries } from './map-entries.js';
import { mask } from './mask.js';
import { minorUnits } from './minor-units.js';
import { money } from './money.js';
import { numberText } from './number-text.js';
import { pattern } from './pattern.js';
import { percentRate } from './percent-rate.js';
import { personName } from './person-name.js';
import { phone } from './phone.js';
import { quantity } from './quantity.js';
import { region } from './region.js';
import { splitJoin } from './split-join.js';
import { tags } from './tags.js';
import { taxNumber } from './tax-number.js';
import { template } from './template.js';
import { text } from './text.js';
import type { Transform } from './transform.js';
import { unit } from './unit.js';

const all = [
  addressLines,
  arithmetic,
  base64,
  boolean,
  code,
  copy,
  country,
  currency,
  date,
  decimal,
  division,
  email,
  enumByTable,
  firstOf,
  hash,
  htmlText,
  instant,
  integer,
  joinFields,
  jsonText,
  keyedTexts,
  listObject,
  lookup,
  mapEntries,
  mask,
  minorUnits,
  money,
  numberText,
  pattern,
  percentRate,
  personName,
  phone,
  quantity,
  region,
  splitJoin,
  tags,
  taxNumber,
  template,
  text,
  unit,
] as unknown as readonly Transform[]; // Each file keeps its own option type; options are checked by its schema before they get there.

const byName: ReadonlyMap<string, Transform> = new Map(all.map((transform) => [transform.name, transform]));

/** The closed catalogue, by name. */
export const transforms: readonly Transform[] = all;

/** A transform of the catalogue; undefined for an unknown name. */
export function transformByName(name: string): Transform | undefined {
  return byName.get(name);
}
