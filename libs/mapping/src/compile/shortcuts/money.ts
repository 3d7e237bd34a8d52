import { minorDigits, parseCurrency } from '@isthmus/canonical';
import type { Json, JsonObject } from '@isthmus/json';
import type { TransformContext } from '../../transforms/transform.js';
import { plainPlaces, withoutZeros, withPlaces } from './plain-decimal.js';
import type { Shortcuts } from './shortcut.js';

/** Amounts as text in the connection's currency, or in a fixed one. */
export function moneyShortcuts(options: JsonObject): Shortcuts {
  const fixed = options['currency'];
  if (Object.keys(options).some((name) => name !== 'currency')) return {};
  const own = typeof fixed === 'string' ? fixed : undefined;
  return {
    in: (value, context) => moneyIn(value, own ?? context.environment.currency, context),
    out: (value, context) => amountOut(value, own ?? context.environment.currency, context),
  };
}

interface Currency {
  readonly text: string;
  readonly digits: number;
  readonly known: boolean;
}

let last: Currency = { text: '', digits: 0, known: false };

/** What is known of a currency; connections rarely have two, so the last one is kept. */
function currencyOf(text: string): Currency {
  if (text === last.text) return last;
  const code = parseCurrency(text);
  // A name such as RMB is left to the transform, which turns it into the code.
  const known = code.ok && code.value === text;
  last = { text, digits: known ? minorDigits(text) : 0, known };
  return last;
}

function moneyIn(value: Json, currency: string, context: TransformContext): Json | undefined {
  if (typeof value !== 'string' || context.nativeCount !== 1) return undefined;
  const places = plainPlaces(value);
  if (places < 0) return undefined;
  const { known, digits } = currencyOf(currency);
  const amount = known ? withPlaces(value, places, digits) : undefined;
  return amount === undefined ? undefined : { amount, currency };
}

function amountOut(value: Json, currency: string, context: TransformContext): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || context.nativeCount !== 1)
    return undefined;
  const { amount } = value;
  if (typeof amount !== 'string' || value['currency'] !== currency) return undefined;
  const places = plainPlaces(amount);
  return places < 0 ? undefined : withoutZeros(amount, places);
}
