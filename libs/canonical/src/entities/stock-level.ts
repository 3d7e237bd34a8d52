import type { JsonObject } from '@isthmus/json';
import { finding, warning, type Finding } from '../finding.js';
import { stockLevelSchema } from '../schemas/stock-level.js';
import { addDecimals, isDecimal, normaliseDecimal, shiftPoint } from '../values/decimal.js';
import { comparableCode } from '../values/text.js';
import { defineEntity, type Body, type MatchKey } from './entity-definition.js';
import { objectAt, refIdAt, textAt } from './read-body.js';

const QUANTITIES = ['onHand', 'reserved', 'unavailable', 'incoming', 'safetyStock', 'available'] as const;

/** Stock level of one product at one location (and lot). */
export const stockLevel = defineEntity({ name: 'stockLevel', schema: stockLevelSchema, derive, check, matchKeys });

/** `reserved` defaults to none; `available` is on hand less reserved and unavailable, and always computed. */
function derive(body: Body): Body {
  const onHand = amountOf(objectAt(body, 'onHand'));
  const unit = textAt(objectAt(body, 'onHand'), 'unit');
  if (onHand === undefined || unit === undefined) return body;
  const withReserved: Body = body['reserved'] === undefined ? { ...body, reserved: { value: '0', unit } } : body;
  const parts = ['reserved', 'unavailable'].map((name) => withReserved[name] && objectAt(withReserved, name));
  if (parts.some((part) => part !== undefined && textAt(part as JsonObject, 'unit') !== unit)) return withReserved;
  let available = onHand;
  for (const part of parts) {
    const amount = part === undefined ? '0' : amountOf(part as JsonObject);
    if (amount === undefined) return withReserved;
    available = addDecimals(available, negated(amount));
  }
  return { ...withReserved, available: { value: available, unit } };
}

function amountOf(quantity: JsonObject | undefined): string | undefined {
  const value = textAt(quantity, 'value');
  return value !== undefined && isDecimal(value) ? normaliseDecimal(value) : undefined;
}

function negated(value: string): string {
  return shiftPoint(value.startsWith('-') ? value.slice(1) : `-${value}`, 0);
}

function check(body: Body): Finding[] {
  const unit = textAt(objectAt(body, 'onHand'), 'unit');
  const otherUnits = QUANTITIES.filter((name) => (textAt(objectAt(body, name), 'unit') ?? unit) !== unit).map((name) =>
    finding('stock.units-differ', `/${name}/unit`, {
      en: `This quantity is not in ${unit ?? 'the unit'} as the stock on hand.`,
      zh: '单位与现存量的单位不一致。',
    }),
  );
  const negative = textAt(objectAt(body, 'onHand'), 'value')?.startsWith('-') ?? false;
  if (!negative) return otherUnits;
  return [
    ...otherUnits,
    warning('stock.negative', '/onHand', { en: 'Stock on hand is negative.', zh: '现存量为负。' }),
  ];
}

function matchKeys(body: Body): MatchKey[] {
  const sku = refIdAt(body, 'skuId');
  const place = refIdAt(body, 'locationId');
  if (!sku || !place) return [];
  const lot = textAt(body, 'lot');
  return [
    { kind: 'stockKey', value: `${sku}|${place}|${lot ? comparableCode(lot) : ''}`, strength: 'strong', scope: 'hub' },
  ];
}
