import { unitByName } from '@isthmus/canonical';
import { divideExactly, multiplyExactly } from './exact-decimals.js';
import { normalFactor } from './factor-of.js';

/** Units of one kind, each counted in the smallest of them. Exact by definition. */
const KINDS: readonly { readonly [unit: string]: string }[] = [
  { MGM: '0.001', GRM: '1', KGM: '1000', TNE: '1000000', LBR: '453.59237', ONZ: '28.349523125' },
  { MLT: '1', LTR: '1000', MTQ: '1000000' },
  { MMT: '1', CMT: '10', MTR: '1000', KMT: '1000000' },
  { C62: '1', H87: '1', EA: '1', DZN: '12' },
];

// The same few units come with every line.
const remembered = new Map<string, string | undefined>();

/** What a unit's word or code means by general agreement, counted in `unit`: 斤 in KGM is 0.5. Undefined when there is none, or it has no end. */
export function standardFactor(word: string, unit: string): string | undefined {
  if (word.length > 50) return undefined;
  const key = `${unit}|${word}`;
  if (!remembered.has(key)) {
    if (remembered.size >= 1000) remembered.clear();
    remembered.set(key, findFactor(word, unit));
  }
  return remembered.get(key);
}

function findFactor(word: string, unit: string): string | undefined {
  const named = unitByName(word);
  const from = named.ok ? named.value : { unit: word, factor: '1' };
  if (from.unit === unit) return from.factor;
  const kind = KINDS.find((units) => Object.hasOwn(units, from.unit) && Object.hasOwn(units, unit));
  const [above, below] = [kind?.[from.unit], kind?.[unit]];
  if (above === undefined || below === undefined) return undefined;
  const factor = divideExactly(multiplyExactly(above, from.factor), below);
  return factor === undefined ? undefined : normalFactor(factor);
}
