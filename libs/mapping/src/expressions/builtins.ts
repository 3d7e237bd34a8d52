import type { ExpressionType } from './expression-function.js';

/** An overload of an operator or function of CEL that expressions may use. */
export interface Overload {
  readonly takes: readonly ExpressionType[];
  readonly gives: ExpressionType;
}

const same = (type: ExpressionType): Overload => ({ takes: [type, type], gives: type });
const compared: readonly Overload[] = (['text', 'number', 'integer', 'boolean'] as const).map((type) => ({
  takes: [type, type],
  gives: 'boolean',
}));
const mixed: readonly Overload[] = [
  { takes: ['number', 'integer'], gives: 'boolean' },
  { takes: ['integer', 'number'], gives: 'boolean' },
];
const order = [...compared, ...mixed];
const numeric = [same('number'), same('integer')];

/**
 * What expressions may use of CEL, a method's target as its first argument. Left out: bytes, unsigned numbers, types, and CEL's own
 * times, which read the clock settings of the process. `==`, `!=` and `in` compare single values.
 */
export const builtins: ReadonlyMap<string, readonly Overload[]> = new Map([
  ['_+_', [same('text'), ...numeric, same('list')]],
  ['_-_', numeric],
  ['_*_', numeric],
  ['_/_', numeric],
  ['_%_', [same('integer')]],
  [
    '-_',
    [
      { takes: ['number'], gives: 'number' },
      { takes: ['integer'], gives: 'integer' },
    ],
  ],
  ['!_', [{ takes: ['boolean'], gives: 'boolean' }]],
  ['_&&_', [same('boolean')]],
  ['_||_', [same('boolean')]],
  ['_<_', order],
  ['_<=_', order],
  ['_>_', order],
  ['_>=_', order],
  ['_==_', [{ takes: ['any', 'any'], gives: 'boolean' }]],
  ['_!=_', [{ takes: ['any', 'any'], gives: 'boolean' }]],
  [
    '@in',
    [
      { takes: ['any', 'list'], gives: 'boolean' },
      { takes: ['any', 'object'], gives: 'boolean' },
    ],
  ],
  [
    '_[_]',
    [
      { takes: ['list', 'integer'], gives: 'any' },
      { takes: ['list', 'number'], gives: 'any' },
      { takes: ['object', 'text'], gives: 'any' },
    ],
  ],
  ['@not_strictly_false', [{ takes: ['any'], gives: 'boolean' }]],
  ['size', (['text', 'list', 'object'] as const).map((type): Overload => ({ takes: [type], gives: 'integer' }))],
  ['contains', [{ takes: ['text', 'text'], gives: 'boolean' }]],
  ['startsWith', [{ takes: ['text', 'text'], gives: 'boolean' }]],
  ['endsWith', [{ takes: ['text', 'text'], gives: 'boolean' }]],
  ['matches', [{ takes: ['text', 'text'], gives: 'boolean' }]],
  [
    'string',
    (['text', 'number', 'integer', 'boolean'] as const).map((type): Overload => ({ takes: [type], gives: 'text' })),
  ],
  ['int', (['text', 'number', 'integer'] as const).map((type): Overload => ({ takes: [type], gives: 'integer' }))],
  ['double', (['text', 'number', 'integer'] as const).map((type): Overload => ({ takes: [type], gives: 'number' }))],
  ['bool', (['text', 'boolean'] as const).map((type): Overload => ({ takes: [type], gives: 'boolean' }))],
]);

/** Operators as people write them, by CEL's names. */
export function operatorText(name: string): string {
  return name === '@in' ? 'in' : name.replaceAll('_', '').replace('[]', '[…]');
}

/** Macros that walk through a list. */
export const macros: readonly string[] = ['all', 'exists', 'exists_one', 'filter', 'map'];
