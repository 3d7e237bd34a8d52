import type { Json } from '@isthmus/json';
import { compareOrdered } from './compare-ordered.js';
import { joinSets } from './join-sets.js';
import type { MergePlan } from './merge-plan.js';
import type { Collision, MergePolicy, Resolution } from './three-way-merge.js';

/** How a field that two sides changed is settled. */
export const resolveNames = ['owner', 'latest', 'ranking', 'union', 'maximum', 'minimum', 'review'] as const;

/** Policy of a field, as flows declare it. */
export interface FieldPolicy {
  /**
   * `owner`: the owner's value; `latest`: the newer source time; `ranking`: the connection that stands first; `union`: what either side
   * added to a set; `maximum`, `minimum`: the greater or smaller of two values; `review`: a person decides.
   */
  readonly resolve: (typeof resolveNames)[number];
  readonly owner?: string;
  readonly strict?: boolean;
  /** With `ranking`, and for ties: connections, the most trusted first. @default the flow's */
  readonly ranking?: readonly string[];
}

/** Policies of a flow: a default, and canonical paths (dots) that differ; the longest path that covers a field counts. */
export interface FieldPolicies {
  readonly default: FieldPolicy;
  readonly fields: { readonly [path: string]: FieldPolicy };
  /** Connections, the most trusted first; `hub` stands for what people enter in the hub. Who is not named comes last. */
  readonly ranking?: readonly string[];
  /** How far clocks of two systems may be apart: nearer times are a tie, and a time further in the future is not believed. @default 0 */
  readonly clockSkewMs?: number;
}

/** What is known of the two sides of a merge. */
export interface MergeSides {
  /** The connection that speaks now. */
  readonly source: string;
  /** When it was said there, ms since the epoch; see `trustedTimeMs`. */
  readonly incomingAtMs: number;
  /** Who last set a field of the record, and when; undefined = nobody known. */
  lastSetBy(pointer: string): { readonly connectionId: string; readonly atMs: number } | undefined;
}

/**
 * The time of a statement as far as it can be believed, ms since the epoch: the source's own time, or the time of receipt where it gives
 * none or one that lies further in the future than clocks may be apart.
 */
export function trustedTimeMs(sourceAtMs: number | undefined, receivedAtMs: number, clockSkewMs = 0): number {
  return sourceAtMs === undefined || sourceAtMs > receivedAtMs + clockSkewMs ? receivedAtMs : sourceAtMs;
}

/**
 * The policy that applies to a JSON Pointer.
 *
 * @param plan tells keys of list items from names of fields; without it one key is skipped by guess
 */
export function policyFor(policies: FieldPolicies, pointer: string, plan?: MergePlan): FieldPolicy {
  if (Object.keys(policies.fields).length === 0) return policies.default;
  const segments = pointer.split('/').slice(1).map(unescape);
  const names = plan ? withoutItemKeys(plan, segments) : segments;
  for (let length = names.length; length > 0; length -= 1) {
    const found = own(policies.fields, names.slice(0, length).join('.'));
    if (found) return found;
  }
  return (plan ? undefined : skipItemKey(policies, segments)) ?? policies.default;
}

function withoutItemKeys(plan: MergePlan, segments: readonly string[]): string[] {
  const names: string[] = [];
  let here: MergePlan | undefined = plan;
  for (const segment of segments) {
    if (here?.kind === 'list') {
      here = here.item;
      continue;
    }
    names.push(segment);
    here = here?.kind === 'object' ? here.properties.get(segment) : undefined;
  }
  return names;
}

/** `lines.quantity` covers `/lines/<key>/quantity`: one segment may be an item's key. */
function skipItemKey(policies: FieldPolicies, segments: readonly string[]): FieldPolicy | undefined {
  if (segments.length < 3) return undefined;
  return own(policies.fields, [segments[0], ...segments.slice(2)].join('.'));
}

function own(fields: FieldPolicies['fields'], path: string): FieldPolicy | undefined {
  return Object.hasOwn(fields, path) ? fields[path] : undefined;
}

function unescape(segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~1', '/').replaceAll('~0', '~') : segment;
}

