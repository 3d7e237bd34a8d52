import { rulesOfList, siteOfList } from '../compile/list-rule.js';
import { coverageOf } from '../compile/coverage.js';
import type { Site } from '../compile/site.js';
import { say, type Findings } from '../document/finding-factory.js';
import { waysOf, type MappingDocument, type RuleDocument } from '../document/mapping-document.js';
import { checkCollisions } from './check-collisions.js';
import { checkPath, readPath, type RulePlace } from './check-context.js';
import { checkExpression } from './check-expression.js';
import { checkLookups } from './check-lookups.js';
import { checkLosses } from './check-losses.js';
import { checkEmptyComesBack, checkFixedValues, checkRulePaths, checkWords, type RulePaths } from './check-paths.js';
import { checkRequired } from './check-required.js';
import { checkShape } from './check-shape.js';
import { checkTransforms } from './check-transforms.js';
import { checkTypes } from './check-types.js';

const MAX_RULES = 2000;
const MAX_DEPTH = 5;

/** Checks a document that has the right shape against both schemas. */
export function checkDocument(document: MappingDocument, site: Site, findings: Findings): void {
  if (countRules(document.rules) > MAX_RULES) {
    findings.add({
      code: 'mapping.too-large',
      path: 'rules',
      message: say(`more than ${MAX_RULES} rules`, `规则超过 ${MAX_RULES} 条`),
    });
    return;
  }
  const used = new Set<string>();
  checkWhen(document, site, findings);
  checkRules(document.rules, 'rules', { document, site, findings }, used, 0);
  for (const table of Object.keys(document.lookups ?? {})) {
    if (used.has(table)) continue;
    findings.add({
      code: 'mapping.unused-lookup',
      severity: 'warning',
      path: `lookups.${table}`,
      message: say(`no rule uses the value table "${table}"`, `没有规则使用对照表“${table}”`),
    });
  }
  if (!findings.hasErrors) checkRequired(site.canonicalRoot, coverageOf(document.rules, 'in'), findings);
}

type Surroundings = Pick<RulePlace, 'document' | 'site' | 'findings'>;

function checkRules(
  rules: readonly RuleDocument[],
  at: string,
  around: Surroundings,
  used: Set<string>,
  depth: number,
): void {
  if (depth > MAX_DEPTH) {
    around.findings.add({
      code: 'mapping.too-large',
      path: at,
      message: say('list rules are nested too deeply', '列表规则嵌套过深'),
    });
    return;
  }
  for (const [index, rule] of rules.entries()) checkRule({ ...around, rule, at: `${at}[${index}]` }, used, depth);
  checkCollisions(rules, at, around.findings);
}

function checkRule(place: RulePlace, used: Set<string>, depth: number): void {
  const { rule } = place;
  const sound = checkShape(place);
  const paths = checkRulePaths(place);
  if (!sound || !paths) return;
  checkFixedValues(place, paths);
  checkEmptyComesBack(place);
  for (const table of checkLookups(place, paths)) used.add(table);
  if (rule.rules) return checkListRule(place, used, depth);
  if (rule.constant === undefined) checkValue(place, paths);
}

/** Checks what becomes of a rule's value on its way. */
function checkValue(place: RulePlace, paths: RulePaths): void {
  const { rule, site } = place;
  const known = paths.canonical?.schema !== undefined || site.canonicalRoot === undefined || isExtension(rule);
  const steps = paths.canonical ? checkTransforms(place, paths) : [];
  if (!steps) return;
  checkLosses(place, paths);
  if (rule.expression !== undefined) checkExpression(place, paths);
  // An expression may give a finished value where no transform is implied.
  if (known && paths.canonical && (rule.expression === undefined || steps.length > 0)) checkTypes(place, paths, steps);
}

/** The model says nothing of vendor fields; whatever stands there is copied. */
function isExtension(rule: RuleDocument): boolean {
  return rule.canonical?.startsWith('extensions.') === true || rule.canonical?.startsWith('extensions[') === true;
}

function checkListRule(place: RulePlace, used: Set<string>, depth: number): void {
  const { rule, at, site, findings } = place;
  const inside = siteOfList(rule, site);
  const key = rule.list?.key;
  if (key) {
    const canonical = readPath(key.canonical, `${at}.list.key.canonical`, findings);
    const native = readPath(key.native, `${at}.list.key.native`, findings);
    if (canonical) checkPath(canonical, 'canonical', `${at}.list.key.canonical`, inside, findings);
    if (native) checkPath(native, 'native', `${at}.list.key.native`, inside, findings);
    if (!canonical || !native) return;
  }
  checkRules(rule.rules ?? [], `${at}.rules`, { ...place, site: inside }, used, depth + 1);
  if (waysOf(rule).in) checkMergeKey(place, inside);
}

/** Lists of the model that merge by key need that key from every connection. */
function checkMergeKey({ rule, at, site, findings }: RulePlace, inside: Site): void {
  const path = readPath(rule.canonical as string, `${at}.canonical`, findings);
  const schema = path && checkPath(path, 'canonical', `${at}.canonical`, site, findings);
  const key = schema?.['x-key'];
  if (!Array.isArray(key)) return;
  const filled = new Set(
    rulesOfList(rule, inside).flatMap((inner) =>
      inner.canonical !== undefined && waysOf(inner).in ? [inner.canonical] : [],
    ),
  );
  const required = new Set((inside.canonical['required'] ?? []) as string[]);
  for (const name of key as string[]) {
    if (filled.has(name) || !required.has(name)) continue;
    findings.add({
      code: 'mapping.list-key-not-filled',
      severity: 'warning',
      path: `${at}.rules`,
      message: say(
        `items of this list are told apart by "${name}", which no rule fills`,
        `该列表以“${name}”区分列表项，但没有规则填充它`,
      ),
      suggestion: `list: { key: { canonical: ${name}, native: … } }`,
    });
  }
}

function checkWhen(document: MappingDocument, site: Site, findings: Findings): void {
  for (const [text, expected] of Object.entries(document.when ?? {})) {
    const path = readPath(text, `when.${text}`, findings);
    const schema = path && checkPath(path, 'canonical', `when.${text}`, site, findings);
    if (schema) checkWords(schema, expected, `when.${text}`, findings);
  }
}

function countRules(rules: readonly RuleDocument[]): number {
  return rules.reduce((sum, rule) => sum + 1 + (rule.rules ? countRules(rule.rules) : 0), 0);
}
