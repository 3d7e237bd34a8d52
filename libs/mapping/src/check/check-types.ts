import { canonicalTypeOf, nativeTypesOf } from '../document/canonical-kind.js';
import { say } from '../document/finding-factory.js';
import { waysOf } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import type { CanonicalType, NativeType } from '../transforms/transform.js';
import type { RulePlace } from './check-context.js';
import type { RulePaths } from './check-paths.js';
import type { KnownStep } from './check-transforms.js';

const NATIVE_OF: { readonly [type in CanonicalType]: NativeType | undefined } = {
  text: 'text',
  decimal: 'text',
  rate: 'text',
  instant: 'text',
  date: 'text',
  boolean: 'boolean',
  integer: 'number',
  number: 'number',
  money: 'object',
  quantity: 'object',
  reference: 'object',
  object: 'object',
  list: 'list',
  any: undefined,
};

const USUAL: { readonly [type in CanonicalType]?: string } = {
  money: 'money',
  quantity: 'quantity',
  decimal: 'decimal',
  rate: 'percent-rate',
  instant: 'instant',
  date: 'date',
  integer: 'integer',
  boolean: 'boolean',
};

/** Checks that the types of both sides and of all steps between fit. */
export function checkTypes(place: RulePlace, paths: RulePaths, steps: readonly KnownStep[]): void {
  const { rule, at, findings } = place;
  if (rule.constant !== undefined) return;
  const wanted = paths.canonical?.schema && wantedType(paths.canonical.schema);
  const [first, last] = [steps[0], steps.at(-1)];
  if (wanted === 'reference' && !rule.reference) return needsReference(place, paths.canonical?.schema as Schema);
  if (!first || !last) return needsTransform(place, wanted ?? 'any');
  checkChain(place, steps);
  if (rule.reference) checkReference(place, paths.canonical?.schema);
  else if (wanted && !fits(wanted, last.transform.canonical)) {
    findings.add({
      code: 'mapping.type-mismatch',
      path: `${at}.${rule.transform === undefined ? 'canonical' : 'transform'}`,
      message: say(
        `"${last.transform.name}" makes ${last.transform.canonical}, but the field holds ${wanted}`,
        `“${last.transform.name}”产生 ${last.transform.canonical}，而字段类型为 ${wanted}`,
      ),
      suggestion: USUAL[wanted],
    });
  }
  checkNativeSide(place, paths, first);
}

function wantedType(schema: Schema): CanonicalType {
  return referredEntity(schema) === undefined ? canonicalTypeOf(schema) : 'reference';
}

function fits(wanted: CanonicalType, made: CanonicalType): boolean {
  if (wanted === 'any' || made === 'any' || wanted === made) return true;
  if (wanted === 'text') return NATIVE_OF[made] === 'text';
  if (wanted === 'object') return made === 'money' || made === 'quantity';
  return wanted === 'number' && made === 'integer';
}

function checkChain({ at, findings }: RulePlace, steps: readonly KnownStep[]): void {
  for (const [index, step] of steps.entries()) {
    const next = steps[index + 1];
    const made = NATIVE_OF[step.transform.canonical];
    if (!next || made === undefined || next.transform.native.includes(made)) continue;
    findings.add({
      code: 'mapping.type-mismatch',
      path: `${at}.transform[${index + 1}]`,
      message: say(
        `"${next.transform.name}" cannot read what "${step.transform.name}" makes (${made})`,
        `“${next.transform.name}”无法读取“${step.transform.name}”的结果（${made}）`,
      ),
    });
  }
}

function checkNativeSide(place: RulePlace, paths: RulePaths, first: KnownStep): void {
  const { rule, at, findings } = place;
  if (paths.native.length > 1) return checkManyPaths(place, paths.native.length, first);
  const types = paths.native[0]?.schema && nativeTypesOf(paths.native[0].schema);
  if (!types || (rule.reference && types.has('list'))) return;
  const { name, native } = first.transform;
  const ways = waysOf(rule);
  const mismatch = (verb: [string, string], mine: readonly NativeType[], suggestion: string | undefined): void =>
    findings.add({
      code: 'mapping.type-mismatch',
      path: `${at}.native`,
      message: say(
        `"${name}" ${verb[0]} ${mine.join(' or ')}, but the native field holds ${[...types].join(' or ')}`,
        `“${name}”${verb[1]} ${mine.join(' 或 ')}，而原生字段为 ${[...types].join(' 或 ')}`,
      ),
      suggestion,
    });
  if (ways.in && !native.some((type) => types.has(type)))
    return mismatch(['reads', '读取'], native, types.has('number') ? 'number-text' : undefined);
  const written = writtenType(first, types);
  if (ways.out && written !== undefined && !types.has(written))
    mismatch(['writes', '写出'], [written], asOption(types));
}

function checkManyPaths(
  { at, findings }: RulePlace,
  count: number,
  { transform: { name, manyPaths } }: KnownStep,
): void {
  if (manyPaths === true) return;
  findings.add({
    code: 'mapping.type-mismatch',
    path: `${at}.native`,
    message: say(`"${name}" reads one native path, not ${count}`, `“${name}”只读取一个原生路径，而非 ${count} 个`),
  });
}

function writtenType({ transform, options }: KnownStep, types: ReadonlySet<NativeType>): NativeType | undefined {
  if (transform.writes) return transform.writes(options);
  return transform.native.find((type) => types.has(type)) ?? transform.native[0];
}

function asOption(types: ReadonlySet<NativeType>): string | undefined {
  if (types.has('number')) return 'as: number';
  return types.has('text') ? 'as: text' : undefined;
}

function checkReference({ rule, at, findings }: RulePlace, schema: Schema | undefined): void {
  const entity = schema && referredEntity(schema);
  if (schema === undefined || entity === rule.reference?.entity) return;
  findings.add({
    code: 'mapping.wrong-reference',
    path: `${at}.reference`,
    message:
      entity === undefined
        ? say('this field holds no reference', '该字段不是引用')
        : say(`this field refers to "${entity}"`, `该字段引用的是“${entity}”`),
    suggestion: entity,
  });
}

function needsReference({ at, findings }: RulePlace, schema: Schema): void {
  const entity = referredEntity(schema) ?? '';
  findings.add({
    code: 'mapping.transform-needed',
    path: `${at}.canonical`,
    message: say(
      `this field refers to a ${entity}: say which stream the native id belongs to`,
      `该字段引用 ${entity}：请注明原生标识所属的数据流`,
    ),
    suggestion: `reference: { entity: ${entity}, stream: … }`,
  });
}

function needsTransform({ at, findings }: RulePlace, wanted: CanonicalType): void {
  findings.add({
    code: 'mapping.transform-needed',
    path: `${at}.canonical`,
    message: say(
      `this field holds ${wanted}: say by a transform how the other system writes it`,
      `该字段类型为 ${wanted}：请用 transform 注明对方系统的写法`,
    ),
    suggestion: `transform: ${USUAL[wanted] ?? 'copy'}`,
  });
}

/** Entity that a reference, or a list of references, names. */
function referredEntity(schema: Schema): string | undefined {
  const entity = schema['x-ref'] ?? (schema['items'] as Schema | undefined)?.['x-ref'];
  return typeof entity === 'string' ? entity : undefined;
}
