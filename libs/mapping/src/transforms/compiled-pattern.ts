import { RE2JS } from 're2js';

/** A pattern that runs in time linear in its text (RE2 syntax: no back references, no look-around). */
export type Pattern = RE2JS;

// Linear means text length × program size: with at most 1,000 steps a text of 10,000 characters takes tens of milliseconds at worst.
const MAX_PROGRAM = 1000;
const compiled = new WeakMap<object, Pattern | string>();

/** The compiled pattern of an options object, compiled once; a text says why it cannot be used. */
export function patternOf(options: { readonly find: string; readonly ignoreCase?: boolean }): Pattern | string {
  let found = compiled.get(options);
  if (found === undefined) {
    found = compile(options.find, options.ignoreCase === true ? RE2JS.CASE_INSENSITIVE : 0);
    compiled.set(options, found);
  }
  return found;
}

function compile(pattern: string, flags: number): Pattern | string {
  try {
    const made = RE2JS.compile(pattern, flags);
    return made.programSize() > MAX_PROGRAM ? 'it is too large' : made;
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be read';
  }
}
