import { entityDefinition, findRefs, normaliseBody, parsePointer, readPointer } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import { bodyDifferences, difference, pointerPattern, policyFor, withUnsaid } from '@isthmus/decide';
import { equalJson, withoutEmpties, withoutNulls } from '@isthmus/json';
import type { Json, JsonObject } from '@isthmus/json';
import { nativeLeaves } from '../topology/native-patch.js';
import type { EntityFlow, LiveConnection, StreamBinding } from '../topology/topology.js';

/** What a comparison needs to know of the stream. */
export interface Comparing {
  readonly connection: LiveConnection;
  readonly binding: StreamBinding;
  readonly flow: EntityFlow;
}

/** In which fields two sides differ. */
export interface SideDifferences {
  readonly far: readonly string[];
  readonly ours: readonly string[];
  readonly forbidden: readonly string[];
  readonly refused: boolean;
}

/** Finds the native id of a referenced record in the connection. */
export type NativeOf = (recordId: string) => { readonly stream: string; readonly id: string } | undefined;

const NOTHING: readonly string[] = [];
const REFUSED: SideDifferences = { far: NOTHING, ours: NOTHING, forbidden: NOTHING, refused: true };
const IN_STEP: SideDifferences = { far: NOTHING, ours: NOTHING, forbidden: NOTHING, refused: false };

/** A native row as a canonical body with what follows from its fields; undefined = the mapping refuses it. */
export function canonicalOf({ connection, binding }: Comparing, row: JsonObject): JsonObject | undefined {
  try {
    const mapped = binding.mapping.toCanonical(row, connection.environment);
    if (!mapped.ok) return undefined;
    const entity = binding.entity as EntityName;
    return entityDefinition(entity).derive(normaliseBody(entity, withoutNulls(mapped.body)));
  } catch {
    return undefined;
  }
}

/** Whether both sides agree in every field that the stream maps; false = look closer. The cheap look that most copies pass. */
export function agreesAtOnce({ binding }: Comparing, far: JsonObject, record: JsonObject): boolean {
  return topFields(binding).every((name) => equalJson(far[name], record[name]));
}

const known = new WeakMap<StreamBinding, readonly string[]>();

function topFields(binding: StreamBinding): readonly string[] {
  const cached = known.get(binding);
  if (cached) return cached;
  const { reads, writes, consults } = binding.mapping;
  const pointers = [
    ...(binding.reads ? reads : []),
    ...(binding.writes || !binding.reads ? [...writes, ...consults] : []),
  ];
  const names = [...new Set(pointers.map((pointer) => parsePointer(pointer)[0] ?? ''))];
  known.set(binding, names);
  return names;
}

interface Sides {
  readonly row: JsonObject;
  readonly far: JsonObject;
  readonly base: JsonObject | undefined;
  readonly record: JsonObject;
}

/**
 * Compares a copy with its record field by field, with the base between them: what the far side changed since it was last heard, and what of
 * the record it never got.
 *
 * @param row what the far side holds
 * @param far canonical body of that row
 * @param base canonical body of the row that it was last known to hold; undefined = not known
 */
export function compareSides(comparing: Comparing, sides: Sides, nativeOf: NativeOf): SideDifferences {
  const { binding, flow, connection } = comparing;
  const { entity } = binding;
  const record = inNativeTerms(entity, sides.record, nativeOf);
  const missing = binding.writes ? lacking(comparing, record, sides, nativeOf) : NOTHING;
  if (missing === undefined) return REFUSED;
  if (missing.length === 0 && !binding.reads) return IN_STEP;
  const differs = new Set(pointersOf(entity, record, sides.far));
  const changedThere = sides.base ? pointersOf(entity, sides.base, sides.far) : [...differs];
  const covered = binding.reads ? binding.mapping.reads : binding.mapping.writes;
  const far = changedThere.filter(
    (pointer) => differs.has(pointer) && isCovered(covered, pointerPattern(entity, pointer)),
  );
  const forbidden = far.filter((pointer) => {
    const policy = policyFor(flow.policies, pointer, flow.plan);
    return policy.resolve === 'owner' && policy.strict === true && policy.owner !== connection.id;
  });
  return {
    far,
    ours: missing.length === 0 ? NOTHING : oursOf(comparing, { ...sides, record }, far, missing),
    forbidden,
    refused: false,
  };
}

/**
 * Native fields that a delivery would write over the far side's row; undefined = the mapping refuses the record. What the row holds letter
 * by letter is not missing: its canonical body does not know the fields that only go out, or from which expressions make them.
 */
