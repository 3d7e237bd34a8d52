import { wordsOf } from '../document/canonical-kind.js';
import { say } from '../document/finding-factory.js';
import { stepsOf, waysOf } from '../document/mapping-document.js';
import type { RulePlace } from './check-context.js';
import type { RulePaths } from './check-paths.js';
import { suggest } from './suggest.js';

/** Tables that a rule uses: one-to-one where the rule goes both ways, and words of the model on the canonical side. Returns the names. */
export function checkLookups(place: RulePlace, paths: RulePaths): readonly string[] {
  const { rule, document } = place;
  const used: string[] = [];
  for (const { name, options } of stepsOf(rule)) {
    const table = options['table'];
    if (typeof table !== 'string' || !Object.hasOwn(document.lookups ?? {}, table)) continue;
    used.push(table);
    // Units have several names each; the first of a table is the one to write.
    if (name !== 'enum') continue;
    if (waysOf(rule).out && waysOf(rule).in) checkOneToOne(table, place);
    if (waysOf(rule).out && options['as'] === 'number') checkNumbers(table, place);
    if (paths.canonical?.schema) checkWordsOf(table, wordsOf(paths.canonical.schema), place);
  }
  return used;
}

function checkOneToOne(table: string, { document, findings }: RulePlace): void {
  const natives = new Map<string, string>();
  for (const [native, canonical] of Object.entries(document.lookups?.[table] ?? {})) {
    const other = natives.get(canonical);
    if (other === undefined) {
      natives.set(canonical, native);
      continue;
    }
    findings.add({
      code: 'mapping.not-one-to-one',
      path: `lookups.${table}.${native}`,
      message: say(
        `"${other}" and "${native}" both mean "${canonical}": nobody could say which to write back`,
        `“${other}”与“${native}”都对应“${canonical}”：回写时无法确定取哪一个`,
      ),
      suggestion: 'direction: in',
    });
  }
}

function checkWordsOf(table: string, words: ReadonlySet<string> | undefined, { document, findings }: RulePlace): void {
  if (!words) return;
  for (const [native, canonical] of Object.entries(document.lookups?.[table] ?? {})) {
    if (words.has(canonical)) continue;
    findings.add({
      code: 'mapping.unknown-word',
      path: `lookups.${table}.${native}`,
      message: say(
        `"${canonical}" is not a word of the field that uses this table`,
        `“${canonical}”不是使用该对照表的字段的取值`,
      ),
      suggestion: suggest(canonical, words),
    });
  }
}

/** Codes that are written as JSON numbers must be numbers. */
function checkNumbers(table: string, { document, findings }: RulePlace): void {
  for (const native of Object.keys(document.lookups?.[table] ?? {})) {
    if (/^-?(?:0|[1-9]\d{0,14})$/.test(native)) continue;
    findings.add({
      code: 'mapping.bad-option',
      path: `lookups.${table}.${native}`,
      message: say(
        `"${native}" cannot be written as a number (as: number)`,
        `“${native}”无法作为数字写出（as: number）`,
      ),
      suggestion: 'as: text',
    });
  }
}
