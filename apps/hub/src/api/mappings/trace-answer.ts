import type { MappingTrace } from '@isthmus/api-contract';
import type { Json } from '@isthmus/json';
import type { MapIssue, RuleTrace, ToCanonical, ToNative, Traced } from '@isthmus/mapping';

/** A trace as the API tells it. */
export function traceAnswer({ result, rules }: Traced<ToCanonical | ToNative>): MappingTrace {
  const output = result.ok ? ('body' in result ? result.body : result.row) : null;
  const issues = result.ok ? [] : result.issues;
  return { ok: result.ok, output, issues: issues.map(issueAnswer), rules: rules.map(ruleAnswer) };
}

function issueAnswer({ code, path, target, message }: MapIssue): MappingTrace['issues'][number] {
  return { code, path, target: target ?? null, message };
}

function ruleAnswer(rule: RuleTrace): MappingTrace['rules'][number] {
  const { at, line, column, canonical = null, native, item, input, output, outcome, reason = null } = rule;
  return {
    at,
    line,
    column,
    canonical,
    native,
    item: item.source,
    input: shown(input),
    output: shown(output),
    outcome,
    reason,
  };
}

/** JSON has no undefined: what is not there at all is null. */
function shown(values: readonly (Json | undefined)[]): readonly Json[] {
  return values.map((value) => value ?? null);
}
