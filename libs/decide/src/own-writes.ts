import { equalJson } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import { itemsByKey } from './body-differences.js';
import type { MergePlan } from './merge-plan.js';

/** A write of the hub to a source that was never answered. */
export interface OwnWrite {
  /** The record as the write said it. */
  readonly body: JsonObject;
  /** The record as the source held it before; `{}` where the write was to make it. */
  readonly before: JsonObject;
  /** Whether the source itself had set the value at a JSON Pointer (items by their key): then the write did not carry it. */
  readonly isFromSource: (pointer: string) => boolean;
}

/**
 * The base of a source to which the hub wrote without hearing an answer: where the source says what that write changed, nobody there edited
 * anything, so that counts as what it said before. Without this, a write that took effect in silence would come back as an edit of its own
 * old value after the record has moved on.
 *
 * @param base what the source said before; undefined = first contact
 * @param incoming what it says now; what it does not supply is left alone
 * @returns `base` itself when the source says nothing of the write
 */
export function withOwnWrite(
  plan: MergePlan,
  base: JsonObject | undefined,
  incoming: JsonObject,
  write: OwnWrite,
): JsonObject | undefined {
  const known = knownObject({ plan, pointer: '', isFromSource: write.isFromSource }, base ?? {}, incoming, write);
  return equalJson(known, base ?? {}) ? base : known;
}

type Optional = Json | undefined;

interface Place<Plan extends MergePlan = MergePlan> {
  readonly plan: Plan;
  readonly pointer: string;
  readonly isFromSource: (pointer: string) => boolean;
}

/** What a write said at a place, and what stood there before. */
interface Written<Value> {
  readonly body: Value;
  readonly before: Value;
}

function knownObject(
  place: Place,
  base: JsonObject,
  incoming: JsonObject,
  { body, before }: Written<JsonObject>,
): JsonObject {
  const known: JsonObject = { ...base };
  for (const [name, said] of Object.entries(incoming)) {
    const at = childPlace(place, name);
    if (!at) continue;
    const written = { body: own(body, name), before: own(before, name) };
    const value = knownValue(at, own(base, name), said ?? undefined, written);
    if (value === undefined) delete known[name];
    else known[name] = value;
  }
  return known;
}

function childPlace({ plan, pointer, isFromSource }: Place, name: string): Place | undefined {
  if (plan.kind !== 'object') return undefined;
  const child = plan.properties.get(name) ?? (plan.others ? VALUE : undefined);
  return child && { plan: child, pointer: `${pointer}/${escape(name)}`, isFromSource };
}

const VALUE: MergePlan = { kind: 'value' };

function knownValue(place: Place, base: Optional, said: Optional, written: Written<Optional>): Optional {
  const { plan } = place;
  if (equalJson(written.body, written.before)) return base;
  if (plan.kind === 'object' && (isObject(said) || isObject(base))) return knownMembers(place, base, said, written);
  if (plan.kind === 'list') return knownList({ ...place, plan }, base, said, written);
  return equalJson(written.body, said) && !place.isFromSource(place.pointer) ? said : base;
}

/** An object that is cleared as a whole is cleared in each of its members. */
function knownMembers(place: Place, base: Optional, said: Optional, { body, before }: Written<Optional>): Optional {
  const held = asObject(base);
  const incoming = isObject(said) ? said : Object.fromEntries(Object.keys(held).map((name) => [name, null]));
  const known = knownObject(place, held, incoming, { body: asObject(body), before: asObject(before) });
  return Object.keys(known).length === 0 ? undefined : known;
}

function knownList(
  place: Place<Extract<MergePlan, { kind: 'list' }>>,
  base: Optional,
  said: Optional,
  { body, before }: Written<Optional>,
): Optional {
  const { plan, pointer, isFromSource } = place;
  const [held, now, wrote, had] = [base, said, body, before].map((list) =>
    itemsByKey(plan.key, Array.isArray(list) ? list : []),
  ) as [Map<string, Json>, Map<string, Json>, Map<string, Json>, Map<string, Json>];
  const keys = new Set([...held.keys(), ...now.keys()]);
  const known = [...keys].flatMap((key): Json[] => {
    const at = { plan: plan.item, pointer: `${pointer}/${escape(key)}`, isFromSource };
    const value = knownValue(at, held.get(key), now.get(key), { body: wrote.get(key), before: had.get(key) });
    return value === undefined ? [] : [value];
  });
  return known.length === 0 ? undefined : known;
}

function own(object: JsonObject, name: string): Optional {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

function asObject(value: Optional): JsonObject {
  return isObject(value) ? value : {};
}

function isObject(value: Optional): value is JsonObject {
  return value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);
}

function escape(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
