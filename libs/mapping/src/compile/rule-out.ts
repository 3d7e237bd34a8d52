import type { Json, JsonObject } from '@isthmus/json';
import { firstNativeOf, nativePathsOf, type RuleDocument } from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { pointerOf } from '../paths/pointer.js';
import { compileReader, WrongShape } from '../paths/read-path.js';
import { compileWriter } from '../paths/write-path.js';
import { isRefusal, type Refusal } from '../transforms/transform.js';
import { ruleConditions } from './conditions.js';
import { compileConstant } from './constants.js';
import { compileExpressionOut } from './expression-rule.js';
import { compileOut } from './pipeline.js';
import { referenceOut } from './references.js';
import { inOrder, type Run, type Step } from './run.js';
import { copyJson, isEmpty, unsafe, wrongShape } from './safe-value.js';
import { canonicalSchemaAt, type Site } from './site.js';

type Write = (target: JsonObject, value: Json, run: Run) => void;
/** Native value; undefined = the field is left out of the row. */
type ConvertOut = (value: Json, run: Run) => Json | undefined | Refusal;

/** Compiles a rule from canonical to native. */
export function compileRuleOut(rule: RuleDocument, site: Site): Step {
  const step = rule.constant === undefined ? stepOf(rule, site) : constantStep(rule);
  const { canonical, native } = ruleConditions(rule);
  if (!canonical && !native) return step;
  return (source, target, run) => {
    if (canonical && !canonical(source)) return;
    if (native && !native(target)) return;
    step(source, target, run);
  };
}

function stepOf(rule: RuleDocument, site: Site): Step {
  return rule.expression === undefined ? valueStep(rule, site) : expressionStep(rule, site);
}

function expressionStep(rule: RuleDocument, site: Site): Step {
  const value = compileExpressionOut(rule, site);
  const write = nativeWriter(rule);
  const targetPointer = pointerOf(pathOf(firstNativeOf(rule)));
  return (source, target, run) => {
    const made = value(source, run);
    if (isRefusal(made)) return run.refuse(made, '', targetPointer);
    write(target, made, run);
  };
}

function constantStep(rule: RuleDocument): Step {
  return inOrder(
    nativePathsOf(rule).map((path) => compileConstant(pathOf(path), rule.constant as Json, undefined, () => [])),
  );
}

function valueStep(rule: RuleDocument, site: Site): Step {
  const path = pathOf(rule.canonical as string);
  const read = compileReader(path, { primaryFirst: true });
  const natives = nativePathsOf(rule).map(pathOf);
  const write = nativeWriter(rule);
  const convert = converter(rule, site);
  const [sourcePointer, targetPointer] = [pointerOf(path), pointerOf(pathOf(firstNativeOf(rule)))];
  return (source, target, run) => {
    const value = read(source);
    if (typeof value === 'object' && value instanceof WrongShape)
      return run.refuse(wrongShape(value), sourcePointer, targetPointer);
    if (isEmpty(value)) return write(target, null, run);
    run.nativeCount = natives.length;
    run.sourcePointer = sourcePointer;
    run.targetPointer = targetPointer;
    const native = unsafe(value as Json) ?? convert(value as Json, run);
    if (isRefusal(native)) return run.refuse(native, sourcePointer, targetPointer);
    if (native !== undefined) write(target, native, run);
  };
}

function converter(rule: RuleDocument, site: Site): ConvertOut {
  const convert = compileOut(rule, canonicalSchemaAt(site, pathOf(rule.canonical as string)));
  if (!rule.reference) return convert;
  const out = referenceOut(rule.reference, convert);
  return (value, run) => {
    const found = out(value, run);
    if (found === 'unresolved') return undefined;
    return found === 'other-stream' ? null : found.value;
  };
}

/** Writes one value to one path, or a list of values to several; empty becomes what the rule says. */
function nativeWriter(rule: RuleDocument): Write {
  const writers = nativePathsOf(rule).map((path) => compileWriter(pathOf(path)));
  const empty = emptyOf(rule);
  const put = (write: ReturnType<typeof compileWriter>, target: JsonObject, value: Json, run: Run): void => {
    if (!isEmpty(value)) write(target, value, run.drafts, true);
    else if (empty !== undefined) write(target, copyJson(empty), run.drafts, rule.nativeDefault !== undefined);
  };
  const [only] = writers;
  if (writers.length === 1 && only) return (target, value, run) => put(only, target, value, run);
  return (target, value, run) => {
    for (const [index, write] of writers.entries())
      put(write, target, Array.isArray(value) ? (value[index] ?? null) : null, run);
  };
}

function emptyOf(rule: RuleDocument): Json | undefined {
  if (rule.nativeDefault !== undefined) return rule.nativeDefault;
  if (rule.emptyNative === 'omit') return undefined;
  return rule.emptyNative ?? null;
}
