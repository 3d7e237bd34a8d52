import type { Json, JsonObject } from '@isthmus/json';
import type { Drafts } from './drafts.js';
import type { Path, PathSegment } from './parse-path.js';

/**
 * Sets the value at the path and creates what lies between. `real` says whether the value is worth a list item of its own:
 * constants and empty values alone never make one (`Drafts` drops such items at the end). Returns the object that holds the leaf.
 */
export type PathWriter = (target: JsonObject, value: Json, drafts: Drafts, real: boolean) => JsonObject | Json[];

type Container = JsonObject | Json[];
type StepInto = (container: Container, drafts: Drafts, real: boolean) => Container;

/**
 * Compiles a path to a writer. `listKeys` are the key fields of the lists that selectors of this path walk through (by pointer
 * pattern), so that two items with the same key become one.
 */
export function compileWriter(
  path: Path,
  keysOfList: (prefix: readonly PathSegment[]) => readonly string[] = () => [],
): PathWriter {
  const segments = path.segments;
  const last = segments.at(-1) as PathSegment;
  if (segments.length === 1 && last.kind === 'key') {
    const { key } = last;
    return (target, value) => {
      target[key] = value;
      return target;
    };
  }
  const steps = segments
    .slice(0, -1)
    .map((segment, depth) =>
      stepInto(segment, segments[depth + 1] as PathSegment, keysOfList(segments.slice(0, depth))),
    );
  return (target, value, drafts, real) => {
    let container: Container = target;
    for (const step of steps) container = step(container, drafts, real);
    setLeaf(container, last, value);
    return container;
  };
}

function stepInto(segment: PathSegment, next: PathSegment, listKey: readonly string[]): StepInto {
  const wantsList = next.kind !== 'key';
  if (segment.kind === 'select')
    return (container, drafts, real) => drafts.item(container as Json[], segment, listKey, real);
  const key = segment.kind === 'key' ? segment.key : segment.index;
  return (container) => childOf(container as { [key: string]: Json }, key, wantsList);
}

function childOf(container: { [key: string]: Json }, key: string | number, wantsList: boolean): Container {
  const child = Object.hasOwn(container, key) ? container[key] : undefined;
  if (typeof child === 'object' && child !== null) return child;
  if (Array.isArray(container)) fillGap(container, Number(key));
  const made: Container = wantsList ? [] : {};
  container[key] = made;
  return made;
}

function setLeaf(container: Container, last: PathSegment, value: Json): void {
  if (last.kind === 'key') {
    (container as JsonObject)[last.key] = value;
    return;
  }
  const list = container as Json[];
  const index = last.kind === 'index' ? last.index : list.length;
  // Nothing at the end of a list is no item at all: an empty reference list is [] and not [null].
  if (value === null && index >= list.length) return;
  fillGap(list, index);
  list[index] = value;
}

function fillGap(list: Json[], index: number): void {
  while (list.length < index) list.push(null);
}
