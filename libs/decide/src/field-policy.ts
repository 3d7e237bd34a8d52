import type { Collision, MergePolicy } from './three-way-merge.js';

/** Policy of a field, as flows declare it. */
export interface FieldPolicy {
  readonly resolve: 'owner' | 'latest' | 'review';
  readonly owner?: string;
  readonly strict?: boolean;
}

/** Policies of a flow: a default, and canonical paths (dots) that differ; the longest path that covers a field counts. */
export interface FieldPolicies {
  readonly default: FieldPolicy;
  readonly fields: { readonly [path: string]: FieldPolicy };
}

/** What is known of the two sides of a merge. */
export interface MergeSides {
  /** The connection that speaks now. */
  readonly source: string;
  /** Source time of what it says, ms since the epoch; the time of receipt where it has none. */
  readonly incomingAtMs: number;
  /** Who last set a field of the record, and when; undefined = nobody known. */
  lastSetBy(pointer: string): { readonly connectionId: string; readonly atMs: number } | undefined;
}

/** The policy that applies to a JSON Pointer. */
export function policyFor(policies: FieldPolicies, pointer: string): FieldPolicy {
  if (Object.keys(policies.fields).length === 0) return policies.default;
  const segments = pointer.split('/').slice(1);
  for (let length = segments.length; length > 0; length -= 1) {
    const found = policies.fields[segments.slice(0, length).join('.')];
    if (found) return found;
  }
  return skipItemKeys(policies, segments) ?? policies.default;
}

/** `lines.quantity` covers `/lines/<key>/quantity`: one segment may be an item's key. */
function skipItemKeys(policies: FieldPolicies, segments: readonly string[]): FieldPolicy | undefined {
  if (segments.length < 3) return undefined;
  return policies.fields[[segments[0], ...segments.slice(2)].join('.')];
}

/** Makes the merge policy of one change: owners win their fields, `latest` compares source times, `review` asks a person. */
export function mergePolicy(policies: FieldPolicies, sides: MergeSides): MergePolicy {
  return {
    mayChange: (pointer) => {
      const policy = policyFor(policies, pointer);
      return !(policy.resolve === 'owner' && policy.strict === true && policy.owner !== sides.source);
    },
    collide: (collision) => collide(policyFor(policies, collision.pointer), collision, sides),
  };
}

function collide(policy: FieldPolicy, collision: Collision, sides: MergeSides): 'record' | 'incoming' | 'review' {
  if (policy.resolve === 'review') return 'review';
  const last = sides.lastSetBy(collision.pointer);
  if (policy.resolve === 'owner') {
    if (policy.owner === sides.source) return 'incoming';
    if (last?.connectionId === policy.owner) return 'record';
  }
  return last === undefined || sides.incomingAtMs >= last.atMs ? 'incoming' : 'record';
}
