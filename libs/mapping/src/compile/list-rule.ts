import type { Json, JsonObject } from '@isthmus/json';
import { firstNativeOf, type RuleDocument } from '../document/mapping-document.js';
import { nativeTypesOf } from '../document/canonical-kind.js';
import { pathOf } from '../paths/parse-path.js';
import { pointerOf } from '../paths/pointer.js';
import { compileReader, WrongShape } from '../paths/read-path.js';
import { compileWriter } from '../paths/write-path.js';
import { refuse, wrongType } from '../transforms/transform.js';
import { ruleConditions } from './conditions.js';
import type { Run, Step } from './run.js';
import { wrongShape } from './safe-value.js';
import { canonicalKeys, itemSite, nativeSchemaAt, type Site } from './site.js';

/** The rules inside a list with the rule that its key implies, unless one of them maps the key already. */
export function rulesOfList(rule: RuleDocument, inside: Site): readonly RuleDocument[] {
  const rules = rule.rules ?? [];
  const key = rule.list?.key;
  if (!key || rules.some(({ canonical }) => canonical === key.canonical)) return rules;
  const schema = nativeSchemaAt(inside, pathOf(key.native));
  const isNumber =
    schema !== undefined &&
    nativeTypesOf(schema)?.has('number') === true &&
    nativeTypesOf(schema)?.has('text') !== true;
  return [
    { canonical: key.canonical, native: key.native, ...(isNumber ? { transform: 'number-text' } : {}) },
    ...rules,
  ];
}

/** The site of a list rule's items. */
export function siteOfList(rule: RuleDocument, site: Site): Site {
  return itemSite(site, pathOf(rule.canonical as string), pathOf(firstNativeOf(rule)));
}

/** Compiles one direction of a list rule; `items` maps one item. */
export function compileList(rule: RuleDocument, site: Site, direction: 'in' | 'out', items: Step): Step {
  const conditions = ruleConditions(rule);
  const step = direction === 'in' ? listIn(rule, site, items) : listOut(rule, items);
  return (source, target, run) => {
    const [body, row] = direction === 'in' ? [target, source] : [source, target];
    if (conditions.canonical?.(body) === false || conditions.native?.(row) === false) return;
    step(source, target, run);
  };
}

function listIn(rule: RuleDocument, site: Site, items: Step): Step {
  const [from, to] = [pathOf(firstNativeOf(rule)), pathOf(rule.canonical as string)];
  const pointers: Pointers = { source: pointerOf(from), target: pointerOf(to) };
  const read = compileReader(from);
  const write = compileWriter(to, canonicalKeys(site));
  const keyField = rule.list?.key?.canonical;
  const keyOf = keyField === undefined ? undefined : compileReader(pathOf(keyField));
  return (source, target, run) => {
    const list = read(source);
    if (list === undefined) return;
    const mapped = mapItems(list, items, run, pointers);
    if (!mapped) return;
    if (keyOf) refuseTwins(mapped, keyOf, run, pointers);
    write(target, mapped, run.drafts, mapped.length > 0);
  };
}

function listOut(rule: RuleDocument, items: Step): Step {
  const [from, to] = [pathOf(rule.canonical as string), pathOf(firstNativeOf(rule))];
  const pointers: Pointers = { source: pointerOf(from), target: pointerOf(to) };
  const read = compileReader(from, { primaryFirst: true });
  const write = compileWriter(to);
  const { emptyNative } = rule;
  return (source, target, run) => {
    const mapped = mapItems(read(source) ?? null, items, run, pointers);
    if (!mapped || (mapped.length === 0 && emptyNative === 'omit')) return;
    const empty = mapped.length === 0 && emptyNative !== undefined;
    write(target, empty ? emptyNative : mapped, run.drafts, mapped.length > 0);
  };
}

interface Pointers {
  readonly source: string;
  readonly target: string;
}

/** The items mapped one by one; an empty list for null, undefined (and an issue) for something that is no list. */
function mapItems(
  list: Json | WrongShape,
  items: Step,
  run: Run,
  { source: sourcePointer, target: targetPointer }: Pointers,
): JsonObject[] | undefined {
  if (list === null) return [];
  if (!Array.isArray(list)) {
    run.refuse(
      list instanceof WrongShape ? wrongShape(list) : wrongType('a list', '列表'),
      sourcePointer,
      targetPointer,
    );
    return undefined;
  }
  const { sourcePrefix, targetPrefix } = run;
  const mapped: JsonObject[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index] as Json;
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      run.refuse(wrongType('an object', '对象'), `${sourcePointer}/${index}`, `${targetPointer}/${index}`);
      continue;
    }
    run.sourcePrefix = `${sourcePrefix}${sourcePointer}/${index}`;
    run.targetPrefix = `${targetPrefix}${targetPointer}/${index}`;
    const made: JsonObject = {};
    items(item, made, run);
    mapped.push(made);
    run.sourcePrefix = sourcePrefix;
    run.targetPrefix = targetPrefix;
  }
  return mapped;
}

/** Items are merged by their key: without one, or with the same one twice, nobody could say which is which. */
function refuseTwins(
  items: readonly JsonObject[],
  keyOf: ReturnType<typeof compileReader>,
  run: Run,
  { source: sourcePointer, target: targetPointer }: Pointers,
): void {
  if (items.length === 0 || run.issues.length > 0) return;
  const seen = new Set<unknown>();
  for (let index = 0; index < items.length; index += 1) {
    const key = keyOf(items[index] as JsonObject);
    if (key === undefined || key === null || seen.has(key)) {
      const refusal =
        key === undefined || key === null
          ? refuse('mapping.missing-key', 'the item has no key', '列表项缺少键')
          : refuse('mapping.duplicate-key', 'two items have the same key', '两个列表项的键相同');
      run.refuse(refusal, `${sourcePointer}/${index}`, `${targetPointer}/${index}`);
    }
    seen.add(key);
  }
}
