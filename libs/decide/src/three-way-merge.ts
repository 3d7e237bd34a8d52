import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import type { MergePlan } from './merge-plan.js';

/** A field that both sides changed, or that a side changed without being allowed to. */
export interface Collision {
  /** JSON Pointer; list items by their key values, for example `/lines/2/quantity` with key `2`. */
  readonly pointer: string;
  /** What the record holds; undefined = nothing. */
  readonly record: Json | undefined;
  /** What the source says now; undefined = nothing. */
  readonly incoming: Json | undefined;
  /** What the source said before; undefined = nothing, or not known (first contact). */
  readonly base: Json | undefined;
}

/** What policy says of a changed field. */
export interface MergePolicy {
  /** Both sides changed the field: which value stays; `review` keeps the record's value and asks a person. */
  collide(collision: Collision): 'record' | 'incoming' | 'review';
  /** May this source change the field at all (strict owners)? */
  mayChange(pointer: string): boolean;
}

/** What a merge did. */
export interface MergeResult {
  /** The merged body; the same object when nothing changed. */
  readonly body: JsonObject;
  /** Pointers that the source changed in the record. */
  readonly changed: readonly string[];
  /** Fields that the source changed and policy did not take over: the source must get the record's value back. */
  readonly refused: readonly string[];
  /** Fields that both sides changed, with what policy chose. */
  readonly collisions: readonly (Collision & { readonly chosen: 'record' | 'incoming' | 'review' })[];
}

interface Session {
  readonly policy: MergePolicy;
  readonly hasBase: boolean;
  readonly changed: string[];
  readonly refused: string[];
  readonly collisions: (Collision & { chosen: 'record' | 'incoming' | 'review' })[];
}

type Optional = Json | undefined;

/**
 * Merges what a source says now into the record, field by field, against what the source said before (its base).
 * A field that equals the base was not changed there; one that equals the record has converged; one that the record still holds as in the
 * base is taken over; everything else is a collision for policy. Absent in `incoming` = not supplied; `null` = cleared.
 *
 * @param base undefined at first contact: then values that differ collide, and values that only one side has are joined
 */
export function threeWayMerge(
  plan: MergePlan,
  sides: { readonly record: JsonObject; readonly base: JsonObject | undefined; readonly incoming: JsonObject },
  policy: MergePolicy,
): MergeResult {
  const session: Session = { policy, hasBase: sides.base !== undefined, changed: [], refused: [], collisions: [] };
  const body = mergeObject(session, plan, '', sides.record, sides.base, sides.incoming);
  const { changed, refused, collisions } = session;
  return { body: changed.length === 0 ? sides.record : body, changed, refused, collisions };
}

