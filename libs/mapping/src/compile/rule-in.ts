import type { Json, JsonObject } from '@isthmus/json';
import { firstNativeOf, nativePathsOf, type RuleDocument } from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { pointerOf } from '../paths/pointer.js';
import { compileReader, WrongShape, type PathReader } from '../paths/read-path.js';
import { compileWriter } from '../paths/write-path.js';
import { isRefusal, type Refusal } from '../transforms/transform.js';
import { ruleConditions } from './conditions.js';
import { compileConstant } from './constants.js';
import { compileExpressionIn } from './expression-rule.js';
import { compileIn, shortcutIn, type Convert } from './pipeline.js';
import { referenceIn, referenceShortcut } from './references.js';
import type { Run, Step } from './run.js';
import { copyJson, isEmpty, unsafe, wrongShape } from './safe-value.js';
import type { Shortcut } from './shortcuts/shortcut.js';
import { canonicalKeys, canonicalSchemaAt, type Site } from './site.js';

/** Native value of a rule; `undefined` absent, `null` empty. */
type ReadNative = (source: JsonObject, run: Run) => Json | undefined | Refusal;

/** Compiles a rule from native to canonical. `firstOf` = an earlier rule may have filled the same field: then this one keeps quiet. */
export function compileRuleIn(rule: RuleDocument, site: Site, firstOf: boolean): Step {
  const path = pathOf(rule.canonical as string);
  const schema = canonicalSchemaAt(site, path);
  const keys = canonicalKeys(site);
  const step = rule.constant === undefined ? stepOf(rule, site) : compileConstant(path, rule.constant, schema, keys);
  const { canonical, native } = ruleConditions(rule);
  const filled = firstOf ? compileReader(path) : undefined;
  if (!canonical && !native && !filled) return step;
  return (source, target, run) => {
    if (native && !native(source)) return;
    if (canonical && !canonical(target)) return;
    if (filled && isFilled(filled(target))) return;
    step(source, target, run);
  };
}

function isFilled(value: Json | undefined | WrongShape): boolean {
  return value !== undefined && value !== null && !(value instanceof WrongShape);
}

function stepOf(rule: RuleDocument, site: Site): Step {
  return rule.expression === undefined ? valueStep(rule, site) : expressionStep(rule, site);
}

function expressionStep(rule: RuleDocument, site: Site): Step {
  const path = pathOf(rule.canonical as string);
  const value = compileExpressionIn(rule, site);
  const write = compileWriter(path, canonicalKeys(site));
  const writeEmpty = emptyWriter(rule, write);
  const targetPointer = pointerOf(path);
  const extras = rule.canonicalExtras;
  return (source, target, run) => {
    const made = value(source, run);
    if (isRefusal(made)) return run.refuse(made, '', targetPointer);
    if (isEmpty(made)) return writeEmpty(null, target, run);
    const holder = write(target, made, run.drafts, true);
    if (extras) Object.assign(holder, copyJson(extras));
  };
}

function valueStep(rule: RuleDocument, site: Site): Step {
  const step = fullStep(rule, site);
  const shortcut = shortcutOf(rule, site);
  return shortcut ? shortStep(rule, site, shortcut, step) : step;
}

/** The shortcut of a rule that reads one field and does no more than convert it. */
function shortcutOf(rule: RuleDocument, site: Site): Shortcut | undefined {
  if (nativePathsOf(rule).length !== 1 || rule.canonicalExtras) return undefined;
  const shortcut = shortcutIn(rule, canonicalSchemaAt(site, pathOf(rule.canonical as string)));
  return shortcut && rule.reference ? referenceShortcut(rule.reference, shortcut) : shortcut;
}

/** Values that come every day go straight from field to field; all others take the full step. */
function shortStep(rule: RuleDocument, site: Site, shortcut: Shortcut, step: Step): Step {
  const read = compileReader(pathOf(firstNativeOf(rule)));
  const write = compileWriter(pathOf(rule.canonical as string), canonicalKeys(site));
  const marker = markerOf(rule);
  return (source, target, run) => {
    const value = read(source);
    // Shortcuts take texts and numbers only.
    if ((typeof value !== 'string' && typeof value !== 'number') || value === marker) return step(source, target, run);
    run.nativeCount = 1;
    const made = shortcut(value, run);
    if (made === undefined) step(source, target, run);
    else write(target, made, run.drafts, true);
  };
}

