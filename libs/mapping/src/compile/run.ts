import type { JsonObject } from '@isthmus/json';
import type { MapEnvironment, MapIssue, ResolveReference } from '../contract.js';
import { Drafts } from '../paths/drafts.js';
import type { Refusal, TransformContext } from '../transforms/transform.js';
import type { TwoWayTable } from '../transforms/two-way-table.js';

/** One step of a mapping: reads the source, writes the target, notes what cannot pass. */
export type Step = (source: JsonObject, target: JsonObject, run: Run) => void;

/** Tables of a mapping for one environment. */
export type Tables = (name: string) => TwoWayTable | undefined;

const MAX_ISSUES = 50;

/** State of mapping one record in one direction. */
export class Run implements TransformContext {
  readonly issues: MapIssue[] = [];
  readonly drafts = new Drafts();
  nativeCount = 1;
  /** JSON Pointers of the list items that are being mapped. */
  sourcePrefix = '';
  targetPrefix = '';

  constructor(
    readonly environment: MapEnvironment,
    readonly root: JsonObject,
    readonly table: Tables,
    readonly resolve: ResolveReference | undefined,
  ) {}

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
