import type fastCheck from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Json, JsonObject } from '@isthmus/json';
import { errorsOf } from '../../check/validator.js';
import type { Transform } from '../transform.js';

/** The generator library; specs hand it in, because only they may import it. */
export type FastCheck = typeof fastCheck;

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

/** Texts that mean something, by the name of the option: any text would hardly ever be a sensible one. */
const MEANT: { readonly [option: string]: readonly Json[] } = {
  table: ['example', 'units'],
  zone: ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'UTC'],
  pattern: [
    'dd.MM.yyyy',
    'MM/dd/yyyy',
    'yyyy/M/d HH:mm',
    "yyyy-MM-dd'T'HH:mm:ss.SSS",
    'yyyy年M月d日',
    'd MMM yyyy hh:mm a',
  ],
  currency: ['CNY', 'EUR', 'JPY', 'KWD'],
  country: ['CN', 'DE', 'US'],
  unit: ['C62', 'KGM', '斤', '箱', '克'],
  convertTo: ['C62', 'KGM', 'GRM'],
  separator: [',', ';', '-', ' ', ' - ', '/'],
  find: ['\\d+', '^SO-(?P<n>\\d+)$', '[a-z]+|\\pL', '(?i)x', '(.)(.*)'],
  take: [0, 1, 'n'],
  replace: ['', '$1', 'x', '$2$1'],
  back: ['SO-{value}', '{value}', '<{value}>', 0, 1],
  by: ['100', '0.5', '-3', '24', '1.07'],
  native: ['factor', 'currency'],
  canonical: ['factor', 'currency'],
  yes: ['1', 1, true, ['是', 'Y']],
  no: ['0', 0, false, ['否', 'N']],
  unknownDefault: ['alpha', 'other'],
  unknownNative: ['A', 'Z'],
  field: ['name', 'label'],
  nativeField: ['name', 'label'],
  key: ['name', 'id'],
  name: ['name', 'key'],
  value: ['value', 'text'],
};

/** Every sound set of options of a transform, from its schema. */
export function optionsOf(fc: FastCheck, transform: Transform): Arbitrary<JsonObject> {
  const fromSchema = objectOf(fc, transform.options as Schema) as Arbitrary<JsonObject>;
  const fromCases = fc.constantFrom(...transform.cases.map(({ options = {} }) => options));
  return fc.oneof(fromSchema, fromCases).filter((options) => isSound(transform, options));
}

/** True when the checker would let the options pass. */
export function isSound(transform: Transform, options: JsonObject): boolean {
  return errorsOf(transform.options, options).length === 0 && transform.problemOf?.(options) === undefined;
}

function objectOf(fc: FastCheck, { properties, required = [], additionalProperties }: Schema): Arbitrary<Json> {
  if (!properties) {
    const values =
      typeof additionalProperties === 'object' ? valueOf(fc, 'by', additionalProperties) : fc.constant('x');
    return fc.dictionary(fc.constantFrom('箱', 'XCT', 'box', 'scope'), values, {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    });
  }
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, valueOf(fc, name, schema)]),
  );
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

function valueOf(fc: FastCheck, name: string, schema: Schema): Arbitrary<Json> {
  const { enum: words, anyOf, type, items, minimum = 0, maximum = 20 } = schema;
  if (words) return fc.constantFrom(...words);
  const meant = MEANT[name];
  if (meant) return fc.constantFrom(...meant);
  if (anyOf) return fc.oneof(...anyOf.map((one) => valueOf(fc, name, one)));
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: minimum, max: Math.min(maximum, minimum + 12) });
  if (type === 'object') return objectOf(fc, schema);
  if (type === 'array')
    return fc.array(valueOf(fc, name, items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 2 });
  return schema.pattern === undefined
    ? fc.string({ minLength: schema.minLength ?? 0, maxLength: 4 })
    : fc.stringMatching(new RegExp(schema.pattern, 'u'));
}
