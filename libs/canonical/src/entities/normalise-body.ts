import type { Json, JsonObject } from '@isthmus/json';
import type { JsonSchema } from '../schemas/schema.js';
import { parseDecimal } from '../values/decimal.js';
import { minorDigits, padToMinor } from '../values/money.js';
import { cleanCode, cleanMultilineText, cleanText } from '../values/text.js';
import { entityDefinition, type EntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { perEntity } from './per-entity.js';
import { planFields, rewriteFields } from './rewrite-body.js';

const DECIMAL_KINDS: ReadonlySet<string | undefined> = new Set(['decimal', 'rate']);

const matters = (schema: JsonSchema): boolean =>
  schema['x-type'] !== undefined || (schema.type === 'string' && !schema.enum && schema['pattern'] === undefined);

const planOf = perEntity((name) => planFields(entityDefinition(name).schema, matters));

/**
 * The body with every value in its one normal form, so that equal values have equal texts: money, quantities, rates and decimals
 * without needless zeros (money keeps its minor digits), text in NFC without stray blanks, codes in half-width characters; text
 * that is empty after cleaning is taken out. Values that cannot be read stay as they are, for `validateBody` to refuse. Twice is the same as once.
 */
export function normaliseBody(entity: EntityName, body: Body): Body {
  const plan = planOf(entity);
  return plan
    ? (rewriteFields(plan, body, (value, { hit }) => normaliseValue(value, hit as JsonSchema)) as Body)
    : body;
}

function normaliseValue(value: Json, schema: JsonSchema): Json | undefined {
  const kind = schema['x-type'];
  if (typeof value === 'string') {
    if (DECIMAL_KINDS.has(kind)) return normaliseNumber(value);
    return kind === undefined ? cleaned(value, schema) : value;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  if (kind === 'money') return normaliseMoney(value);
  return kind === 'quantity' ? normaliseQuantity(value) : value;
}

function normaliseNumber(text: string): string {
  const decimal = parseDecimal(text);
  return decimal.ok ? decimal.value : text;
}

function cleaned(text: string, schema: JsonSchema): string | undefined {
  if (schema['x-text'] === 'multiline') return cleanMultilineText(text) || undefined;
  return (schema['x-text'] === 'code' ? cleanCode(text) : cleanText(text)) || undefined;
}

function normaliseMoney(value: JsonObject): Json {
  const { amount, currency } = value;
  if (typeof amount !== 'string' || typeof currency !== 'string') return value;
  const decimal = parseDecimal(amount);
  if (!decimal.ok) return value;
  const now = padToMinor(decimal.value, minorDigits(currency));
  return now === amount ? value : { ...value, amount: now };
}

function normaliseQuantity(value: JsonObject): Json {
  const { value: amount } = value;
  const now = typeof amount === 'string' ? normaliseNumber(amount) : amount;
  return now === amount || now === undefined ? value : { ...value, value: now };
}
