import type { Json, JsonObject } from '@isthmus/json';
import { itemKey, itemsByKey } from './body-differences.js';
import type { MergePlan } from './merge-plan.js';
import { threeWayMerge } from './three-way-merge.js';

/** What taking a change back came to. */
export interface Restoration {
  readonly body: JsonObject;
  /** Pointers that have their value from before again. */
  readonly restored: readonly string[];
  /** Pointers that were changed since and stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Takes back what was changed between two versions of a body, in what the body is by now: by three-way merge, with the later version as the
 * base and the earlier one as what is said. Whoever changed a field since has the last word.
 */
export function restore(
  plan: MergePlan,
  { before, after, now }: { readonly before: JsonObject; readonly after: JsonObject; readonly now: JsonObject },
): Restoration {
  const sides = { record: now, base: after, incoming: restoration(plan, before, after) };
  const merged = threeWayMerge(plan, sides, { collide: () => 'record', mayChange: () => true });
  return {
    body: withWholeItems(plan, merged.body, { before, now }),
    restored: merged.changed,
    kept: merged.collisions.map(({ pointer }) => pointer),
  };
}

/** `before` with `null` wherever only `after` holds something: what is absent would not be taken for cleared. */
export function restoration(plan: MergePlan, before: JsonObject, after: JsonObject): JsonObject {
  const said: JsonObject = { ...before };
  for (const [name, now] of Object.entries(after)) {
    const then = before[name];
    if (then === undefined) said[name] = null;
    else said[name] = saidValue(childPlan(plan, name), then, now);
  }
  return said;
}

function saidValue(plan: MergePlan | undefined, then: Json, now: Json): Json {
  if (plan?.kind === 'object' && isObject(then) && isObject(now)) return restoration(plan, then, now);
  if (plan?.kind !== 'list' || !Array.isArray(then) || !Array.isArray(now)) return then;
  const held = itemsByKey(plan.key, now);
  return then.map((item) => {
    const other = held.get(itemKey(item, plan.key));
    return isObject(item) && isObject(other) ? restoration(plan.item, item, other) : item;
  });
}

/** A merge lets a new item inherit from the one whose place it takes; an item that comes back is what it was. */
function withWholeItems(
  plan: MergePlan,
  merged: JsonObject,
  { before, now }: { readonly before: JsonObject; readonly now: JsonObject },
): JsonObject {
  const body: JsonObject = { ...merged };
  for (const [name, value] of Object.entries(merged)) {
    const child = childPlan(plan, name);
    const [then, held] = [before[name], now[name]];
    if (child?.kind === 'object' && isObject(value) && isObject(then))
      body[name] = withWholeItems(child, value, { before: then, now: isObject(held) ? held : {} });
    if (child?.kind !== 'list' || !Array.isArray(value) || !Array.isArray(then)) continue;
    const [old, present] = [itemsByKey(child.key, then), itemsByKey(child.key, Array.isArray(held) ? held : [])];
    body[name] = value.map((item) => {
      const key = itemKey(item, child.key);
      return present.has(key) ? item : (old.get(key) ?? item);
    });
  }
  return body;
}

function childPlan(plan: MergePlan, name: string): MergePlan | undefined {
  return plan.kind === 'object' ? plan.properties.get(name) : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
