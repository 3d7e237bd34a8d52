import { equalJson, type Json, type JsonObject } from '@isthmus/json';
import { compileMapping } from '../compile/compile-mapping.js';
import { mappedFields } from '../check/mapped-fields.js';
import type { CompiledMapping, LoadMappingInput, MapIssue, MappedField, MappingFinding, Wording } from '../contract.js';
import { readMapping } from '../load-mapping.js';
import { sampleEnvironment } from '../samples/run-samples.js';
import { diffJson } from '../samples/diff-json.js';
import type { RuleTrace } from '../trace/rule-trace.js';
import { RuleWatch } from '../trace/watch-rules.js';
import { generatorsOf } from './generate.js';
import { layOver, withoutNulls } from './lay-over.js';
import { fieldAt, readBack } from './written-fields.js';

/**
 * `get-put`: writing back what was read changes nothing that is read. `put-get`: what was written over any row is read back, field by
 * field of the two-way rules. `stable`: a second round trip changes nothing that the first has left.
 */
export type Law = 'get-put' | 'put-get' | 'stable';

/** A difference that breaks a law, and the rule whose field differs. */
export interface LawBreak {
  readonly law: Law;
  /** Canonical pointer of the field (list items by number); empty for a whole record. */
  readonly path: string;
  /** Place of the rule in the document, where one is known. */
  readonly rule: string | undefined;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly issues: readonly MapIssue[];
  /** Makes the same row again. */
  readonly seed: number;
}

/** How one law fared. */
export interface LawOutcome {
  readonly law: Law;
  /** Records that passed through the mapping and were compared. */
  readonly runs: number;
  /** Records that the mapping refused in the first place: they break no law. */
  readonly refused: number;
  readonly breaks: number;
  /** Differences in fields whose rule declares that it loses something. */
  readonly declared: number;
}

/** How often a rule was really at work. */
export interface RuleExercise {
  readonly at: string;
  readonly line: number;
  readonly direction: 'in' | 'out';
  readonly canonical: string | undefined;
  readonly native: readonly string[];
  readonly times: number;
}

/** A field that a two-way rule does not keep whole, and what is lost. */
export interface DeclaredLoss {
  /** Canonical pointer, list items as `*`. */
  readonly canonical: string;
  readonly rules: readonly string[];
  readonly loses: readonly Wording[];
}

/** What the laws say of one mapping. */
export interface LawReport {
  readonly mapping: string;
  readonly ok: boolean;
  readonly laws: readonly LawOutcome[];
  readonly rules: readonly RuleExercise[];
  /** Rules that no generated record has exercised: of them nothing is proved. */
  readonly neverExercised: readonly RuleExercise[];
  readonly losses: readonly DeclaredLoss[];
  /** The first differences that nobody declared. */
  readonly breaks: readonly LawBreak[];
}

/** How much is tried. */
export interface LawOptions {
  /** Rows and bodies of each law. @default 300 */
  readonly runs?: number;
  /** Start of the seeds. @default 1 */
  readonly seed?: number;
}

const MOST_BREAKS = 10;
/** Rows to write over are others than those that are read. */
const OTHER_ROWS = 500_000;

/**
 * Tries the laws of a mapping with generated rows and bodies. Pure and repeatable: the same document, runs and seed give the same report.
 * `report` is absent when the document has errors.
 */
export function checkLaws(
  input: LoadMappingInput,
  options: LawOptions = {},
): { readonly findings: readonly MappingFinding[]; readonly report?: LawReport } {
  const { findings, sound } = readMapping(input);
  if (!sound) return { findings: findings.all() };
  const watch = new RuleWatch(findings.placeOf);
  const mapping = compileMapping(input.id, input.text, sound.document, sound.site, watch.watch);
  const trial = new Trial(mapping, watch, mappedFields(sound.document, sound.site));
  const generators = generatorsOf(sound.document, sound.site);
  const { runs = 300, seed = 1 } = options;
  for (let index = 0; index < runs; index += 1) {
    const at = seed + index;
    const over = trial.readable(generators.row(at + OTHER_ROWS));
    trial.rows(generators.row(at), over, at);
    trial.bodies(generators.body(at), over, at);
  }
  return { findings: findings.all(), report: trial.report(findings.placeOf) };
}

/** Counts and differences of one mapping. */
class Trial {
  private readonly outcomes: { [law in Law]: { runs: number; refused: number; breaks: number; declared: number } } = {
    'get-put': { runs: 0, refused: 0, breaks: 0, declared: 0 },
    'put-get': { runs: 0, refused: 0, breaks: 0, declared: 0 },
    stable: { runs: 0, refused: 0, breaks: 0, declared: 0 },
  };
  private readonly exercised = new Map<string, { rule: RuleTrace; direction: 'in' | 'out'; times: number }>();
  private readonly breaks: LawBreak[] = [];

  constructor(
    private readonly mapping: CompiledMapping,
    private readonly watch: RuleWatch,
    private readonly fields: readonly MappedField[],
  ) {}

  /** A row as it may stand in a far side: one that cannot be read says nothing about writing over it. */
  readable(row: JsonObject): JsonObject {
    const { ok } = this.mapping.toCanonical(row, sampleEnvironment);
    this.watch.take();
    return ok ? row : {};
  }

