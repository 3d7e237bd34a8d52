import { findRefs, parsePointer } from '@isthmus/canonical';
import type { EntityName } from '@isthmus/canonical';
import type { Json, JsonObject } from '@isthmus/json';

/** A body without the references that no replica knows yet (`unknown`), or without any. */
export function withoutReferences(entity: EntityName, body: JsonObject, which: 'unknown' | 'all'): JsonObject {
  const copy = structuredClone(body);
  const pointers = findRefs(entity, body).flatMap(({ path, ref }) =>
    which === 'all' || 'native' in ref ? [parsePointer(path)] : [],
  );
  // From the end, so that the places of items in lists stay right.
  for (const segments of pointers.reverse()) removeAt(copy, segments);
  return copy;
}

function removeAt(body: JsonObject, segments: readonly string[]): void {
  let here: Json | undefined = body;
  for (const segment of segments.slice(0, -1)) here = (here as { [key: string]: Json } | undefined)?.[segment];
  const last = segments.at(-1) ?? '';
  if (Array.isArray(here)) here.splice(Number(last), 1);
  else if (here !== null && typeof here === 'object') delete here[last];
}
