import { equalJson, withoutNulls } from '@isthmus/json';
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

/** Whose value stays: `review` keeps the record's and asks a person; `joined` is a value made of both sides (union of sets). */
export type Choice = 'record' | 'incoming' | 'review' | 'joined';

/** What policy decided about a collision, and why. */
export interface Resolution {
  readonly chosen: Choice;
  /** The value with `joined`; undefined = nothing is left. */
  readonly value?: Json;
  /** Name of the policy that decided. */
  readonly policy?: string;
  /** Which of its rules decided: a stable code, for example `newer`. */
  readonly why?: string;
  /** Who had set the record's value, and when. */
  readonly last?: { readonly connectionId: string; readonly atMs: number };
}

/** A collision with what policy made of it. */
export type DecidedCollision = Collision & Resolution;

/** What policy says of a changed field. */
export interface MergePolicy {
  /** Both sides changed the field: which value stays. */
  collide(collision: Collision): Choice | Resolution;
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
  /** Fields that both sides changed, and edits of fields that only their owner may change, with what policy chose. */
  readonly collisions: readonly DecidedCollision[];
}

interface Session {
  readonly policy: MergePolicy;
  readonly hasBase: boolean;
  readonly changed: string[];
  readonly refused: string[];
  readonly collisions: DecidedCollision[];
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
    return filled(record, mergeObject(session, plan, pointer, record, base, incoming));
  }
  // Cleared as a whole: each field that the source knew there is cleared, others stay.
  if (plan.kind === 'object' && incoming === undefined && isObject(record) && isObject(base)) {
    return filled(record, mergeObject(session, plan, pointer, record, base, cleared(base)));
  }
  if (plan.kind === 'list' && isListOrNothing(incoming) && isListOrNothing(record) && isListOrNothing(base)) {
    return mergeList(session, plan, pointer, record, base, incoming);
  }
  return mergeLeaf(session, pointer, record, base, incoming);
}

/** An object that lost its last field is gone. */
function filled(record: JsonObject | undefined, merged: JsonObject): Optional {
  if (Object.keys(merged).length > 0) return merged;
  return record !== undefined && Object.keys(record).length === 0 ? record : undefined;
}

function cleared(base: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(base).map((name) => [name, null]));
}

function mergeLeaf(session: Session, pointer: string, record: Optional, base: Optional, incoming: Optional): Optional {
  if (equalJson(incoming, record)) return record;
  if (session.hasBase && equalJson(incoming, base)) return record;
  if (!session.hasBase && incoming === undefined) return record;
  if (!session.policy.mayChange(pointer) && !(record === undefined && base === undefined)) {
    return putBack(session, { pointer, record, incoming, base });
  }
  const recordUnchanged = session.hasBase ? equalJson(record, base) : record === undefined;
  if (recordUnchanged) {
    session.changed.push(pointer);
    return incoming;
  }
  return settleCollision(session, { pointer, record, incoming, base });
}

/** An edit by somebody who does not own the field: no question of who was later, and kept as any value that lost. */
function putBack(session: Session, collision: Collision): Optional {
  session.refused.push(collision.pointer);
  session.collisions.push({ ...collision, chosen: 'record', policy: 'owner', why: 'strict-owner' });
  return collision.record;
}

function settleCollision(session: Session, collision: Collision): Optional {
  const decided = session.policy.collide(collision);
  const resolution = typeof decided === 'string' ? { chosen: decided } : decided;
  session.collisions.push({ ...collision, ...resolution });
  const value = chosenValue(collision, resolution);
  if (!equalJson(value, collision.record)) session.changed.push(collision.pointer);
  if (!equalJson(value, collision.incoming)) session.refused.push(collision.pointer);
  return value;
}

function chosenValue(collision: Collision, { chosen, value }: Resolution): Optional {
  if (chosen === 'joined') return value;
  return chosen === 'incoming' ? collision.incoming : collision.record;
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
      merged[at.index] = removeItem(session, plan, `${pointer}/${escape(key)}`, at.item, item.item);
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

/** The source took an item out. What follows from other fields, and what is only written another way, is no edit of it. */
function removeItem(session: Session, plan: ListPlan, pointer: string, record: Json, base: Json): Optional {
  const known = isSame(plan.item, record, base) ? record : base;
  return mergeLeaf(session, pointer, record, known, undefined);
}

/** Whether two values agree in all that is merged. */
function isSame(plan: MergePlan, a: Optional, b: Optional): boolean {
  if (plan.kind === 'object' && isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => {
      const child = childPlan(plan, name);
      return child === undefined || isSame(child, a[name] ?? undefined, b[name] ?? undefined);
    });
  }
  if (plan.kind === 'list' && Array.isArray(a) && Array.isArray(b)) {
    const others = byKey(plan, b);
    return (
      a.length === b.length &&
      [...byKey(plan, a)].every(([key, { item }]) => isSame(plan.item, item, others.get(key)?.item))
    );
  }
  return equalJson(a, b);
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
  const item = isObject(addition.item) ? withoutNulls(addition.item) : addition.item;
  const itemPointer = `${pointer}/${escape(addition.key)}`;
  const base = before.get(addition.key)?.item;
  if (base !== undefined) {
    const kept = mergeLeaf(session, itemPointer, undefined, isSame(plan.item, base, item) ? item : base, item);
    if (kept !== undefined) merged.push(kept);
    return;
  }
  if (!session.policy.mayChange(itemPointer)) {
    putBack(session, { pointer: itemPointer, record: undefined, incoming: item, base: undefined });
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
