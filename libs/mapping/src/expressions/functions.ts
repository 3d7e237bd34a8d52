import { dateFunctions } from './date-functions.js';
import { decimalFunctions } from './decimal-functions.js';
import type { ExpressionFunction } from './expression-function.js';
import { textFunctions } from './text-functions.js';

/** All functions of ours, decimals first. What CEL brings itself stands in `builtins.ts`. */
export const expressionFunctions: readonly ExpressionFunction[] = [
  ...decimalFunctions,
  ...dateFunctions,
  ...textFunctions,
];

const byName: ReadonlyMap<string, ExpressionFunction> = new Map(expressionFunctions.map((one) => [one.name, one]));

/** A function of ours by its name. */
export function expressionFunction(name: string): ExpressionFunction | undefined {
  return byName.get(name);
}
