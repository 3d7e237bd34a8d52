import type { JsonObject } from '@isthmus/json';
import type { TransformContext, TransformWarning } from '../transform.js';
import { twoWayTable } from '../two-way-table.js';

const tables = {
  example: twoWayTable('example', { A: 'alpha', 2: 'two', 'Net 30': 'net30' }),
  units: twoWayTable('units', { ea: 'C62', kg: 'KGM', box: 'XCT' }),
};

/** Surroundings of a transform in tests: a Chinese connection with two value tables. Warnings are collected when a list is given. */
export function contextWith(nativeCount = 1, root: JsonObject = {}, warnings?: TransformWarning[]): TransformContext {
  return {
    environment: { timeZone: 'Asia/Shanghai', currency: 'CNY', country: 'CN', lookups: {} },
    root,
    nativeCount,
    table: (name) => (Object.hasOwn(tables, name) ? tables[name as keyof typeof tables] : undefined),
    ...(warnings ? { warn: (warning) => void warnings.push(warning) } : {}),
  };
}
