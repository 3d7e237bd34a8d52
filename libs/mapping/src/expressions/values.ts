import { isCelList, type CelValue } from '@bufbuild/cel';

/** The items of a list. @throws RangeError for anything else */
export function itemsOf(value: CelValue): readonly CelValue[] {
  if (!isCelList(value)) throw new RangeError('expected a list');
  return [...(value as unknown as Iterable<CelValue>)];
}

/** A text. @throws RangeError for anything else */
export function textOf(value: CelValue): string {
  if (typeof value !== 'string') throw new RangeError('expected a text');
  return value;
}
