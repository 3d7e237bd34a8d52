import { roundDecimal } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { addExactly, divide, divideExactly, multiplyExactly } from './exact-decimals.js';
import { readDecimal, roundingLoses, writeDecimal } from './numbers.js';
import { optionsSchema, refuse, wrongType, type Refusal, type Transform } from './transform.js';

interface Options {
  readonly operation: 'add' | 'subtract' | 'multiply' | 'divide';
  readonly by: string;
  readonly scale?: number;
  readonly as?: 'text' | 'number';
  readonly digits?: number;
}

const INVERSE = { add: 'subtract', subtract: 'add', multiply: 'divide', divide: 'multiply' } as const;

/** Decimal with a constant added, subtracted, multiplied or divided; back by the opposite. Exact, or refused, or rounded to `scale` one way. */
export const arithmetic: Transform<Options> = {
  name: 'arithmetic',
  summary: {
    en: 'Decimal plus, minus, times or divided by a constant; exact both ways, one way when rounded to a scale',
    zh: '小数与常量的加减乘除；精确时可双向，按 scale 舍入时仅单向',
  },
  options: optionsSchema(
    {
      operation: { enum: ['add', 'subtract', 'multiply', 'divide'], description: 'What reading does' },
      by: {
        type: 'string',
        pattern: '^-?(?=[0-9.]*[1-9])(?:0|[1-9][0-9]{0,14})(?:\\.[0-9]{1,12})?$',
        description: 'The constant as decimal text, not zero',
      },
      scale: {
        type: 'integer',
        minimum: 0,
        maximum: 12,
        description: 'Round half up to so many places; one way. Without it a result that is not exact is refused',
      },
      as: { enum: ['text', 'number'], description: 'JSON type on the native side (default text)' },
      digits: { type: 'integer', minimum: 0, maximum: 6, description: 'Places that are always written' },
    },
    ['operation', 'by'],
  ),
  native: ['text', 'number'],
  canonical: 'decimal',
  writes: (options) => options.as ?? 'text',
  reversible: (options) => options.scale === undefined,
  writesAlone: true,
  loses: ({ scale }) => roundingLoses({ digits: scale, round: true }),
  toCanonical: (value, options) =>
    typeof value === 'string' || typeof value === 'number'
      ? compute(options.operation, value, options)
      : wrongType('a number', '数字'),
  fromCanonical: (value, options) => {
    if (typeof value !== 'string') return wrongType('a decimal text', '十进制文本');
    const result = compute(INVERSE[options.operation], value, options);
    return typeof result === 'string' ? writeDecimal(result, { as: options.as, digits: options.digits }) : result;
  },
  cases: [
    { native: '12.5', options: { operation: 'multiply', by: '100' }, canonical: '1250' },
    { native: 36, options: { operation: 'divide', by: '24', as: 'number' }, canonical: '1.5' },
    { native: '0.1', options: { operation: 'add', by: '0.2' }, canonical: '0.3' },
    { native: '5', options: { operation: 'subtract', by: '7.5', digits: 2 }, canonical: '-2.5', back: '5.00' },
  ],
};

function compute(operation: Options['operation'], value: Json, { by, scale }: Options): string | Refusal {
  const decimal = readDecimal(value);
  const constant = readDecimal(by);
  if (typeof decimal !== 'string') return decimal;
  if (typeof constant !== 'string') return constant;
  const result = apply(operation, decimal, constant, scale);
  if (result === undefined) {
    return refuse(
      'mapping.inexact-result',
      `the result of ${operation} by ${by} has no end, and no scale says how to round it`,
      `以 ${by} 进行 ${operation} 的结果无法精确表示，且未指定 scale`,
    );
  }
  const inRange = readDecimal(result);
  return typeof inRange === 'string' && scale !== undefined ? roundDecimal(inRange, scale) : inRange;
}

function apply(
  operation: Options['operation'],
  value: string,
  by: string,
  scale: number | undefined,
): string | undefined {
  switch (operation) {
    case 'add':
      return addExactly(value, by);
    case 'subtract':
      return addExactly(value, by.startsWith('-') ? by.slice(1) : `-${by}`);
    case 'multiply':
      return multiplyExactly(value, by);
    case 'divide':
      if (by === '0') return undefined;
      return scale === undefined ? divideExactly(value, by) : divide(value, by, scale).value;
  }
}
