import { say } from '../document/finding-factory.js';
import type { RulePlace } from './check-context.js';
import type { RulePaths } from './check-paths.js';
import { lossesOfTransforms } from './losses.js';

/** A two-way rule that does not keep every value says so: otherwise nobody knows that the difference is meant. */
export function checkLosses({ rule, at, findings }: RulePlace, { canonical }: RulePaths): void {
  // What a field implies by itself is how the model writes such values; only transforms that somebody chose are asked for.
  if (rule.loses !== undefined || rule.transform === undefined) return;
  for (const { en, zh } of lossesOfTransforms(rule, canonical?.schema)) {
    findings.add({
      code: 'mapping.undeclared-loss',
      severity: 'warning',
      path: `${at}.transform`,
      message: say(
        `this does not survive the way there and back: ${en}; say so with loses, or let the rule go one way`,
        `往返后无法保留：${zh}；请用 loses 注明，或让该规则只走一个方向`,
      ),
      suggestion: `loses: ${en}`,
    });
  }
}
