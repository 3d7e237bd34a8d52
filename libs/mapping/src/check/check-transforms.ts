import { isTimeZone } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import { stepsFor } from '../compile/pipeline.js';
import { say } from '../document/finding-factory.js';
import { stepsOf, waysOf } from '../document/mapping-document.js';
import { transformByName, transforms } from '../transforms/catalogue.js';
import type { Transform } from '../transforms/transform.js';
import { readPath, type RulePlace } from './check-context.js';
import type { RulePaths } from './check-paths.js';
import { describeErrors, documentPath } from './describe-error.js';
import { suggest } from './suggest.js';
import { errorsOf } from './validator.js';

/** A step of a rule that is known to the catalogue. */
export interface KnownStep {
  readonly transform: Transform;
  readonly options: JsonObject;
}

/** Checks names, options, tables and ways of a rule's transforms; undefined when one of them cannot be used. */
export function checkTransforms(place: RulePlace, paths: RulePaths): readonly KnownStep[] | undefined {
  const { rule } = place;
  const written = stepsOf(rule).map((step) => checkStep(step, place));
  if (written.includes(undefined)) return undefined;
  const steps = stepsFor(rule, paths.canonical?.schema).flatMap(({ name, options }) => {
    const transform = transformByName(name);
    return transform ? [{ transform, options }] : [];
  });
  if (waysOf(rule).out) checkWayBack(steps, place, waysOf(rule).in);
  return steps;
}

function checkStep(
  step: { readonly name: string; readonly options: JsonObject; readonly at: string },
  place: RulePlace,
): KnownStep | undefined {
  const { findings } = place;
  const at = `${place.at}.${step.at}`;
  const transform = transformByName(step.name);
  if (!transform) {
    findings.add({
      code: 'mapping.unknown-transform',
      path: at,
      message: say(`there is no transform "${step.name}"`, `没有名为“${step.name}”的转换`),
      suggestion: suggest(
        step.name,
        transforms.map(({ name }) => name),
      ),
    });
    return undefined;
  }
  const errors = describeErrors(errorsOf(transform.options, step.options));
  for (const { pointer, message, suggestion } of errors) {
    const inner = documentPath(pointer);
    findings.add({ code: 'mapping.bad-option', path: inner === '' ? at : `${at}.${inner}`, message, suggestion });
  }
  if (errors.length > 0) return undefined;
  const problem = transform.problemOf?.(step.options);
  if (problem) {
    findings.add({ code: 'mapping.bad-option', path: at, message: problem });
    return undefined;
  }
  return checkMeaning(step.options, at, place) ? { transform, options: step.options } : undefined;
}

/** Options that a schema cannot judge: tables, zones, paths. */
function checkMeaning(options: JsonObject, at: string, { document, findings }: RulePlace): boolean {
  const { table, zone, currencyFrom } = options;
  const tables = document.lookups ?? {};
  if (typeof table === 'string' && !Object.hasOwn(tables, table)) {
    findings.add({
      code: 'mapping.unknown-lookup',
      path: `${at}.table`,
      message: say(
        `there is no value table "${table}" under lookups (an empty one will do when connections bring their own entries)`,
        `lookups 中没有对照表“${table}”（若由连接自行维护，可写一个空表）`,
      ),
      suggestion: suggest(table, Object.keys(tables)),
    });
    return false;
  }
  if (typeof zone === 'string' && !isTimeZone(zone)) {
    findings.add({
      code: 'mapping.bad-option',
      path: `${at}.zone`,
      message: say(`"${zone}" is not an IANA time zone`, `“${zone}”不是 IANA 时区`),
      suggestion: 'Asia/Shanghai',
    });
    return false;
  }
  if (typeof currencyFrom !== 'object' || currencyFrom === null || Array.isArray(currencyFrom)) return true;
  return Object.entries(currencyFrom).every(
    ([side, path]) => typeof path !== 'string' || readPath(path, `${at}.currencyFrom.${side}`, findings) !== undefined,
  );
}

function checkWayBack(steps: readonly KnownStep[], { at, findings }: RulePlace, both: boolean): void {
  const oneWay = steps.find(({ transform, options }) => {
    if (!transform.fromCanonical) return true;
    return transform.reversible?.(options) === false && (both || transform.writesAlone !== true);
  });
  if (!oneWay) return;
  findings.add({
    code: 'mapping.cannot-go-back',
    path: `${at}.transform`,
    message: say(
      `with these options "${oneWay.transform.name}" cannot travel back: say direction: in`,
      `以此选项，“${oneWay.transform.name}”无法回写：请注明 direction: in`,
    ),
    suggestion: 'direction: in',
  });
}