function lacking(
  comparing: Comparing,
  record: JsonObject,
  sides: Sides,
  nativeOf: NativeOf,
): readonly string[] | undefined {
  const { binding, connection } = comparing;
  const { row, far } = sides;
  const toNative = (
    body: JsonObject,
    resolve: (ref: { readonly id: string }) => ReturnType<NativeOf>,
  ): JsonObject | undefined => {
    const mapped = binding.mapping.toNative(body, connection.environment, resolve);
    return mapped.ok ? mapped.row : undefined;
  };
  try {
    const wants = toNative(record, ({ id }) => nativeOf(id));
    if (!wants) return undefined;
    const isHeld = (at: string): boolean => equalJson(readPointer(wants, at) ?? null, readPointer(row, at) ?? null);
    const holds = toNative(far, () => undefined);
    if (holds) return nativeLeaves(difference(wants, holds)).filter((at) => !isHeld(at));
    const filled = toNative(withUnsaid(consulted(comparing, record), far), () => undefined);
    if (!filled) return undefined;
    const differing = new Set(nativeLeaves(difference(wants, filled)));
    return nativeLeaves(wants).filter(
      (at) => !isHeld(at) && (differing.has(at) || goesOutOnly(comparing, sides, wants, at)),
    );
  } catch {
    return undefined;
  }
}

/** What of the record outgoing expressions and conditions look at: an expression refuses a body without it. */
function consulted({ binding }: Comparing, record: JsonObject): JsonObject {
  const names = new Set(binding.mapping.consults.map((pointer) => parsePointer(pointer)[0] ?? ''));
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name)));
}

/** Whether a native field says nothing to the record: with the wanted value in its place the row means the same, and without it too. */
function goesOutOnly(comparing: Comparing, { row, far }: Sides, wants: JsonObject, at: string): boolean {
  const value = readPointer(wants, at);
  if (value === undefined || value === null || value === '') return false;
  return [value, null].every((put) => {
    const body = canonicalOf(comparing, withValue(row, parsePointer(at), put));
    return body !== undefined && equalJson(body, far);
  });
}

function withValue(row: JsonObject, [name, ...rest]: readonly string[], value: Json): JsonObject {
  if (name === undefined) return row;
  const inner = row[name];
  const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  return { ...row, [name]: rest.length === 0 ? value : withValue(isObject ? inner : {}, rest, value) };
}

/** What of the record never got there, in canonical fields; native ones where the canonical bodies agree. */
function oursOf(
  { binding }: Comparing,
  sides: { readonly base: JsonObject | undefined; readonly record: JsonObject },
  far: readonly string[],
  missing: readonly string[],
): readonly string[] {
  const { entity } = binding;
  const { reads, writes, consults } = binding.mapping;
  const changedHere = sides.base
    ? pointersOf(entity, sides.base, sides.record)
        .map((pointer) => [pointer, pointerPattern(entity, pointer)] as const)
        // The base knows only what is read: of the rest nobody can say that it changed.
        .filter(([, pattern]) => isCovered(reads, pattern) && isCovered([...writes, ...consults], pattern))
        .map(([pointer]) => pointer)
    : [];
  return changedHere.length > 0 || far.length > 0 ? changedHere : missing;
}

/** A part that holds nothing is as good as none: otherwise one edit would have two pointers, that of the part and that of its field. */
function pointersOf(entity: string, before: JsonObject, after: JsonObject): string[] {
  return bodyDifferences(entity, withoutEmpties(before), withoutEmpties(after)).map((found) => found.pointer);
}

/** A pattern is covered by one above it, beneath it, or like it. */
function isCovered(patterns: readonly string[], pattern: string): boolean {
  return patterns.some(
    (other) => other === pattern || other.startsWith(`${pattern}/`) || pattern.startsWith(`${other}/`),
  );
}

/** A body whose references are native ids of the connection, as the far side's are; one that has none there stays as it is. */
function inNativeTerms(entity: string, body: JsonObject, nativeOf: NativeOf): JsonObject {
  const refs = findRefs(entity as EntityName, body).flatMap(({ path, ref }) => {
    const native = 'id' in ref ? nativeOf(ref.id) : undefined;
    return native ? [{ path, native }] : [];
  });
  if (refs.length === 0) return body;
  const copy = structuredClone(body);
  for (const { path, native } of refs) {
    const segments = parsePointer(path);
    const last = segments.pop();
    let here: Json = copy;
    for (const segment of segments) here = (here as { [key: string]: Json })[segment] as Json;
    if (last !== undefined) (here as { [key: string]: Json })[last] = { native: { ...native } };
  }
  return copy;
}

/** Ids of the records that a body refers to. */
export function referencedIds(entity: string, body: JsonObject): string[] {
  return findRefs(entity as EntityName, body).flatMap(({ ref }) => ('id' in ref ? [ref.id] : []));
}
