import type { JsonSchema } from '../schemas/schema.js';
import { schemaKeywords } from '../schemas/schema.js';
import { fastPatterns } from './fast-patterns.js';
import { isDate, isDateTime } from './text-formats.js';

/** True when the value fits the schema it was made from. */
export type Fits = (value: unknown) => boolean;

type Compile = (schema: JsonSchema) => Fits;

const always: Fits = () => true;

const SAYS_NOTHING: readonly string[] = ['$schema', '$id', ...schemaKeywords];

/** Keywords and who looks at them. What nobody looks at is no schema of ours. */
const READ_BY: { readonly [type: string]: readonly string[] } = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'minItems'],
  string: ['minLength', 'maxLength', 'pattern', 'format', 'enum'],
  integer: ['minimum', 'maximum'],
  boolean: [],
};
const ANYWHERE = ['type', 'allOf', 'anyOf', 'not', 'if', 'then', 'else', 'const'];

/**
 * Compiles a schema of ours to closures that say only whether a value fits: no code is generated, nothing is collected, the first misfit
 * ends it. What does not fit is then validated by ajv, which says why. Both agree on every value, which is tested.
 *
 * @throws RangeError on a keyword or type that it does not know: no rule is passed over in silence
 */
export function compileFits(schema: JsonSchema): Fits {
  refuseUnknown(schema);
  return both(typed(schema), both(combined(schema), schema.required && !schema.type ? requiredOf(schema) : always));
}

function refuseUnknown(schema: JsonSchema): void {
  const known = schema.type === undefined ? ['required'] : READ_BY[schema.type];
  if (!known) throw new RangeError(`no check for the type ${String(schema.type)}`);
  for (const keyword of Object.keys(schema)) {
    if (![...known, ...ANYWHERE, ...SAYS_NOTHING].includes(keyword)) throw new RangeError(`no check for ${keyword}`);
  }
}

function both(first: Fits, second: Fits): Fits {
  if (first === always) return second;
  if (second === always) return first;
  return (value) => first(value) && second(value);
}

function typed(schema: JsonSchema): Fits {
  const compilers: { readonly [type: string]: Compile } = { object, array: list, string: text, integer, boolean };
  return schema.type === undefined ? always : (compilers[schema.type]?.(schema) ?? always);
}

const boolean: Compile = () => (value) => typeof value === 'boolean';

function integer(schema: JsonSchema): Fits {
  const minimum = Number(schema['minimum'] ?? -Infinity);
  const maximum = Number(schema['maximum'] ?? Infinity);
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum;
}

function list(schema: JsonSchema): Fits {
  const minItems = Number(schema['minItems'] ?? 0);
  const fits = schema.items ? compileFits(schema.items) : always;
  return (value) => {
    if (!Array.isArray(value) || value.length < minItems) return false;
    for (let index = 0; index < value.length; index += 1) if (!fits(value[index])) return false;
    return true;
  };
}

interface Field {
  readonly name: string;
  readonly fits: Fits;
  readonly required: boolean;
}

function object(schema: JsonSchema): Fits {
  const required = new Set(schema.required);
  const fields = new Map<string, Field>();
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    fields.set(name, { name, fits: compileFits(field), required: required.delete(name) });
  if (required.size > 0) throw new RangeError('no check for a required field that is not described');
  const closed = closedOf(schema);
  const needed = [...fields.values()].filter((field) => field.required).length;
  const size = sizeOf(schema);
  // Objects of one kind mostly hold the same fields in the same order: the field met last time at a place is tried before it is looked up.
  const usual: Field[] = [];
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const held = value as { readonly [name: string]: unknown };
    let found = 0;
    let place = 0;
    for (const name in held) {
      let field = usual[place];
      if (field === undefined || field.name !== name) {
        field = fields.get(name);
        if (field === undefined) {
          if (closed) return false;
          continue;
        }
        if (place <= usual.length) usual[place] = field;
      }
      place += 1;
      const inner = held[name];
      // As for ajv, a member that is undefined is not there.
      if (inner === undefined) continue;
      if (!field.fits(inner)) return false;
      if (field.required) found += 1;
    }
    return found === needed && (size === undefined || size(held));
  };
}

