import fc from 'fast-check';
import type { JsonSchema } from '../schemas/schema.js';
import { compileFits } from './compile-fits.js';
import { entityDefinition, entityNames } from './entities.js';
import { fastPatterns } from './fast-patterns.js';
import { newAjv } from './new-ajv.js';
import { isDate, isDateTime } from './text-formats.js';

const ajvOf = (schema: JsonSchema): ((value: unknown) => boolean) => {
  const validate = newAjv({ unicodeRegExp: false }).compile(schema);
  return (value) => validate(value);
};

/** Values that fit a field's schema, more or less: lengths and patterns are met, choices between fields are not looked at. */
function fitting(schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer')
    return fc.integer({ min: Number(schema['minimum'] ?? 0), max: Number(schema['maximum'] ?? 100) });
  if (schema.type === 'array')
    return fc.array(fitting(schema.items ?? {}, depth + 1), {
      minLength: Number(schema['minItems'] ?? 0),
      maxLength: 2,
    });
  if (schema.type === 'object') return fittingObject(schema, depth);
  return fittingText(schema);
}

function fittingObject(schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [name, fitting(field, depth + 1)]),
  );
  if (schema['x-ref'])
    return fc.oneof(fc.record({ id: fields['id'] ?? fc.uuid() }), fc.record({ native: fields['native'] ?? fc.uuid() }));
  return fc.record(fields, { requiredKeys: depth === 0 ? Object.keys(fields) : [...(schema.required ?? [])] });
}

function fittingText(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema['format'] === 'date') return fc.constantFrom('2024-02-29', '2026-12-31');
  if (schema['format'] === 'date-time') return fc.constantFrom('2026-11-04T03:03:05.000Z', '2016-12-31T23:59:60.000Z');
  const pattern = schema['pattern'];
  if (typeof pattern === 'string')
    return pattern.includes('(?=') ? fc.constantFrom('1', '0.5') : fc.stringMatching(new RegExp(pattern));
  return fc.constantFrom('a', '订单', '😀😀');
}

const HOSTILE: readonly unknown[] = [
  null,
  '',
  ' ',
  'x'.repeat(501),
  '😀'.repeat(201),
  '😀'.repeat(500),
  0,
  -1,
  1.5,
  1e300,
  Number.NaN,
  Infinity,
  true,
  [],
  [null],
  {},
  { amount: '1', currency: 'CNY', more: 1 },
  { id: 'x', native: { stream: 's', id: '1' } },
  JSON.parse('{"__proto__":{"amount":"1"},"constructor":"x"}'),
  '2026-02-29',
  '2026-11-04T24:00:00.000Z',
  '1e5',
  '01',
  'cny',
];

/** Every place in a value, and the value with something else there, with the place taken out, or with a field more. */
function* spoiled(value: unknown, others: readonly unknown[]): Generator<unknown> {
  for (const other of others) yield other;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      for (const inner of spoiled(item, others)) yield value.with(index, inner);
    return;
  }
  yield { ...value, unheardOf: 1 };
  for (const [name, inner] of Object.entries(value)) {
    const { [name]: _, ...without } = value as { readonly [name: string]: unknown };
    yield without;
    yield { ...value, [name]: undefined };
    for (const other of spoiled(inner, others)) yield { ...value, [name]: other };
  }
}

describe.each(entityNames)('closures for the schema of %s', (entity) => {
  const { schema } = entityDefinition(entity);
  const fits = compileFits(schema);
  const validate = ajvOf(schema);

  it('say the same as ajv about bodies that fit, more or less', () => {
    let fitted = 0;
    fc.assert(
      fc.property(fitting(schema), (body) => {
        if (fits(body)) fitted += 1;
        expect(fits(body)).toBe(validate(body));
      }),
      { numRuns: 25, seed: 7 },
    );
    expect(fitted).toBeGreaterThan(0);
  });

  it('say the same as ajv with anything wrong at any place', () => {
    const [body] = fc.sample(fitting(schema), { numRuns: 1, seed: 11 });
    let refused = 0;
    for (const wrong of spoiled(body, HOSTILE)) {
      const wanted = validate(wrong);
      if (!wanted) refused += 1;
      if (fits(wrong) !== wanted) throw new Error(`ajv says ${String(wanted)}: ${JSON.stringify(wrong)}`);
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe('patterns and formats', () => {
  it.each([...fastPatterns])('%s is told by code as by the regular expression', (source, fits) => {
    const expression = new RegExp(source);
    const texts = fc.oneof(
      fc.stringMatching(expression),
      fc
        .tuple(fc.stringMatching(expression), fc.nat(30), fc.constantFrom('', '0', '.', '-', 'A', '٣', '\n'))
        .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at + 1)),
      fc.stringMatching(/^-?[0-9]{0,17}\.?[0-9]{0,10}$/),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(fits(text)).toBe(expression.test(text));
      }),
      { numRuns: 500 },
    );
    for (const value of [1, null, undefined, ['1'], {}]) expect(fits(value)).toBe(false);
  });

  it.each([
    ['date', isDate],
    ['date-time', isDateTime],
  ] as const)('%s is told as ajv tells it', (format, is) => {
    const validate = ajvOf({ type: 'string', format });
    const two = fc.integer({ min: 0, max: 62 }).map((number) => String(number).padStart(2, '0'));
    const day = fc
      .tuple(fc.constantFrom('2026', '2024', '1900', '2000', '99'), two, two)
      .map((parts) => parts.join('-'));
    const zone = fc.oneof(
      fc.constantFrom('Z', 'z', '', '+08:00', '-0800', '+8', '+24:00', '-00:01', '+01:00'),
      fc.tuple(two, two).map(([hours, minutes]) => `-${hours}:${minutes}`),
    );
    const time = fc
      .tuple(two, two, two, fc.constantFrom('', '.5', '.000', '.'), zone)
      .map(([hours, minutes, seconds, fraction, end]) => `${hours}:${minutes}:${seconds}${fraction}${end}`);
    const leap = fc
      .tuple(fc.constantFrom('23', '00', '07'), fc.constantFrom('59', '00'), zone)
      .map(([hours, minutes, end]) => `${hours}:${minutes}:60${end}`);
    const moment = fc
      .tuple(day, fc.constantFrom('T', 't', ' ', '\n', 'x', ''), fc.oneof(time, leap))
      .map((p) => p.join(''));
    fc.assert(
      fc.property(fc.oneof(day, moment, fc.string()), (text) => {
        expect(is(text)).toBe(validate(text));
      }),
      { numRuns: 1000 },
    );
  });
});

it.each<[string, JsonSchema]>([
  ['keyword', { type: 'string', contentEncoding: 'base64' }],
  ['keyword of another type', { type: 'string', items: { type: 'string' } }],
  ['format', { type: 'string', format: 'uri' }],
  ['type', { type: 'number' }],
  ['required field', { type: 'object', properties: {}, required: ['a'], additionalProperties: false }],
])('a %s that nobody would look at is refused', (_, schema) => {
  expect(() => compileFits(schema)).toThrow(RangeError);
});
