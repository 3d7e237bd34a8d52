import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import { itemKey } from './body-differences.js';
import type { MergePlan } from './merge-plan.js';

/** Whose value a field takes when two records become one. */
export type JoinSide = 'survivor' | 'other';

/** A field in which two records differ, with what the joined one takes. */
export interface JoinedField {
  /** JSON Pointer; list items by their key. */
  readonly pointer: string;
  /** Absent = the survivor holds nothing there. */
  readonly survivor?: Json;
  readonly other?: Json;
  readonly takes: JoinSide;
}

/** Two bodies as one. */
export interface JoinedBody {
  readonly body: JsonObject;
  readonly fields: readonly JoinedField[];
  /** Choices that no field of the two bodies answers to. */
  readonly unused: readonly string[];
}

interface Session {
  readonly choices: { readonly [pointer: string]: JoinSide };
  readonly used: Set<string>;
  readonly fields: JoinedField[];
}

/**
 * Joins two records' bodies: the survivor's value stands wherever it has one, what only the other holds is taken over, and lists with a key
 * are united item by item. A choice (JSON Pointer → side) takes that side's value as it is, with all that is beneath it.
 */
export function joinBodies(
  plan: MergePlan,
  survivor: JsonObject,
  other: JsonObject,
  choices: { readonly [pointer: string]: JoinSide } = {},
): JoinedBody {
  const session: Session = { choices, used: new Set(), fields: [] };
  const body = joinObjects(session, plan, '', survivor, other);
  return {
    body,
    fields: session.fields,
    unused: Object.keys(choices).filter((pointer) => !session.used.has(pointer)),
  };
}

function joinObjects(session: Session, plan: MergePlan, pointer: string, a: JsonObject, b: JsonObject): JsonObject {
  const joined: JsonObject = {};
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const child = childPlan(plan, name);
    const value = joinValues(session, child, `${pointer}/${escape(name)}`, a[name], b[name]);
    if (value !== undefined) joined[name] = value;
  }
  return joined;
}

function childPlan(plan: MergePlan, name: string): MergePlan {
  return (plan.kind === 'object' ? plan.properties.get(name) : undefined) ?? { kind: 'value' };
}

function joinValues(
  session: Session,
  plan: MergePlan,
  pointer: string,
  a: Json | undefined,
  b: Json | undefined,
): Json | undefined {
  const choice = Object.hasOwn(session.choices, pointer) ? session.choices[pointer] : undefined;
  if (choice !== undefined) {
    session.used.add(pointer);
    return take(session, pointer, a, b, choice);
  }
  if (equalJson(a, b)) return visitAll(session, plan, pointer, a);
  if (plan.kind === 'object' && isObjectOrNothing(a) && isObjectOrNothing(b))
    return joinObjects(session, plan, pointer, a ?? {}, b ?? {});
  if (plan.kind === 'list' && isListOrNothing(a) && isListOrNothing(b))
    return joinLists(session, plan, pointer, a ?? [], b ?? []);
  return take(session, pointer, a, b, a === undefined ? 'other' : 'survivor');
}

/** Equal parts need no look, except for choices that are meant for something inside. */
function visitAll(session: Session, plan: MergePlan, pointer: string, value: Json | undefined): Json | undefined {
  const inside = Object.keys(session.choices).some((choice) => choice.startsWith(`${pointer}/`));
  if (!inside) return value;
  if (plan.kind === 'object' && isObject(value)) return joinObjects(session, plan, pointer, value, value);
  if (plan.kind === 'list' && Array.isArray(value)) return joinLists(session, plan, pointer, value, value);
  return value;
}

function take(
  session: Session,
  pointer: string,
  a: Json | undefined,
  b: Json | undefined,
  takes: JoinSide,
): Json | undefined {
  if (!equalJson(a, b))
    session.fields.push({
      pointer,
      ...(a !== undefined && { survivor: a }),
      ...(b !== undefined && { other: b }),
      takes,
    });
  return takes === 'survivor' ? a : b;
}

type ListPlan = Extract<MergePlan, { kind: 'list' }>;

function joinLists(session: Session, plan: ListPlan, pointer: string, a: Json[], b: Json[]): Json[] {
  const others = new Map(b.map((item) => [itemKey(item, plan.key), item]));
  const held = new Set(a.map((item) => itemKey(item, plan.key)));
  const joined: Json[] = [];
  for (const item of a) {
    const key = itemKey(item, plan.key);
    const value = joinItems(session, plan, `${pointer}/${escape(key)}`, item, others.get(key));
    if (value !== undefined) joined.push(value);
  }
  for (const [key, item] of others) {
    if (held.has(key)) continue;
    const value = joinItems(session, plan, `${pointer}/${escape(key)}`, undefined, item);
    if (value !== undefined) joined.push(demoted(value, joined));
  }
  return joined;
}

function joinItems(
  session: Session,
  plan: ListPlan,
  pointer: string,
  a: Json | undefined,
  b: Json | undefined,
): Json | undefined {
  const chosen = Object.hasOwn(session.choices, pointer);
  if (!chosen && isObject(a) && isObject(b)) return joinObjects(session, plan.item, pointer, a, b);
  if (!chosen) return take(session, pointer, a, b, a === undefined ? 'other' : 'survivor');
  session.used.add(pointer);
  return take(session, pointer, a, b, session.choices[pointer] ?? 'survivor');
}

const FIRST_OF_ITS_KIND = ['isPrimary', 'isDefault'] as const;

/** Two records each have a first telephone number; of the joined one the survivor's stays first. */
function demoted(item: Json, before: readonly Json[]): Json {
  if (!isObject(item)) return item;
  const taken = FIRST_OF_ITS_KIND.filter(
    (flag) =>
      item[flag] === true &&
      before.some((other) => isObject(other) && other[flag] === true && equalJson(other['kind'], item['kind'])),
  );
  return taken.length === 0 ? item : { ...item, ...Object.fromEntries(taken.map((flag) => [flag, false])) };
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isObjectOrNothing(value: Json | undefined): value is JsonObject | undefined {
  return value === undefined || isObject(value);
}

function isListOrNothing(value: Json | undefined): value is Json[] | undefined {
  return value === undefined || Array.isArray(value);
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
