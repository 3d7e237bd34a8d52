import { percentFromRate, rateFromPercent } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import type { Transform } from '../../transforms/transform.js';
import { isCleanText, isPlainCode } from './clean-text.js';
import { localTimeShortcuts } from './local-time.js';
import { moneyShortcuts } from './money.js';
import { plainPlaces, withoutZeros } from './plain-decimal.js';
import { quantityShortcuts } from './quantity.js';
import { remembering, type Shortcut, type Shortcuts } from './shortcut.js';

const NONE: Shortcuts = {};

const cleanText: Shortcut = (value) => (typeof value === 'string' && isCleanText(value) ? value : undefined);
const plainCode: Shortcut = (value) => (typeof value === 'string' && isPlainCode(value) ? value : undefined);
const asItIs: Shortcut = (value) => (typeof value === 'string' ? value : undefined);

// There are few tax rates, and every line of an order has one.
const rateOf = remembering((percent) => {
  const rate = rateFromPercent(percent);
  return rate.ok ? rate.value : undefined;
});
const percentOf = remembering((rate) => (plainPlaces(rate) < 0 ? undefined : percentFromRate(rate)));

const plainDecimal: Shortcut = (value) => {
  if (typeof value !== 'string') return undefined;
  const places = plainPlaces(value);
  return places < 0 ? undefined : withoutZeros(value, places);
};

// Numbers of more digits are judged by the transform.
const wholeNumber: Shortcut = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value < 1e15 ? value : undefined;

const byName: { readonly [name: string]: (options: JsonObject, transform: Transform) => Shortcuts } = {
  code: (options) => (options['case'] === 'keep' ? codeAsItIs(options) : plain(options, { in: plainCode })),
  decimal: (options) => plain(options, { in: plainDecimal, out: plainDecimal }),
  instant: localTimeShortcuts,
  integer: (options) => plain(options, { in: wholeNumber, out: wholeNumber }),
  money: moneyShortcuts,
  'percent-rate': (options) =>
    plain(options, {
      in: (value) => (typeof value === 'string' ? rateOf(value) : undefined),
      out: (value) => (typeof value === 'string' ? percentOf(value) : undefined),
    }),
  quantity: quantityShortcuts,
  text: (options) =>
    Object.keys(options).every((name) => name === 'multiline') ? { in: cleanText, out: asItIs } : NONE,
};

/** The shortcuts of a transform with these options; none where an option changes what a plain value becomes. */
export function shortcutsOf(transform: Transform, options: JsonObject): Shortcuts {
  const { name } = transform;
  return Object.hasOwn(byName, name) ? (byName[name]?.(options, transform) ?? NONE) : NONE;
}

function plain(options: JsonObject, shortcuts: Shortcuts): Shortcuts {
  return Object.keys(options).length === 0 ? shortcuts : NONE;
}

/** With case and blanks kept a code is cleaned as a text is, but for full-width forms, which no clean text of ours holds. */
function codeAsItIs(options: JsonObject): Shortcuts {
  return options['blanks'] === 'keep' && Object.keys(options).length === 2 ? { in: cleanText, out: asItIs } : NONE;
}
