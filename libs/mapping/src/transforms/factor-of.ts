import type { Json } from '@isthmus/json';
import { pathOf } from '../paths/parse-path.js';
import { compileReader, WrongShape, type PathReader } from '../paths/read-path.js';
import { readDecimal } from './numbers.js';
import { wrongType, type Refusal, type TransformContext } from './transform.js';

/** Paths from the root of the row and of the record that hold how many of the record's unit one native unit is. */
export interface FactorFrom {
  readonly native: string;
  readonly canonical?: string;
}

const readers = new WeakMap<object, { readonly native: PathReader; readonly canonical: PathReader | undefined }>();

/** Factor that the row (in) or the record (out) names; undefined when it names none, refused when it is no factor. */
export function factorBeside(
  from: FactorFrom,
  side: 'native' | 'canonical',
  context: TransformContext,
): string | undefined | Refusal {
  let paths = readers.get(from);
  if (!paths) {
    paths = {
      native: compileReader(pathOf(from.native)),
      canonical: from.canonical === undefined ? undefined : compileReader(pathOf(from.canonical)),
    };
    readers.set(from, paths);
  }
  const value = paths[side]?.(context.root);
  if (value === undefined || value === null || value === '') return undefined;
  const factor = value instanceof WrongShape ? undefined : normalFactor(value);
  return factor ?? wrongType('a factor above zero', '大于零的换算系数');
}

/** A factor above zero in normal form; undefined for anything else. */
export function normalFactor(value: Json): string | undefined {
  const decimal = readDecimal(value);
  return typeof decimal === 'string' && decimal !== '0' && !decimal.startsWith('-') ? decimal : undefined;
}
