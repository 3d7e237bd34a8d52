import { equalJson, type Json } from '@isthmus/json';

/** A place where two values differ; a missing side is undefined. */
export interface JsonDifference {
  /** JSON Pointer. */
  readonly path: string;
  readonly expected: Json | undefined;
  readonly actual: Json | undefined;
}

/** The deepest places where two values differ, in the order of the expected one. */
export function diffJson(expected: Json | undefined, actual: Json | undefined, path = ''): readonly JsonDifference[] {
  if (equalJson(expected, actual)) return [];
  const [a, b] = [membersOf(expected), membersOf(actual)];
  if (!a || !b || Array.isArray(expected) !== Array.isArray(actual)) return [{ path, expected, actual }];
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].flatMap((key) =>
    diffJson(a.get(key), b.get(key), `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

function membersOf(value: Json | undefined): Map<string, Json> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}