/** Makes the merge policy of one change. */
export function mergePolicy(policies: FieldPolicies, sides: MergeSides, plan?: MergePlan): MergePolicy {
  return {
    mayChange: (pointer) => {
      const policy = policyFor(policies, pointer, plan);
      return !(policy.resolve === 'owner' && policy.strict === true && policy.owner !== sides.source);
    },
    collide: (collision) => {
      const policy = policyFor(policies, collision.pointer, plan);
      const last = sides.lastSetBy(collision.pointer);
      const resolution = settle({ policy, policies, sides, last }, collision);
      return { ...resolution, policy: policy.resolve, ...(last && { last }) };
    },
  };
}

interface Case {
  readonly policy: FieldPolicy;
  readonly policies: FieldPolicies;
  readonly sides: MergeSides;
  readonly last: ReturnType<MergeSides['lastSetBy']>;
}

function settle(here: Case, collision: Collision): Resolution {
  switch (here.policy.resolve) {
    case 'review':
      return { chosen: 'review', why: 'asked' };
    case 'owner':
      return byOwner(here);
    case 'ranking':
      return byRanking(here) ?? byTime(here);
    case 'union':
      return byUnion(collision) ?? byTime(here);
    case 'maximum':
      return byAmount(collision, 1) ?? byTime(here);
    case 'minimum':
      return byAmount(collision, -1) ?? byTime(here);
    case 'latest':
      return byTime(here);
  }
}

function byOwner(here: Case): Resolution {
  if (here.policy.owner === here.sides.source) return { chosen: 'incoming', why: 'owner-speaks' };
  if (here.last?.connectionId === here.policy.owner) return { chosen: 'record', why: 'owner-holds' };
  return byTime(here);
}

function byRanking({ policy, policies, sides, last }: Case): Resolution | undefined {
  if (!last) return undefined;
  const ranking = policy.ranking ?? policies.ranking ?? [];
  const gap = rankOf(ranking, sides.source) - rankOf(ranking, last.connectionId);
  if (gap === 0) return undefined;
  return gap < 0 ? { chosen: 'incoming', why: 'ranks-higher' } : { chosen: 'record', why: 'ranks-lower' };
}

function rankOf(ranking: readonly string[], connectionId: string): number {
  const rank = ranking.indexOf(connectionId);
  return rank < 0 ? ranking.length : rank;
}

function byTime(here: Case): Resolution {
  const { policies, sides, last } = here;
  if (!last) return { chosen: 'incoming', why: 'nobody-known' };
  const gapMs = sides.incomingAtMs - last.atMs;
  // One system has one clock.
  if (last.connectionId === sides.source) return gapMs >= 0 ? { chosen: 'incoming', why: 'newer' } : OLDER;
  const isTie = gapMs === 0 || Math.abs(gapMs) < (policies.clockSkewMs ?? 0);
  if (!isTie) return gapMs > 0 ? { chosen: 'incoming', why: 'newer' } : OLDER;
  const ranked = byRanking(here);
  if (ranked) return { ...ranked, why: `tie-${ranked.why}` };
  // The same whichever of the two is heard first.
  return sides.source < last.connectionId
    ? { chosen: 'incoming', why: 'tie-by-name' }
    : { chosen: 'record', why: 'tie-by-name' };
}

const OLDER: Resolution = { chosen: 'record', why: 'older' };

/** Sets are joined; an item that one side took out while the other edited it stays. */
function byUnion(collision: Collision): Resolution | undefined {
  const { record, incoming, base } = collision;
  if (isItem(base) && record === undefined) return { chosen: 'incoming', why: 'item-edited' };
  if (isItem(base) && incoming === undefined) return { chosen: 'record', why: 'item-edited' };
  const joined = joinSets(collision);
  return joined && { ...joined, why: 'joined' };
}

function isItem(value: Json | undefined): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A value beats no value; values that cannot be compared are left to time. */
function byAmount({ record, incoming }: Collision, sign: 1 | -1): Resolution | undefined {
  if (record === undefined) return { chosen: 'incoming', why: 'only-value' };
  if (incoming === undefined) return { chosen: 'record', why: 'only-value' };
  const order = compareOrdered(incoming, record);
  if (order === undefined) return undefined;
  const why = sign > 0 ? 'greater' : 'smaller';
  return order * sign > 0 ? { chosen: 'incoming', why } : { chosen: 'record', why };
}
