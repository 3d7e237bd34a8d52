import type { Json } from '@isthmus/json';
import type { MapIssue } from '../contract.js';

/**
 * What a rule did: `wrote` a value; `cleared` the field, because the source holds it empty; `default` and `constant` wrote what the
 * rule says; `refused`: the value cannot pass; `skipped`: see the reason.
 */
export type RuleOutcome = 'wrote' | 'cleared' | 'default' | 'constant' | 'refused' | 'skipped';

/**
 * Why a rule kept quiet: its condition does not hold, an earlier rule has filled the field, the source does not hold the value (`absent`)
 * or holds it empty (`empty`), or the reference is not in this connection (`unresolved`) or belongs to another stream.
 */
export type SkipReason = 'condition' | 'earlier-rule' | 'absent' | 'empty' | 'unresolved';

/** One rule at work on one record, or on one item of a list in it. */
export interface RuleTrace {
  /** Place in the document, for example `rules[3].rules[0]`, with its line and column (from 1). */
  readonly at: string;
  readonly line: number;
  readonly column: number;
  readonly canonical: string | undefined;
  readonly native: readonly string[];
  /** JSON Pointers of the list item in source and target that the rule worked on; empty at the root. */
  readonly item: { readonly source: string; readonly target: string };
  /** What the rule read, one value for each path of its source side; undefined = the source does not hold it. */
  readonly input: readonly (Json | undefined)[];
  /** What stands at the paths of its target side afterwards. */
  readonly output: readonly (Json | undefined)[];
  readonly outcome: RuleOutcome;
  readonly reason?: SkipReason;
  readonly issues: readonly MapIssue[];
}