function closedOf(schema: JsonSchema): boolean {
  const additional = schema['additionalProperties'];
  if (additional !== undefined && typeof additional !== 'boolean')
    throw new RangeError('no check for additionalProperties with a schema');
  return additional === false;
}

function sizeOf(schema: JsonSchema): ((held: object) => boolean) | undefined {
  const { minProperties, maxProperties } = schema;
  if (minProperties === undefined && maxProperties === undefined) return undefined;
  const [least, most] = [Number(minProperties ?? 0), Number(maxProperties ?? Infinity)];
  return (held) => {
    const { length } = Object.keys(held);
    return length >= least && length <= most;
  };
}

function text(schema: JsonSchema): Fits {
  const checks = [words(schema), lengths(schema), pattern(schema), format(schema)].filter((fits) => fits !== undefined);
  return checks.length === 0 ? (value) => typeof value === 'string' : checks.reduce(both, always);
}

function words(schema: JsonSchema): Fits | undefined {
  if (!schema.enum) return undefined;
  const all: ReadonlySet<unknown> = new Set(schema.enum);
  return (value) => typeof value === 'string' && all.has(value);
}

/** Lengths count characters, of which a pair of surrogates is one. */
function lengths(schema: JsonSchema): Fits | undefined {
  if (schema['minLength'] === undefined && schema['maxLength'] === undefined) return undefined;
  const least = Number(schema['minLength'] ?? 0);
  const most = Number(schema['maxLength'] ?? Infinity);
  // Only beyond one does it matter that two units may be one character.
  const enough = least <= 1 ? least : least * 2;
  return (value) => {
    if (typeof value !== 'string') return false;
    if (value.length >= enough && value.length <= most) return true;
    const characters = charactersOf(value);
    return characters >= least && characters <= most;
  };
}

function charactersOf(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

function pattern(schema: JsonSchema): Fits | undefined {
  const source = schema['pattern'];
  if (typeof source !== 'string') return undefined;
  const fast = fastPatterns.get(source);
  if (fast) return fast;
  const expression = new RegExp(source);
  return (value) => typeof value === 'string' && expression.test(value);
}

function format(schema: JsonSchema): Fits | undefined {
  const name = schema['format'];
  if (name === undefined) return undefined;
  const check = name === 'date' ? isDate : name === 'date-time' ? isDateTime : undefined;
  if (!check) throw new RangeError(`no check for the format ${JSON.stringify(name)}`);
  return (value) => typeof value === 'string' && check(value);
}

function requiredOf(schema: JsonSchema): Fits {
  const names = schema.required ?? [];
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
    return names.every((name) => (value as { readonly [name: string]: unknown })[name] !== undefined);
  };
}

/** `allOf`, `anyOf`, `not`, `if`/`then`/`else` and `const`. */
function combined(schema: JsonSchema): Fits {
  const all = schemasOf(schema['allOf']).map(compileFits);
  const any = schemasOf(schema['anyOf']).map(compileFits);
  const not = schemaOf(schema['not']);
  const wanted = schema['const'];
  if (wanted !== undefined && typeof wanted === 'object')
    throw new RangeError('no check for a const that is no plain value');
  const checks: Fits[] = [...all];
  if (any.length > 0) checks.push((value) => any.some((fits) => fits(value)));
  if (not) checks.push((value) => !not(value));
  if (wanted !== undefined) checks.push((value) => value === wanted);
  const condition = schemaOf(schema['if']);
  if (condition) {
    const [then, otherwise] = [schemaOf(schema['then']) ?? always, schemaOf(schema['else']) ?? always];
    checks.push((value) => (condition(value) ? then(value) : otherwise(value)));
  }
  return checks.reduce(both, always);
}

const schemasOf = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? (value as readonly JsonSchema[]) : [];

const schemaOf = (value: unknown): Fits | undefined =>
  typeof value === 'object' && value !== null ? compileFits(value as JsonSchema) : undefined;
