import { cleanText } from '@isthmus/canonical';
import { equalJson, type Json } from '@isthmus/json';
import { errorsOf } from '../check/validator.js';
import { compileIn, compileOut, stepsFor } from '../compile/pipeline.js';
import { referenceIn } from '../compile/references.js';
import { isEmpty } from '../compile/safe-value.js';
import { canonicalSchemaAt, nativeSchemaAt, type Site } from '../compile/site.js';
import { nativeTypeOf } from '../compile/expression-rule.js';
import { nativeTypesOf } from '../document/canonical-kind.js';
import { nativePathsOf, waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import { pathOf } from '../paths/parse-path.js';
import { transformByName } from '../transforms/catalogue.js';
import { Refusal, type TransformContext } from '../transforms/transform.js';
import { twoWayTable } from '../transforms/two-way-table.js';
import { sampleEnvironment } from '../samples/run-samples.js';
import { nativeCandidates } from './candidate-values.js';
import { canonicalValue } from './canonical-values.js';
import type { Random } from './random.js';

const MOST_VALUES = 60;
const MADE_CANONICAL = 25;

/** Values by which a rule can be tried: what its native paths may hold (a list for several paths), and what its canonical path may hold. */
export interface AcceptedValues {
  readonly native: readonly Json[];
  readonly canonical: readonly Json[];
}

/**
 * Values that a rule takes, found by trying candidates: those of its transform's own cases, the entries of its tables, the words of its
 * field, values that it writes itself, and a list of what vendors write. So a new transform needs no generator of its own.
 */
export function acceptedValues(
  rule: RuleDocument,
  site: Site,
  document: MappingDocument,
  random: Random,
): AcceptedValues {
  const schema = canonicalSchemaAt(site, pathOf(rule.canonical as string));
  const context = contextOf(rule, document);
  const fixed = fixedValues(rule, schema ?? {}, document);
  const fitting = fixed.canonical.filter((value) => fitsField(schema, value));
  const canonical = canonicalOf(rule, site, [...fitting, ...made(schema, rule, random)], context);
  const back = canonical.flatMap(({ native }) => (native === undefined || native === null ? [] : [native]));
  const read = rule.expression === undefined && waysOf(rule).in ? reader(rule, site) : undefined;
  const tried = candidates(rule, [...back, ...fixed.native], random);
  const native = read
    ? tried.filter((value) => fitsTypes(rule, site, value) && takes(() => read(value, context)))
    : back;
  return {
    native: some(unique(native), random),
    canonical: some(unique(canonical.map(({ value }) => value)), random),
  };
}

function reader(rule: RuleDocument, site: Site): (value: Json, context: TransformContext) => Json | Refusal {
  const convert = compileIn(rule, canonicalSchemaAt(site, pathOf(rule.canonical as string)));
  return rule.reference ? referenceIn(rule.reference, convert) : convert;
}

/** Canonical values that the rule writes, each with what it writes. References are written from their native ids. */
function canonicalOf(
  rule: RuleDocument,
  site: Site,
  values: readonly Json[],
  context: TransformContext,
): readonly { readonly value: Json; readonly native: Json | undefined }[] {
  if (rule.reference) {
    const { stream } = rule.reference;
    return ['1001', 'A1', '70100002'].map((id) => ({ value: { native: { stream, id } }, native: id }));
  }
  if (!waysOf(rule).out || rule.expression !== undefined) return values.map((value) => ({ value, native: undefined }));
  const write = compileOut(rule, canonicalSchemaAt(site, pathOf(rule.canonical as string)));
  return values.flatMap((value) => {
    const native = attempt(() => write(value, context));
    return native === undefined || native instanceof Refusal ? [] : [{ value, native }];
  });
}

function made(schema: Schema | undefined, rule: RuleDocument, random: Random): readonly Json[] {
  if (rule.reference) return [];
  const values = Array.from({ length: MADE_CANONICAL }, () => canonicalValue(schema ?? {}, random));
  return values.filter((value) => fitsField(schema, value));
}

/** Values of cases and tables may belong to other fields; only what the model takes in its normal form stands in a record. */
function fitsField(schema: Schema | undefined, value: Json): boolean {
  if (!schema) return true;
  if (typeof value === 'string' && schema['x-text'] !== 'multiline' && cleanText(value) !== value) return false;
  return errorsOf(schema, value).length === 0;
}

/** What the document itself names: entries of tables, options of transforms, cases of the transforms. */
function fixedValues(
  rule: RuleDocument,
  schema: Schema,
  document: MappingDocument,
): { readonly native: readonly Json[]; readonly canonical: readonly Json[] } {
  const native: Json[] = [];
  const canonical: Json[] = [...((schema['enum'] ?? []) as Json[])];
  for (const { name, options } of stepsFor(rule, schema)) {
    for (const { native: one, canonical: other } of transformByName(name)?.cases ?? []) {
      native.push(one);
      canonical.push(other);
    }
    native.push(...scalars(options));
    const named = options['table'];
    const table = typeof named === 'string' ? document.lookups?.[named] : undefined;
    native.push(
      ...Object.keys(table ?? {}),
      ...Object.keys(table ?? {})
        .map(Number)
        .filter(Number.isFinite),
    );
    canonical.push(...Object.values(table ?? {}));
  }
  return { native: [...native, ...canonical], canonical };
}

function scalars(value: Json): Json[] {
  if (value === null) return [];
  if (typeof value !== 'object') return [value];
  return Object.values(value).flatMap(scalars);
}

function candidates(rule: RuleDocument, first: readonly Json[], random: Random): readonly Json[] {
  const count = nativePathsOf(rule).length;
  const single = [...first, ...nativeCandidates(random, 6)];
  if (count <= 1) return single;
  const scalarsOnly = single.filter((value) => !isEmpty(value) && typeof value !== 'object');
  const combined = Array.from({ length: 400 }, () =>
    Array.from({ length: count }, (): Json => (random.chance(0.2) ? null : random.pick(scalarsOnly))),
  );
  return [...first.filter((value) => Array.isArray(value) && value.length === count), ...combined];
}

function fitsTypes(rule: RuleDocument, site: Site, value: Json): boolean {
  const paths = nativePathsOf(rule);
  const values = paths.length > 1 && Array.isArray(value) ? value : [value];
  return paths.every((path, index) => {
    const schema = nativeSchemaAt(site, pathOf(path));
    const types = schema && nativeTypesOf(schema);
    const one = values[index] ?? null;
    const words = schema?.['enum'];
    if (Array.isArray(words) && !words.some((word) => equalJson(word as Json, one))) return false;
    return one === null || !types || types.has(nativeTypeOf(one));
  });
}

function takes(read: () => Json | Refusal): boolean {
  const value = attempt(read);
  return value !== undefined && !(value instanceof Refusal) && !isEmpty(value);
}

/** Candidates are of any shape; what a transform cannot even look at is no candidate. */
function attempt(work: () => Json | Refusal): Json | Refusal | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function contextOf(rule: RuleDocument, { lookups = {} }: MappingDocument): TransformContext {
  const nativeCount = Math.max(1, nativePathsOf(rule).length);
  return {
    environment: sampleEnvironment,
    root: {},
    nativeCount,
    table: (name: string) => (Object.hasOwn(lookups, name) ? twoWayTable(name, lookups[name]) : undefined),
  } as TransformContext;
}

function unique(values: readonly Json[]): readonly Json[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/** All of a few, or some of many; the first ones are the most telling, so half of them stay. */
function some(values: readonly Json[], random: Random): readonly Json[] {
  if (values.length <= MOST_VALUES) return values;
  const half = MOST_VALUES / 2;
  return [...values.slice(0, half), ...Array.from({ length: half }, () => random.pick(values))];
}

/** A value for a list key that no other item has; digits only, since line numbers are keys too. */
export function someKey(random: Random, index: number): string {
  return String(1000 + random.below(900_000) * 100 + index);
}
