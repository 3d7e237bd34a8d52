import type { JsonObject } from '@isthmus/json';
import type { MapEnvironment, MapIssue, ResolveReference } from '../contract.js';
import type { RuleDocument } from '../document/mapping-document.js';
import { Drafts } from '../paths/drafts.js';
import type { Refusal, TransformContext, TransformWarning } from '../transforms/transform.js';
import type { TwoWayTable } from '../transforms/two-way-table.js';

/** One step of a mapping: reads the source, writes the target, notes what cannot pass. */
export type Step = (source: JsonObject, target: JsonObject, run: Run) => void;

/** A rule whose step is being watched. */
export interface WatchedRule {
  readonly rule: RuleDocument;
  /** Place in the document, for example `rules[3].rules[0]`. */
  readonly at: string;
  readonly direction: 'in' | 'out';
  /** True when an earlier rule may have filled the same canonical field, and this one then keeps quiet. */
  readonly firstOf: boolean;
}

/** Wraps the step of a rule when a mapping is compiled for a trace. */
export type Watch = (step: Step, watched: WatchedRule) => Step;

/** Tables of a mapping for one environment. */
export type Tables = (name: string) => TwoWayTable | undefined;

const MAX_ISSUES = 50;

/** State of mapping one record in one direction. */
export class Run implements TransformContext {
  readonly issues: MapIssue[] = [];
  /** What was given up on the way; undefined while there is nothing. */
  warnings: MapIssue[] | undefined;
  readonly drafts = new Drafts();
  nativeCount = 1;
  /** JSON Pointers of the list items that are being mapped. */
  sourcePrefix = '';
  targetPrefix = '';
  /** Pointers of the rule at work, relative to the current item. */
  sourcePointer = '';
  targetPointer = '';

  constructor(
    readonly environment: MapEnvironment,
    readonly root: JsonObject,
    readonly table: Tables,
    readonly resolve: ResolveReference | undefined,
  ) {}

  warn(warning: TransformWarning): void {
    this.warnings ??= [];
    if (this.warnings.length >= MAX_ISSUES) return;
    this.warnings.push({
      code: warning.code,
      path: this.sourcePrefix + this.sourcePointer,
      target: this.targetPrefix + this.targetPointer,
      message: warning.message,
    });
  }

  /** Notes why a value cannot pass; pointers are relative to the current item. */
  refuse(refusal: Refusal, sourcePointer: string, targetPointer: string): void {
    if (this.issues.length >= MAX_ISSUES) return;
    this.issues.push({
      code: refusal.code,
      path: this.sourcePrefix + sourcePointer,
      target: this.targetPrefix + targetPointer,
      message: refusal.message,
    });
  }
}

/** Runs steps in order. */
export function inOrder(steps: readonly Step[]): Step {
  return (source, target, run) => {
    for (const step of steps) step(source, target, run);
  };
}
