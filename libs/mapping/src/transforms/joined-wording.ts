import type { Wording } from '../contract.js';

/** Several losses in one sentence; undefined for none. */
export function joinWordings(parts: readonly (Wording | undefined)[]): Wording | undefined {
  const said = parts.filter((part) => part !== undefined);
  if (said.length === 0) return undefined;
  return { en: said.map(({ en }) => en).join(', '), zh: said.map(({ zh }) => zh).join('、') };
}
