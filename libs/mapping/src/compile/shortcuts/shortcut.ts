import type { Json } from '@isthmus/json';
import type { TransformContext } from '../../transforms/transform.js';

/**
 * What a transform would answer for the values that come every day, found without its full work; undefined = ask the transform.
 * A shortcut never refuses and never answers anything else than its transform would: a property test compares the two.
 */
export type Shortcut = (value: Json, context: TransformContext) => Json | undefined;

/** Shortcuts of a transform with its options, by direction. */
export interface Shortcuts {
  readonly in?: Shortcut;
  readonly out?: Shortcut;
}

const MAX_REMEMBERED = 1000;

/** A function of texts that remembers some of its results; undefined results count as results. */
export function remembering<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const made = work(text);
    if (text.length <= 60) {
      if (known.size >= MAX_REMEMBERED) known.clear();
      known.set(text, made);
    }
    return made;
  };
}