/** What stands for "nothing" at the native side, besides what is empty everywhere. */
function markerOf(rule: RuleDocument): Json | undefined {
  return rule.emptyNative === 'omit' ? undefined : rule.emptyNative;
}

function fullStep(rule: RuleDocument, site: Site): Step {
  const path = pathOf(rule.canonical as string);
  const write = compileWriter(path, canonicalKeys(site));
  const convert = converter(rule, site);
  const natives = nativePathsOf(rule).map(pathOf);
  const read =
    natives.length === 1
      ? readOne(firstNativeOf(rule), rule)
      : readMany(
          natives.map(({ text }) => text),
          rule,
        );
  const [sourcePointer, targetPointer] = [pointerOf(pathOf(firstNativeOf(rule))), pointerOf(path)];
  const writeEmpty = emptyWriter(rule, write);
  const extras = rule.canonicalExtras;
  const nativeCount = natives.length;
  return (source, target, run) => {
    const value = read(source, run);
    if (value === undefined || value === null) return writeEmpty(value, target, run);
    run.nativeCount = nativeCount;
    run.sourcePointer = sourcePointer;
    run.targetPointer = targetPointer;
    const converted = isRefusal(value) ? value : convert(value, run);
    if (isRefusal(converted)) return run.refuse(converted, sourcePointer, targetPointer);
    if (isEmpty(converted)) return writeEmpty(null, target, run);
    const holder = write(target, converted, run.drafts, true);
    if (extras) Object.assign(holder, copyJson(extras));
  };
}

function converter(rule: RuleDocument, site: Site): Convert {
  const convert = compileIn(rule, canonicalSchemaAt(site, pathOf(rule.canonical as string)));
  return rule.reference ? referenceIn(rule.reference, convert) : convert;
}

/** An absent field says nothing unless there is a default; an empty one clears, or says nothing either (`empty: keep`). */
function emptyWriter(
  rule: RuleDocument,
  write: ReturnType<typeof compileWriter>,
): (value: null | undefined, target: JsonObject, run: Run) => void {
  const fallback = rule.default;
  const keep = rule.empty === 'keep';
  return (value, target, run) => {
    if (fallback !== undefined) write(target, copyJson(fallback), run.drafts, false);
    else if (value === null && !keep) write(target, null, run.drafts, false);
  };
}

function readOne(native: string, rule: RuleDocument): ReadNative {
  const path = pathOf(native);
  const [first] = path.segments;
  return path.segments.length === 1 && first?.kind === 'key'
    ? checkedField(first.key, rule)
    : checked(compileReader(path), rule);
}

/** As `checked`, for a field of the row itself: most rules read one. */
function checkedField(key: string, rule: RuleDocument): ReadNative {
  const marker = markerOf(rule);
  return (source) => {
    if (!Object.hasOwn(source, key)) return undefined;
    const value = source[key];
    if (value === undefined || isEmpty(value) || value === marker) return null;
    return unsafe(value) ?? value;
  };
}

function readMany(paths: readonly string[], rule: RuleDocument): ReadNative {
  const readers = paths.map((path) => readOne(path, rule));
  return (source, run) => {
    const values: Json[] = [];
    let there = false;
    let filled = false;
    for (const read of readers) {
      const value = read(source, run);
      if (isRefusal(value)) return value;
      if (value !== undefined) there = true;
      if (value !== undefined && value !== null) filled = true;
      values.push(value ?? null);
    }
    if (filled) return values;
    return there ? null : undefined;
  };
}

/** Own value at the path; empty in any form is null, and what must not travel is refused. */
function checked(read: PathReader, rule: RuleDocument): ReadNative {
  const marker = markerOf(rule);
  return (source) => {
    const value = read(source);
    if (value === undefined || value === null) return value;
    if (typeof value === 'object' && value instanceof WrongShape) return wrongShape(value);
    if (isEmpty(value) || value === marker) return null;
    return unsafe(value) ?? value;
  };
}
