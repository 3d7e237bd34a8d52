import { createHash } from 'node:crypto';
import type { JsonObject } from '@isthmus/json';
import type { CompiledMapping, MapEnvironment } from '../contract.js';
import { waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import { twoWayTable, type TwoWayTable } from '../transforms/two-way-table.js';
import { compileConditions } from './conditions.js';
import { coverageOf } from './coverage.js';
import { compileList, rulesOfList, siteOfList } from './list-rule.js';
import { compileRuleIn } from './rule-in.js';
import { compileRuleOut } from './rule-out.js';
import { inOrder, Run, type Step, type Tables } from './run.js';
import type { Site } from './site.js';

/** Compiles a document that the checker found no error in to closures. */
export function compileMapping(id: string, text: string, document: MappingDocument, site: Site): CompiledMapping {
  const inSteps = compileRules(document.rules, site, 'in');
  const outSteps = compileRules(document.rules, site, 'out');
  const accepts = document.when ? compileConditions(document.when, true) : undefined;
  const tablesFor = tablesOf(document);
  return {
    id,
    stream: document.stream,
    entity: document.entity,
    hash: createHash('sha256').update(text).digest('hex'),
    reads: coverageOf(document.rules, 'in'),
    writes: coverageOf(document.rules, 'out'),
    accepts: (body) => accepts?.(body) ?? true,
    toCanonical: (row, environment) => {
      const body: JsonObject = {};
      const run = new Run(environment, row, tablesFor(environment), undefined);
      inSteps(row, body, run);
      run.drafts.settle();
      return run.issues.length > 0 ? { ok: false, issues: run.issues } : { ok: true, body };
    },
    toNative: (body, environment, resolve) => {
      const row: JsonObject = {};
      const run = new Run(environment, body, tablesFor(environment), resolve);
      outSteps(body, row, run);
      run.drafts.settle();
      return run.issues.length > 0 ? { ok: false, issues: run.issues } : { ok: true, row };
    },
  };
}

function compileRules(rules: readonly RuleDocument[], site: Site, direction: 'in' | 'out'): Step {
  const filled = new Set<string>();
  const steps: Step[] = [];
  for (const rule of rules) {
    if (!waysOf(rule)[direction]) continue;
    if (rule.rules) {
      const inside = siteOfList(rule, site);
      steps.push(compileList(rule, site, direction, compileRules(rulesOfList(rule, inside), inside, direction)));
    } else if (direction === 'in') {
      steps.push(compileRuleIn(rule, site, filled.has(rule.canonical as string)));
      filled.add(rule.canonical as string);
    } else steps.push(compileRuleOut(rule, site));
  }
  return inOrder(steps);
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
