import { createHash } from 'node:crypto';
import type { JsonObject } from '@isthmus/json';
import type { CompiledMapping, MapEnvironment } from '../contract.js';
import { waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import { twoWayTable, type TwoWayTable } from '../transforms/two-way-table.js';
import { compileConditions } from './conditions.js';
import { consultedBy } from './consulted.js';
import { coverageOf } from './coverage.js';
import { compileList, rulesOfList, siteOfList } from './list-rule.js';
import { compileRuleIn } from './rule-in.js';
import { compileRuleOut } from './rule-out.js';
import { inOrder, Run, type Step, type Tables, type Watch } from './run.js';
import type { Site } from './site.js';

/** Compiles a document that the checker found no error in to closures; `watch` may wrap the step of each rule (traces). */
export function compileMapping(
  id: string,
  text: string,
  document: MappingDocument,
  site: Site,
  watch?: Watch,
): CompiledMapping {
  const inSteps = compileRules({ rules: document.rules, site, direction: 'in', at: rootPlace, watch });
  const outSteps = compileRules({ rules: document.rules, site, direction: 'out', at: rootPlace, watch });
  const accepts = document.when ? compileConditions(document.when, true) : undefined;
  const tablesFor = tablesOf(document);
  return {
    id,
    stream: document.stream,
    entity: document.entity,
    hash: createHash('sha256').update(text).digest('hex'),
    reads: coverageOf(document.rules, 'in'),
    writes: coverageOf(document.rules, 'out'),
    consults: consultedBy(document),
    accepts: (body) => accepts?.(body) ?? true,
    toCanonical: (row, environment) => {
      const body: JsonObject = {};
      const run = new Run(environment, row, tablesFor(environment), undefined);
      inSteps(row, body, run);
      run.drafts.settle();
      if (run.issues.length > 0) return { ok: false, issues: run.issues };
      return run.warnings ? { ok: true, body, warnings: run.warnings } : { ok: true, body };
    },
    toNative: (body, environment, resolve) => {
      const row: JsonObject = {};
      const run = new Run(environment, body, tablesFor(environment), resolve);
      outSteps(body, row, run);
      run.drafts.settle();
      if (run.issues.length > 0) return { ok: false, issues: run.issues };
      return run.warnings ? { ok: true, row, warnings: run.warnings } : { ok: true, row };
    },
  };
}

interface Level {
  readonly rules: readonly RuleDocument[];
  readonly site: Site;
  readonly direction: 'in' | 'out';
  /** Place of a rule in the document. */
  readonly at: (index: number) => string;
  readonly watch: Watch | undefined;
}

const rootPlace = (index: number): string => `rules[${index}]`;

function compileRules({ rules, site, direction, at, watch }: Level): Step {
  const filled = new Set<string>();
  const steps: Step[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!waysOf(rule)[direction]) continue;
    const place = at(index);
    const firstOf = filled.has(rule.canonical as string);
    const step = rule.rules
      ? compileListRule({ rule, site, direction, place, watch })
      : direction === 'in'
        ? compileRuleIn(rule, site, firstOf)
        : compileRuleOut(rule, site);
    if (direction === 'in' && !rule.rules) filled.add(rule.canonical as string);
    steps.push(watch ? watch(step, { rule, at: place, direction, firstOf: direction === 'in' && firstOf }) : step);
  }
  return inOrder(steps);
}

function compileListRule({
  rule,
  site,
  direction,
  place,
  watch,
}: Omit<Level, 'rules' | 'at'> & { readonly rule: RuleDocument; readonly place: string }): Step {
  const inside = siteOfList(rule, site);
  const rules = rulesOfList(rule, inside);
  // The rule that the key implies stands before the written ones.
  const implied = rules.length - (rule.rules?.length ?? 0);
  const at = (index: number): string => (index < implied ? `${place}.list.key` : `${place}.rules[${index - implied}]`);
  return compileList(rule, site, direction, compileRules({ rules, site: inside, direction, at, watch }));
}

/** Value tables by environment. An environment's tables are one object for the life of a connection's settings, so they are prepared once. */
function tablesOf(document: MappingDocument): (environment: MapEnvironment) => Tables {
  const own = new Map(Object.entries(document.lookups ?? {}).map(([name, table]) => [name, twoWayTable(name, table)]));
  const prepared = new WeakMap<object, Tables>();
  return ({ lookups }) => {
    let tables = prepared.get(lookups);
    if (!tables) {
      const joined = new Map<string, TwoWayTable | undefined>();
      tables = (name) => {
        if (!Object.hasOwn(lookups, name)) return own.get(name);
        if (!joined.has(name)) joined.set(name, twoWayTable(name, document.lookups?.[name], lookups[name]));
        return joined.get(name);
      };
      prepared.set(lookups, tables);
    }
    return tables;
  };
}
