import type { Json } from '@isthmus/json';

const escaped = (segment: string): string =>
  segment.includes('~') || segment.includes('/') ? segment.replaceAll('~', '~0').replaceAll('/', '~1') : segment;

/** JSON Pointer (RFC 6901) of `segments` below `base`. */
export function joinPointer(base: string, ...segments: readonly (string | number)[]): string {
  let pointer = base;
  for (const segment of segments) pointer += `/${escaped(String(segment))}`;
  return pointer;
}

/** Segments of a JSON Pointer; the empty pointer has none. @throws RangeError when it does not start with a slash */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw new RangeError('a JSON Pointer starts with a slash');
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value at a pointer, read from own properties only; undefined when there is none. */
export function readPointer(value: Json | undefined, pointer: string): Json | undefined {
  let here: Json | undefined = value;
  for (const segment of parsePointer(pointer)) {
    if (here === null || typeof here !== 'object' || !Object.hasOwn(here, segment)) return undefined;
    here = (here as { [key: string]: Json })[segment];
  }
  return here;
}
