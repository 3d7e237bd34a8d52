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
  if (last.kind !== 'key') {
    return (target, value, drafts, real) => {
      const container = walk(steps, target, drafts, real);
      setItem(container as Json[], last, value);
      return container;
    };
  }
  const { key } = last;
  const [only] = steps;
  if (steps.length === 1 && only) {
    return (target, value, drafts, real) => {
      const container = only(target, drafts, real) as JsonObject;
      container[key] = value;
      return container;
    };
  }
  return (target, value, drafts, real) => {
    const container = walk(steps, target, drafts, real) as JsonObject;
    container[key] = value;
    return container;
  };
}

function walk(steps: readonly StepInto[], target: JsonObject, drafts: Drafts, real: boolean): Container {
  let container: Container = target;
  for (let index = 0; index < steps.length; index += 1) container = (steps[index] as StepInto)(container, drafts, real);
  return container;
}

function stepInto(segment: PathSegment, next: PathSegment, listKey: readonly string[]): StepInto {
  const wantsList = next.kind !== 'key';
  if (segment.kind === 'select')
    return (container, drafts, real) => drafts.item(container as Json[], segment, listKey, real);
  const key = segment.kind === 'key' ? segment.key : segment.index;
  // What is written to is made here: names that no object answers to by itself need not be asked for.
  if (segment.kind === 'index' || wantsList || segment.key in Object.prototype)
    return (container) => childOf(container as { [key: string]: Json }, key, wantsList);
  return (container) => {
    const child = (container as JsonObject)[key];
    if (typeof child === 'object' && child !== null) return child;
    const made: Container = {};
    (container as JsonObject)[key] = made;
    return made;
  };
}

function childOf(container: { [key: string]: Json }, key: string | number, wantsList: boolean): Container {
  const child = Object.hasOwn(container, key) ? container[key] : undefined;
  if (typeof child === 'object' && child !== null) return child;
  if (Array.isArray(container)) fillGap(container, Number(key));
  const made: Container = wantsList ? [] : {};
  container[key] = made;
  return made;
}

function setItem(list: Json[], last: PathSegment, value: Json): void {
  const index = last.kind === 'index' ? last.index : list.length;
  // Nothing at the end of a list is no item at all: an empty reference list is [] and not [null].
  if (value === null && index >= list.length) return;
  fillGap(list, index);
  list[index] = value;
}

function fillGap(list: Json[], index: number): void {
  while (list.length < index) list.push(null);
}
