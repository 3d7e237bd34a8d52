/** A condition of a selector: the item's own field must hold this value. */
export interface SelectorCondition {
  readonly key: string;
  /** Unquoted integers and `true`/`false` are typed; everything else is text. */
  readonly value: string | number | boolean;
}

/** One step of a path: a field, a list position, or the nth list item that fits a selector. */
export type PathSegment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'select'; readonly where: readonly SelectorCondition[]; readonly nth: number };

/** A path of a mapping document in parsed form, with the text it was written as. */
export interface Path {
  readonly text: string;
  readonly segments: readonly PathSegment[];
}

/** Why a path text was refused. */
export interface PathProblem {
  readonly problem: 'dangerous' | 'syntax' | 'too-long';
  /** What is wrong, short, in both languages. */
  readonly en: string;
  readonly zh: string;
}

const DANGEROUS_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const MAX_SEGMENTS = 16;
const MAX_LENGTH = 300;
const MAX_INDEX = 99;
const PLAIN_KEY = /[^.[\]'"]+/y;
const INDEX = /\[(\d{1,9})\]/y;
const QUOTED_KEY = /\[(?:'([^'\]]*)'|"([^"\]]*)")\]/y;
const CONDITION = /\s*([^=,[\]'"\s][^=,[\]'"]*)=\s*(?:'([^']*)'|"([^"]*)"|([^,[\]'"]+))\s*(,|\])/y;

/**
 * Reads a path such as `person.familyName`, `contactPoints[kind=mobile].value`, `contactPoints[kind=mobile][1].value`,
 * `associations.contacts[0]` or `fields['a.b']`. Paths that reach a prototype are refused (`dangerous`).
 */
export function parsePath(text: string): Path | PathProblem {
  const known = parsed.get(text);
  if (known) return known;
  const path = readSteps(text);
  if (!isPathProblem(path)) keep(path);
  return path;
}

/** Paths read before: check and compiler ask for each of them many times. Emptied when full, so that no document makes it grow. */
const parsed = new Map<string, Path>();
const MAX_KEPT = 5_000;

function keep(path: Path): void {
  if (parsed.size >= MAX_KEPT) parsed.clear();
  parsed.set(path.text, path);
}

function readSteps(text: string): Path | PathProblem {
  if (text.length > MAX_LENGTH)
    return problem('too-long', `longer than ${MAX_LENGTH} characters`, `超过 ${MAX_LENGTH} 个字符`);
  const segments: PathSegment[] = [];
  let at = 0;
  while (at < text.length) {
    const step = readSegment(text, at, segments);
    if ('problem' in step) return step;
    segments.push(step.segment);
    at = step.next;
  }
  if (segments.length === 0) return syntax('the path is empty', '路径为空');
  if (segments.length > MAX_SEGMENTS)
    return problem('too-long', `more than ${MAX_SEGMENTS} steps`, `超过 ${MAX_SEGMENTS} 级`);
  return { text, segments: joinNth(segments) };
}

/** True for the failure side of `parsePath`. */
export function isPathProblem(path: Path | PathProblem): path is PathProblem {
  return 'problem' in path;
}

/** The path of a text that is known to be good: constants of this code base and documents that passed the checker. */
export function pathOf(text: string): Path {
  const path = parsePath(text);
  if (isPathProblem(path)) throw new Error(`bad path "${text}": ${path.en}`);
  return path;
}

type Step = { readonly segment: PathSegment; readonly next: number } | PathProblem;

function readSegment(text: string, at: number, before: readonly PathSegment[]): Step {
  if (text[at] === '[') return readBracket(text, at, before.length === 0);
  const from = text[at] === '.' && before.length > 0 ? at + 1 : at;
  if (from === at && before.length > 0) return syntax(`unexpected "${text[at]}"`, `意外的字符“${text[at]}”`);
  PLAIN_KEY.lastIndex = from;
  const key = PLAIN_KEY.exec(text)?.[0];
  if (key === undefined || key.trim() !== key) return syntax('a field name is missing', '缺少字段名');
  return keyStep(key, from + key.length);
}

function readBracket(text: string, at: number, first: boolean): Step {
  QUOTED_KEY.lastIndex = at;
  const quoted = QUOTED_KEY.exec(text);
  if (quoted) return keyStep(quoted[1] ?? quoted[2] ?? '', at + quoted[0].length);
  if (first) return syntax('a path starts with a field name', '路径必须以字段名开头');
  INDEX.lastIndex = at;
  const index = INDEX.exec(text);
  if (index) {
    if (Number(index[1]) > MAX_INDEX)
      return problem('too-long', `list positions end at ${MAX_INDEX}`, `列表下标最大为 ${MAX_INDEX}`);
    return { segment: { kind: 'index', index: Number(index[1]) }, next: at + index[0].length };
  }
  return readSelector(text, at);
}

function readSelector(text: string, at: number): Step {
  const where: SelectorCondition[] = [];
  let from = at + 1;
  for (;;) {
    CONDITION.lastIndex = from;
    const found = CONDITION.exec(text);
    if (!found) return syntax("expected [name=value], [0] or ['name']", "应为 [字段=值]、[0] 或 ['字段']");
    const key = (found[1] as string).trim();
    if (DANGEROUS_KEYS.has(key)) return dangerous(key);
    where.push({ key, value: found[2] ?? found[3] ?? typedValue((found[4] as string).trim()) });
    from += found[0].length;
    if (found[5] === ']') return { segment: { kind: 'select', where, nth: 0 }, next: from };
  }
}

function typedValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

function keyStep(key: string, next: number): Step {
  if (DANGEROUS_KEYS.has(key)) return dangerous(key);
  if (key === '') return syntax('a field name is empty', '字段名为空');
  return { segment: { kind: 'key', key }, next };
}

/** `[kind=mobile][1]` is the second item that fits: the position belongs to the selector before it. */
function joinNth(segments: readonly PathSegment[]): PathSegment[] {
  const joined: PathSegment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (segment.kind === 'index' && last?.kind === 'select')
      joined[joined.length - 1] = { ...last, nth: segment.index };
    else joined.push(segment);
  }
  return joined;
}

function dangerous(key: string): PathProblem {
  return problem('dangerous', `"${key}" is not allowed in a path`, `路径中不允许出现“${key}”`);
}

function syntax(en: string, zh: string): PathProblem {
  return problem('syntax', en, zh);
}

function problem(kind: PathProblem['problem'], en: string, zh: string): PathProblem {
  return { problem: kind, en, zh };
}
