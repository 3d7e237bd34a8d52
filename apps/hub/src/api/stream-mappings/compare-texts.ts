import type { MappingDiff } from '@isthmus/api-contract';
import { createTwoFilesPatch } from 'diff';

/** A text with the name that the diff calls it by. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Unified diff of two documents; empty when they are the same. */
export function compareTexts(from: NamedText, to: NamedText): MappingDiff {
  const names = { from: from.name, to: to.name };
  if (from.text === to.text) return { ...names, added: 0, removed: 0, diff: '' };
  const patch = createTwoFilesPatch(from.name, to.name, from.text, to.text, undefined, undefined, { context: 3 });
  const diff = patch.replace(/^=+\n/, '');
  const lines = diff.split('\n');
  const count = (sign: RegExp): number => lines.filter((line) => sign.test(line)).length;
  return { ...names, added: count(/^\+(?!\+\+ )/), removed: count(/^-(?!-- )/), diff };
}
