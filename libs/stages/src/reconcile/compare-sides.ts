import { entityDefinition, findRefs, normaliseBody, parsePointer } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import { bodyDifferences, difference, pointerPattern, policyFor } from '@isthmus/decide';
import { equalJson, withoutNulls } from '@isthmus/json';
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

/**
 * Compares a copy with its record field by field, with the base between them: what the far side changed since it was last heard, and what of
 * the record it never got.
 *
 * @param far canonical body of the row that the far side holds
 * @param base canonical body of the row that it was last known to hold; undefined = not known
 */
export function compareSides(
  comparing: Comparing,
  sides: { readonly far: JsonObject; readonly base: JsonObject | undefined; readonly record: JsonObject },
  nativeOf: NativeOf,
): SideDifferences {
  const { binding, flow, connection } = comparing;
  const { entity } = binding;
  const record = inNativeTerms(entity, sides.record, nativeOf);
  const missing = binding.writes ? lacking(comparing, record, sides.far, nativeOf) : NOTHING;
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

/** Native fields that a delivery would write over the far side's row; undefined = the mapping refuses the record. */
function lacking(
  { binding, connection }: Comparing,
  record: JsonObject,
  far: JsonObject,
  nativeOf: NativeOf,
): readonly string[] | undefined {
  try {
    const wants = binding.mapping.toNative(record, connection.environment, ({ id }) => nativeOf(id));
    if (!wants.ok) return undefined;
    const holds = binding.mapping.toNative(far, connection.environment, () => undefined);
    return holds.ok ? nativeLeaves(difference(wants.row, holds.row)) : undefined;
  } catch {
    return undefined;
  }
}

/** What of the record never got there, in canonical fields; native ones where the canonical bodies agree. */
function oursOf(
  { binding }: Comparing,
  sides: { readonly base: JsonObject | undefined; readonly record: JsonObject },
  far: readonly string[],
  missing: readonly string[],
): readonly string[] {
  const { entity } = binding;
  const changedHere = sides.base
    ? pointersOf(entity, sides.base, sides.record).filter((pointer) =>
        isCovered([...binding.mapping.writes, ...binding.mapping.consults], pointerPattern(entity, pointer)),
      )
    : [];
  return changedHere.length > 0 || far.length > 0 ? changedHere : missing;
}

function pointersOf(entity: string, before: JsonObject, after: JsonObject): string[] {
  return bodyDifferences(entity, before, after).map((found) => found.pointer);
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
