import type { Json, JsonObject } from '@isthmus/json';
import { ruleConditions } from '../compile/conditions.js';
import type { Step, Watch, WatchedRule } from '../compile/run.js';
import { copyJson, isEmpty } from '../compile/safe-value.js';
import type { Place } from '../document/finding-factory.js';
import { nativePathsOf } from '../document/mapping-document.js';
import { pathOf } from '../paths/parse-path.js';
import { compileReader, WrongShape } from '../paths/read-path.js';
import type { RuleOutcome, RuleTrace, SkipReason } from './rule-trace.js';

/** A trace of a very long order stays readable. */
const MAX_ENTRIES = 5000;

type Values = readonly (Json | undefined)[];

/** Gathers what the rules of one mapping do. `take` hands out what was gathered since the last call. */
export class RuleWatch {
  private entries: (RuleTrace | undefined)[] = [];

  constructor(private readonly placeOf: (path: string) => Place) {}

  take(): readonly RuleTrace[] {
    const taken = this.entries.filter((entry) => entry !== undefined);
    this.entries = [];
    return taken;
  }

  /** For `compileMapping`. */
  readonly watch: Watch = (step, watched): Step => {
    const { rule, at, direction, firstOf } = watched;
    const { line, column } = this.placeOf(at);
    const canonical = rule.canonical === undefined ? [] : [rule.canonical];
    const natives = nativePathsOf(rule);
    const read = readAll(direction === 'in' ? natives : canonical, direction === 'out');
    const readTarget = readAll(direction === 'in' ? canonical : natives, direction === 'in');
    const conditions = ruleConditions(rule);
    return (source, target, run) => {
      if (this.entries.length >= MAX_ENTRIES) return step(source, target, run);
      const index = this.entries.push(undefined) - 1;
      const [body, row] = direction === 'in' ? [target, source] : [source, target];
      const holds = conditions.canonical?.(body) !== false && conditions.native?.(row) !== false;
      const filled = firstOf && !isEmpty(readTarget(target)[0]);
      const item = { source: run.sourcePrefix, target: run.targetPrefix };
      const issuesBefore = run.issues.length;
      const warningsBefore = run.warnings?.length ?? 0;
      step(source, target, run);
      const refusals = run.issues.slice(issuesBefore);
      const issues = [...refusals, ...(run.warnings ?? []).slice(warningsBefore)];
      const [input, output] = [read(source), readTarget(target)];
      const said = holds ? (filled ? EARLIER : whatHappened(watched, input, output, refusals.length > 0)) : CONDITION;
      this.entries[index] = {
        at,
        line,
        column,
        canonical: rule.canonical,
        native: natives,
        item,
        input,
        output,
        ...said,
        issues,
      };
    };
  };
}

interface Said {
  readonly outcome: RuleOutcome;
  readonly reason?: SkipReason;
}

const CONDITION: Said = { outcome: 'skipped', reason: 'condition' };
const EARLIER: Said = { outcome: 'skipped', reason: 'earlier-rule' };

function whatHappened({ rule, direction }: WatchedRule, input: Values, output: Values, refused: boolean): Said {
  if (refused) return { outcome: 'refused' };
  if (rule.constant !== undefined) return { outcome: 'constant' };
  const written = output.some((value) => !isEmpty(value));
  // Expressions read what they like; only their result tells.
  if (rule.expression !== undefined) return { outcome: written ? 'wrote' : 'cleared' };
  if (input.some((value) => !isEmpty(value))) return fromValue(rule.reference !== undefined, output, written);
  const fallback = direction === 'in' ? rule.default : rule.nativeDefault;
  if (fallback !== undefined) return { outcome: 'default' };
  if (input.every((value) => value === undefined) && direction === 'in')
    return { outcome: 'skipped', reason: 'absent' };
  const keptQuiet = direction === 'in' ? rule.empty === 'keep' : rule.emptyNative === 'omit';
  return keptQuiet ? { outcome: 'skipped', reason: 'empty' } : { outcome: 'cleared' };
}

function fromValue(isReference: boolean, output: Values, written: boolean): Said {
  if (written) return { outcome: 'wrote' };
  const absent = output.every((value) => value === undefined);
  return isReference && absent ? { outcome: 'skipped', reason: 'unresolved' } : { outcome: 'cleared' };
}

function readAll(paths: readonly string[], primaryFirst: boolean): (value: JsonObject) => Values {
  const readers = paths.map((path) => compileReader(pathOf(path), { primaryFirst }));
  return (value) =>
    readers.map((read) => {
      const found = read(value);
      return found === undefined || found instanceof WrongShape ? undefined : copyJson(found);
    });
}
