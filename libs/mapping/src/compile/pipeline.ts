import type { Json, JsonObject } from '@isthmus/json';
import { defaultStep, wordsOf } from '../document/canonical-kind.js';
import { stepsOf, type RuleDocument } from '../document/mapping-document.js';
import type { Schema } from '../document/schema-lookup.js';
import { transformByName } from '../transforms/catalogue.js';
import { isRefusal, wrongType, type Refusal, type Transform, type TransformContext } from '../transforms/transform.js';
import { unmappedValue } from '../transforms/unmapped.js';
import type { Shortcut } from './shortcuts/shortcut.js';
import { shortcutsOf } from './shortcuts/shortcuts-of.js';

/** Converts one value; a refusal parks the record. */
export type Convert = (value: Json, context: TransformContext) => Json | Refusal;

interface BoundStep {
  readonly transform: Transform;
  readonly options: JsonObject;
}

/** The steps of a rule, or the step that its canonical field implies. */
export function stepsFor(
  rule: RuleDocument,
  schema: Schema | undefined,
): readonly { readonly name: string; readonly options: JsonObject }[] {
  const written = stepsOf(rule);
  if (written.length > 0) return written;
  if (rule.reference) return [{ name: 'code', options: { case: 'keep', blanks: 'keep' } }];
  const implied = schema === undefined ? { name: 'copy', options: {} } : defaultStep(schema);
  return implied ? [{ name: implied.name, options: { ...implied.options } }] : [];
}

/** From native to canonical. */
export function compileIn(rule: RuleDocument, schema: Schema | undefined): Convert {
  const steps = bind(rule, schema);
  const words = schema && !rule.reference ? wordsOf(schema) : undefined;
  const convert = chain(
    steps.map(({ transform, options }) => bound(transform.toCanonical, options, shortcutsOf(transform, options).in)),
  );
  if (!words) return convert;
  const field = rule.canonical ?? '';
  return (value, context) => {
    const word = convert(value, context);
    return typeof word !== 'string' || words.has(word) ? word : unmappedValue(field, word);
  };
}

/**
 * The shortcut of a rule that has one step and nothing to look up after it. What a shortcut takes on the way in is a number or a text
 * that holds nothing broken and is not empty, and neither is what it gives: its caller need not look at either again.
 */
export function shortcutIn(rule: RuleDocument, schema: Schema | undefined): Shortcut | undefined {
  const [only, ...others] = bind(rule, schema);
  if (!only || others.length > 0 || (schema && !rule.reference && wordsOf(schema))) return undefined;
  return shortcutsOf(only.transform, only.options).in;
}

/** From canonical to native. */
export function compileOut(rule: RuleDocument, schema: Schema | undefined): Convert {
  return chain([...bind(rule, schema)].reverse().map(({ transform, options }) => boundBack(transform, options)));
}

/** The function with its options; transforms are plain functions that need no `this`. */
function bound(apply: Transform['toCanonical'], options: JsonObject, shortcut: Shortcut | undefined): Convert {
  if (!shortcut) return (value, context) => apply(value, options, context);
  return (value, context) => shortcut(value, context) ?? apply(value, options, context);
}

function boundBack(transform: Transform, options: JsonObject): Convert {
  return transform.fromCanonical
    ? bound(transform.fromCanonical, options, shortcutsOf(transform, options).out)
    : () => wrongType('a value that can go back', '可回写的值');
}

function bind(rule: RuleDocument, schema: Schema | undefined): BoundStep[] {
  return stepsFor(rule, schema).map(({ name, options }) => {
    const transform = transformByName(name);
    if (!transform) throw new Error(`unknown transform ${name} passed the checker`);
    return { transform, options };
  });
}

function chain(steps: readonly Convert[]): Convert {
  const [only] = steps;
  if (steps.length === 1 && only) return only;
  return (value, context) => {
    let here = value;
    for (const step of steps) {
      const next = step(here, context);
      if (next === null || isRefusal(next)) return next;
      here = next;
    }
    return here;
  };
}
