import type { Json, JsonObject } from '@isthmus/json';
import { canonicalSchemaAt, itemSite, type Site } from '../compile/site.js';
import type { LoadMappingInput, MapEnvironment, MapIssue, MappingFinding } from '../contract.js';
import {
  conditionsOf,
  firstNativeOf,
  stepsOf,
  type MappingDocument,
  type RuleDocument,
} from '../document/mapping-document.js';
import { readMapping } from '../load-mapping.js';
import { pathOf } from '../paths/parse-path.js';
import { compileReader, WrongShape } from '../paths/read-path.js';
import { compileWriter } from '../paths/write-path.js';
import { Drafts } from '../paths/drafts.js';
import type { RuleTrace } from '../trace/rule-trace.js';
import { traceMapping, type TracedMapping } from '../trace/trace-mapping.js';
import { fakeText } from './fake-text.js';

/** A sample as it stands in a file of samples. */
export interface MadeSample {
  readonly name: string;
  readonly row: JsonObject;
  readonly canonical?: JsonObject;
  readonly native?: JsonObject;
  readonly refused?: string;
}

/** What `makeSample` found. */
export interface SampleOutcome {
  readonly findings: readonly MappingFinding[];
  readonly sample?: MadeSample;
  /** Why there is none: the masked row could not be made to pass as the real one does. */
  readonly issues?: readonly MapIssue[];
}

const MOST_TRIES = 20;

/**
 * A sample of a captured row, safe to keep beside the mapping: only fields that rules read are kept, and personal ones (names, phones,
 * mail and postal addresses, notes) are replaced by fakes of the same shape that pass the mapping in the same way. What comes out of the
 * mapping is written down as the expectation.
 */
export function makeSample(
  input: LoadMappingInput,
  name: string,
  row: JsonObject,
  environment: MapEnvironment,
): SampleOutcome {
  const { findings, sound } = readMapping(input);
  const { mapping } = traceMapping(input);
  if (!sound || !mapping) return { findings: findings.all() };
  const real = mapping.toCanonical(row, environment);
  let issues: readonly MapIssue[] = real.result.ok ? [] : real.result.issues;
  for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
    const masked = maskedRow(row, real.rules, sound.document, sound.site, `${name} ${attempt}`);
    const sample = expectation(mapping, name, masked, environment);
    if (sampleShape(sample) === sampleShape({ name, row, ...resultOf(real.result) }))
      return { findings: findings.all(), sample };
    issues = [];
  }
  return { findings: findings.all(), issues };
}

function resultOf(
  result: ReturnType<TracedMapping['toCanonical']>['result'],
): Pick<MadeSample, 'canonical' | 'refused'> {
  return result.ok ? { canonical: result.body } : { refused: result.issues[0]?.code ?? '' };
}

function expectation(mapping: TracedMapping, name: string, row: JsonObject, environment: MapEnvironment): MadeSample {
  const { result } = mapping.toCanonical(row, environment);
  if (!result.ok) return { name, row, ...resultOf(result) };
  const back = mapping.toNative(result.body, environment).result;
  return { name, row, canonical: result.body, ...(back.ok && { native: back.row }) };
}

/** Which fields there are and what they look like, without what they say. */
function sampleShape({ canonical, refused }: Pick<MadeSample, 'canonical' | 'refused' | 'name' | 'row'>): string {
  return JSON.stringify(refused ?? shapeOf(canonical ?? {}));
}

function shapeOf(value: Json): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shapeOf(child)]));
  if (typeof value !== 'string') return value;
  return /^\+\d+$/.test(value) ? 'phone' : value.includes('@') ? 'mail' : 'text';
}

function maskedRow(
  row: JsonObject,
  traces: readonly RuleTrace[],
  document: MappingDocument,
  site: Site,
  salt: string,
): JsonObject {
  const made: JsonObject = {};
  for (const path of new Set(['id', ...pathsBeside(document.rules)])) copyField(row, made, path);
  const personal = personalRules(document.rules, 'rules', site);
  for (const { at, native, item, input } of traces) {
    const holder = holderAt(made, item.source);
    if (!holder) continue;
    const drafts = new Drafts();
    for (const [index, path] of native.entries()) {
      const value = input[index];
      if (value === undefined) continue;
      const shown = isListOfObjects(value) ? value.map(() => ({})) : personal.has(at) ? faked(value, salt) : value;
      // A field that several rules read is personal when one of them says so.
      if (personal.has(at) || !isThere(holder, path)) compileWriter(pathOf(path))(holder, shown, drafts, true);
    }
  }
  return made;
}

function faked(value: Json, salt: string): Json {
  if (typeof value === 'string') return fakeText(value, salt);
  if (Array.isArray(value)) return value.map((item) => faked(item, salt));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, faked(child, salt)]));
}

function isListOfObjects(value: Json): value is Json[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
  );
}

/** Paths that conditions and options look at. */
function pathsBeside(rules: readonly RuleDocument[]): string[] {
  return rules.flatMap((rule) => [
    ...(rule.rules ? [] : Object.keys(conditionsOf(rule).native)),
    ...stepsOf(rule).flatMap(({ options }) => {
      const from = options['currencyFrom'];
      const path = typeof from === 'object' && from !== null && !Array.isArray(from) ? from['native'] : undefined;
      return typeof path === 'string' ? [path] : [];
    }),
  ]);
}

function personalRules(rules: readonly RuleDocument[], at: string, site: Site): Set<string> {
  const found = new Set<string>();
  for (const [index, rule] of rules.entries()) {
    if (rule.canonical === undefined) continue;
    const here = `${at}[${index}]`;
    if (rule.rules) {
      const inside = itemSite(site, pathOf(rule.canonical), pathOf(firstNativeOf(rule)));
      for (const inner of personalRules(rule.rules, `${here}.rules`, inside)) found.add(inner);
      continue;
    }
    const schema = canonicalSchemaAt(site, pathOf(rule.canonical));
    if (schema?.['x-personal'] === true || schema?.['x-text'] === 'multiline' || rule.canonical.includes('extensions'))
      found.add(here);
  }
  return found;
}

function holderAt(row: JsonObject, pointer: string): JsonObject | undefined {
  let here: Json = row;
  for (const step of pointer.split('/').slice(1)) {
    const next: Json | undefined = (here as JsonObject)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
    if (typeof next !== 'object' || next === null) return undefined;
    here = next;
  }
  return Array.isArray(here) ? undefined : (here as JsonObject);
}

function isThere(holder: JsonObject, path: string): boolean {
  const found = compileReader(pathOf(path))(holder);
  return found !== undefined && !(found instanceof WrongShape);
}

function copyField(from: JsonObject, to: JsonObject, path: string): void {
  const value = compileReader(pathOf(path))(from);
  if (value !== undefined && !(value instanceof WrongShape)) compileWriter(pathOf(path))(to, value, new Drafts(), true);
}
