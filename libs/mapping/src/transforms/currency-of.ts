import type { Json } from '@isthmus/json';
import { pathOf } from '../paths/parse-path.js';
import { compileReader, type PathReader } from '../paths/read-path.js';
import { refuse, type Refusal, type TransformContext } from './transform.js';

/** Where an amount's currency comes from; without any of these it is the connection's. */
export interface CurrencyOptions {
  /** Fixed ISO 4217 code. */
  readonly currency?: string;
  /** Paths from the root of the row and of the body. */
  readonly currencyFrom?: { readonly native: string; readonly canonical?: string };
}

/** Option schemas of `CurrencyOptions`. */
export const currencyOptions = {
  currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'Fixed currency (default: the connection’s)' },
  currencyFrom: {
    type: 'object',
    required: ['native'],
    additionalProperties: false,
    properties: { native: { type: 'string', maxLength: 300 }, canonical: { type: 'string', maxLength: 300 } },
    description: 'Paths from the root of the row and of the record that hold the currency',
  },
};

const readers = new WeakMap<object, { readonly native: PathReader; readonly canonical: PathReader | undefined }>();

function readersOf(from: { readonly native: string; readonly canonical?: string }): {
  native: PathReader;
  canonical: PathReader | undefined;
} {
  let found = readers.get(from);
  if (!found) {
    found = {
      native: compileReader(pathOf(from.native)),
      canonical: from.canonical === undefined ? undefined : compileReader(pathOf(from.canonical)),
    };
    readers.set(from, found);
  }
  return found;
}

/** The currency for an amount that is read. */
export function currencyIn(beside: Json, options: CurrencyOptions, context: TransformContext): string {
  if (typeof beside === 'string' && beside.trim() !== '') return beside;
  const read = options.currencyFrom === undefined ? undefined : readersOf(options.currencyFrom).native(context.root);
  if (typeof read === 'string' && read.trim() !== '') return read;
  return options.currency ?? context.environment.currency;
}

/** Refuses an amount in another currency than the native side will take it for: 100 USD must not arrive as 100 yuan. */
export function checkCurrencyOut(
  currency: string,
  options: CurrencyOptions,
  context: TransformContext,
): Refusal | undefined {
  if (context.nativeCount > 1) return undefined;
  const expected = expectedOut(options, context);
  if (expected === undefined || expected === currency) return undefined;
  return refuse(
    'mapping.wrong-currency',
    `the amount is in ${currency}, but this field holds ${expected}`,
    `金额币种为 ${currency}，而此字段为 ${expected}`,
  );
}

function expectedOut(options: CurrencyOptions, context: TransformContext): string | undefined {
  if (options.currencyFrom === undefined) return options.currency ?? context.environment.currency;
  const value = readersOf(options.currencyFrom).canonical?.(context.root);
  return typeof value === 'string' ? value : undefined;
}