function mergeObject(
  session: Session,
  plan: MergePlan,
  pointer: string,
  record: JsonObject | undefined,
  base: JsonObject | undefined,
  incoming: JsonObject,
): JsonObject {
  const merged: JsonObject = { ...record };
  for (const name of Object.keys(incoming)) {
    const child = childPlan(plan, name);
    if (!child) continue;
    const value = mergeValue(
      session,
      child,
      `${pointer}/${escape(name)}`,
      own(record, name),
      own(base, name),
      incoming[name],
    );
    if (value === undefined) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

function childPlan(plan: MergePlan, name: string): MergePlan | undefined {
  if (plan.kind !== 'object') return undefined;
  return plan.properties.get(name) ?? (plan.others ? { kind: 'value' } : undefined);
}

function mergeValue(
  session: Session,
  plan: MergePlan,
  pointer: string,
  record: Optional,
  rawBase: Optional,
  rawIncoming: Optional,
): Optional {
  const base = rawBase ?? undefined;
  const incoming = rawIncoming ?? undefined;
  if (plan.kind === 'object' && isObject(incoming) && isObjectOrNothing(record) && isObjectOrNothing(base)) {
    const merged = mergeObject(session, plan, pointer, record, base, incoming);
    return Object.keys(merged).length === 0 && record === undefined ? undefined : merged;
  }
  if (plan.kind === 'list' && isListOrNothing(incoming) && isListOrNothing(record) && isListOrNothing(base)) {
    return mergeList(session, plan, pointer, record, base, incoming);
  }
  return mergeLeaf(session, pointer, record, base, incoming);
}

function mergeLeaf(session: Session, pointer: string, record: Optional, base: Optional, incoming: Optional): Optional {
  if (equalJson(incoming, record)) return record;
  if (session.hasBase && equalJson(incoming, base)) return record;
  if (!session.hasBase && incoming === undefined) return record;
  if (!session.policy.mayChange(pointer) && !(record === undefined && base === undefined)) {
    session.refused.push(pointer);
    return record;
  }
  const recordUnchanged = session.hasBase ? equalJson(record, base) : record === undefined;
  if (recordUnchanged) {
    session.changed.push(pointer);
    return incoming;
  }
  return settleCollision(session, { pointer, record, incoming, base });
}

function settleCollision(session: Session, collision: Collision): Optional {
  const chosen = session.policy.collide(collision);
  session.collisions.push({ ...collision, chosen });
  if (chosen === 'incoming') {
    session.changed.push(collision.pointer);
    return collision.incoming;
  }
  session.refused.push(collision.pointer);
  return collision.record;
}

type ListPlan = Extract<MergePlan, { kind: 'list' }>;

function mergeList(
  session: Session,
  plan: ListPlan,
  pointer: string,
  record: Json[] = [],
  base: Json[] = [],
  incoming: Json[] = [],
): Optional {
  const before = byKey(plan, base);
  const now = byKey(plan, incoming);
  const held = byKey(plan, record);
  const merged: (Json | undefined)[] = [...record];
  const added: { key: string; item: Json }[] = [];
  for (const [key, item] of now) {
    const at = held.get(key);
    if (at)
      merged[at.index] = mergeItem(
        session,
        plan,
        `${pointer}/${escape(key)}`,
        at.item,
        before.get(key)?.item,
        item.item,
      );
    else added.push({ key, item: item.item });
  }
  for (const [key, item] of before) {
    const at = held.get(key);
    if (!now.has(key) && at)
      merged[at.index] = mergeLeaf(session, `${pointer}/${escape(key)}`, at.item, item.item, undefined);
  }
  for (const addition of added) addItem(session, plan, pointer, { merged, record, before, addition });
  const kept = merged.filter((item): item is Json => item !== undefined);
  return kept.length === 0 && record.length === 0 ? undefined : kept;
}

function mergeItem(
  session: Session,
  plan: ListPlan,
  pointer: string,
  record: Json,
  base: Optional,
  incoming: Json,
): Optional {
  if (isObject(record) && isObject(incoming)) {
    return mergeObject(session, plan.item, pointer, record, isObject(base) ? base : undefined, incoming);
  }
  return mergeLeaf(session, pointer, record, base, incoming);
}

interface Addition {
  readonly merged: (Json | undefined)[];
  readonly record: readonly Json[];
  readonly before: ReadonlyMap<string, Keyed>;
  readonly addition: { readonly key: string; readonly item: Json };
}

/** A new item takes the place of a removed one of the same kind (a changed phone stays first); others go to the end. */
function addItem(
  session: Session,
  plan: ListPlan,
  pointer: string,
  { merged, record, before, addition }: Addition,
): void {
  const item = withoutNulls(addition.item);
  const itemPointer = `${pointer}/${escape(addition.key)}`;
  if (before.has(addition.key)) {
    const kept = mergeLeaf(session, itemPointer, undefined, before.get(addition.key)?.item, item);
    if (kept !== undefined) merged.push(kept);
    return;
  }
  if (!session.policy.mayChange(itemPointer)) {
    session.refused.push(itemPointer);
    return;
  }
  session.changed.push(itemPointer);
  const free = merged.findIndex((held, index) => held === undefined && sameKind(plan, record[index], item));
  if (free < 0) {
    merged.push(item);
    return;
  }
  merged[free] = { ...(record[free] as JsonObject), ...(item as JsonObject) };
}

function sameKind(plan: ListPlan, removed: Optional, item: Json): boolean {
  const kind = plan.key.length > 1 ? plan.key[0] : undefined;
  return kind !== undefined && isObject(removed) && isObject(item) && equalJson(removed[kind], item[kind]);
}

interface Keyed {
  readonly item: Json;
  readonly index: number;
}

function byKey(plan: ListPlan, items: readonly Json[]): Map<string, Keyed> {
  const keyed = new Map<string, Keyed>();
  items.forEach((item, index) => {
    const key = isObject(item) ? plan.key.map((name) => keyText(item[name])).join('|') : keyText(item);
    if (!keyed.has(key)) keyed.set(key, { item, index });
  });
  return keyed;
}

function keyText(value: Optional): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function withoutNulls(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function own(object: JsonObject | undefined, name: string): Optional {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

function isObject(value: Optional): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isObjectOrNothing(value: Optional): value is JsonObject | undefined {
  return value === undefined || isObject(value);
}

function isListOrNothing(value: Optional): value is Json[] | undefined {
  return value === undefined || Array.isArray(value);
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
