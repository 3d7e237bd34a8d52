import { stableJson } from '@isthmus/json';
import { say, type Findings } from '../document/finding-factory.js';
import { conditionsOf, nativePathsOf, waysOf, type RuleDocument } from '../document/mapping-document.js';

interface Writer {
  readonly path: string;
  readonly at: string;
  readonly rule: RuleDocument;
}

/** Finds rules of one level that write the same place, or a place and its parent. */
export function checkCollisions(rules: readonly RuleDocument[], at: string, findings: Findings): void {
  const placed = rules.map((rule, index) => ({ rule, at: `${at}[${index}]` }));
  const ins = placed.flatMap(({ rule, at: here }) =>
    waysOf(rule).in ? [{ path: rule.canonical as string, at: `${here}.canonical`, rule }] : [],
  );
  const outs = placed.flatMap(({ rule, at: here }) =>
    waysOf(rule).out ? nativePathsOf(rule).map((path) => ({ path, at: `${here}.native`, rule })) : [],
  );
  checkSide(ins, findings, mayShareCanonical);
  checkSide(outs, findings, mayShareNative);
}

/** True when two rules of one level fill different places, or may fill the same one in turns. */
export function shareNoPlace(a: RuleDocument, b: RuleDocument): boolean {
  const [aWays, bWays] = [waysOf(a), waysOf(b)];
  const canonical = aWays.in && bWays.in && a.canonical === b.canonical;
  const native = aWays.out && bWays.out && nativePathsOf(a).some((path) => nativePathsOf(b).includes(path));
  return !(canonical && !mayShareCanonical(a, b)) && !(native && !mayShareNative(a, b));
}

function checkSide(
  writers: readonly Writer[],
  findings: Findings,
  mayShare: (a: RuleDocument, b: RuleDocument) => boolean,
): void {
  const first = new Map<string, Writer>();
  for (const writer of writers) {
    const earlier = first.get(writer.path);
    if (earlier && !mayShare(earlier.rule, writer.rule)) {
      findings.add({
        code: 'mapping.two-writers',
        path: writer.at,
        message: say(
          `the rule at ${placeOf(earlier, findings)} writes "${writer.path}" already`,
          `规则 ${placeOf(earlier, findings)} 已写入“${writer.path}”`,
        ),
        suggestion: 'direction: in',
      });
    }
    if (!earlier) first.set(writer.path, writer);
  }
  for (const writer of first.values()) checkParents(writer, first, findings);
}

/** `line:column (path)`, with the file where that is another one: a layer stands over a shipped mapping. */
function placeOf({ at }: Writer, findings: Findings): string {
  const { line, column, origin } = findings.placeOf(at);
  return `${origin ? `${origin.file}:` : ''}${line}:${column} (${origin?.path ?? at})`;
}

/** Several readers of one field are a first-of when at most one of them also goes out; conditions and streams tell others apart. */
function mayShareCanonical(a: RuleDocument, b: RuleDocument): boolean {
  if (takeTurns(a, b)) return true;
  if (a.reference && b.reference && a.reference.stream !== b.reference.stream) return true;
  return !(waysOf(a).out && waysOf(b).out);
}

function mayShareNative(a: RuleDocument, b: RuleDocument): boolean {
  return takeTurns(a, b);
}

/** Conditions tell rules apart, unless both have the same. */
function takeTurns(a: RuleDocument, b: RuleDocument): boolean {
  if (!isConditional(a) && !isConditional(b)) return false;
  return stableJson(conditionsOf(a) as never) !== stableJson(conditionsOf(b) as never);
}

function isConditional(rule: RuleDocument): boolean {
  const { canonical, native } = conditionsOf(rule);
  return Object.keys(canonical).length + Object.keys(native).length > 0;
}

function checkParents(writer: Writer, all: ReadonlyMap<string, Writer>, findings: Findings): void {
  for (let end = writer.path.length - 1; end > 0; end -= 1) {
    const next = writer.path[end];
    if (next !== '.' && next !== '[') continue;
    const parent = all.get(writer.path.slice(0, end));
    if (!parent || isObject(parent.rule.constant) || isConditional(parent.rule) || isConditional(writer.rule)) continue;
    findings.add({
      code: 'mapping.overlapping-paths',
      path: writer.at,
      message: say(
        `the rule at ${placeOf(parent, findings)} writes the whole of "${parent.path}"`,
        `规则 ${placeOf(parent, findings)} 写入整个“${parent.path}”`,
      ),
    });
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