  /** get-put and stability of a row, and put-get of what it says over another row. */
  rows(row: JsonObject, over: JsonObject, seed: number): void {
    const first = this.read(row, 'get-put');
    if (!first) return;
    const written = this.write(first.body, 'get-put', first, seed);
    if (!written) return;
    const second = this.readAgain(layOver(row, written.row), 'get-put', seed);
    if (!second) return;
    this.compare('get-put', first.body, second.body, seed);
    this.stable(row, second.body, seed);
    const elsewhere = this.readAgain(layOver(over, written.row), 'put-get', seed);
    if (elsewhere) this.compareWritten(elsewhere.body, written.rules, seed);
  }

  /** put-get of a body that no row has said. */
  bodies(body: JsonObject, over: JsonObject, seed: number): void {
    const written = this.write(body, 'put-get', undefined, seed);
    if (!written) return;
    const read = this.readAgain(layOver(over, written.row), 'put-get', seed);
    if (read) this.compareWritten(read.body, written.rules, seed);
  }

  report(placeOf: (path: string) => { readonly line: number }): LawReport {
    const rules = [...this.exercised.values()].map(
      ({ rule: { at, canonical, native }, direction, times }): RuleExercise => ({
        at,
        line: placeOf(at).line,
        direction,
        canonical,
        native,
        times,
      }),
    );
    const neverExercised = rules.filter(({ times }) => times === 0);
    const laws = (Object.keys(this.outcomes) as Law[]).map((law) => ({ law, ...this.outcomes[law] }));
    return {
      mapping: this.mapping.id,
      ok: neverExercised.length === 0 && laws.every(({ breaks, runs }) => breaks === 0 && runs > 0),
      laws,
      rules,
      neverExercised,
      losses: this.fields.flatMap(({ canonical, rules: places, loses }) =>
        loses ? [{ canonical, rules: places, loses }] : [],
      ),
      breaks: this.breaks,
    };
  }

  private read(
    row: JsonObject,
    law: Law,
  ): { readonly body: JsonObject; readonly rules: readonly RuleTrace[] } | undefined {
    const result = this.mapping.toCanonical(row, sampleEnvironment);
    const rules = this.note('in');
    if (!result.ok) {
      this.outcomes[law].refused += 1;
      return undefined;
    }
    return { body: result.body, rules };
  }

  private write(
    body: JsonObject,
    law: Law,
    from: object | undefined,
    seed: number,
  ): { readonly row: JsonObject; readonly rules: readonly RuleTrace[] } | undefined {
    const result = this.mapping.toNative(body, sampleEnvironment, () => undefined);
    const rules = this.note('out');
    if (result.ok) return { row: result.row, rules };
    // What was read must be writable; a body that was made up may well be refused.
    if (from) this.broken(law, result.issues, seed);
    else this.outcomes[law].refused += 1;
    return undefined;
  }

  private readAgain(row: JsonObject, law: Law, seed: number): { readonly body: JsonObject } | undefined {
    const result = this.mapping.toCanonical(row, sampleEnvironment);
    this.note('in');
    if (result.ok) return { body: result.body };
    this.broken(law, result.issues, seed);
    return undefined;
  }

  private stable(row: JsonObject, body: JsonObject, seed: number): void {
    const written = this.write(body, 'stable', body, seed);
    if (!written) return;
    const again = this.write(body, 'stable', body, seed);
    if (!again || !equalJson(written.row, again.row)) return this.broken('stable', [], seed);
    const third = this.readAgain(layOver(row, written.row), 'stable', seed);
    if (!third) return;
    this.outcomes.stable.runs += 1;
    // Even a rule that loses something loses it once and for all.
    for (const { path, expected, actual } of diffJson(withoutNulls(body), withoutNulls(third.body)))
      this.differs('stable', { path, before: expected, after: actual, seed }, false);
  }

  private compare(law: Law, before: JsonObject, after: JsonObject, seed: number): void {
    this.outcomes[law].runs += 1;
    for (const { path, expected, actual } of diffJson(withoutNulls(before), withoutNulls(after)))
      this.differs(law, { path, before: expected, after: actual, seed }, true);
  }

  /** Compares what two-way rules have written; where a rule kept quiet, the row below decides. */
  private compareWritten(after: JsonObject, rules: readonly RuleTrace[], seed: number): void {
    this.outcomes['put-get'].runs += 1;
    for (const { path, wrote, read } of readBack(after, rules, this.fields))
      if (!equalJson(withoutNulls(wrote), withoutNulls(read ?? null)))
        this.differs('put-get', { path, before: wrote, after: read, seed }, true);
  }

  private differs(
    law: Law,
    { path, before, after, seed }: Pick<LawBreak, 'path' | 'before' | 'after' | 'seed'>,
    mayLose: boolean,
  ): void {
    const field = fieldAt(this.fields, path);
    if (mayLose && field?.loses) {
      this.outcomes[law].declared += 1;
      return;
    }
    this.outcomes[law].breaks += 1;
    if (this.breaks.length < MOST_BREAKS)
      this.breaks.push({ law, path, rule: field?.rules[0], before, after, issues: [], seed });
  }

  private broken(law: Law, issues: readonly MapIssue[], seed: number): void {
    this.outcomes[law].breaks += 1;
    if (this.breaks.length < MOST_BREAKS)
      this.breaks.push({ law, path: '', rule: undefined, before: undefined, after: undefined, issues, seed });
  }

  private note(direction: 'in' | 'out'): readonly RuleTrace[] {
    const rules = this.watch.take();
    for (const rule of rules) {
      const key = `${direction} ${rule.at}`;
      const known = this.exercised.get(key) ?? { rule, direction, times: 0 };
      if (rule.outcome === 'wrote' || rule.outcome === 'constant') known.times += 1;
      this.exercised.set(key, known);
    }
    return rules;
  }
}
