import { unitByName } from '@isthmus/canonical';
import type { JsonObject } from '@isthmus/json';
import { plainPlaces, withoutZeros } from './plain-decimal.js';
import type { Shortcuts } from './shortcut.js';

/** Quantities as text in one fixed unit that is a code and no name. */
export function quantityShortcuts(options: JsonObject): Shortcuts {
  const unit = options['unit'];
  if (typeof unit !== 'string' || Object.keys(options).length > 1) return {};
  const named = unitByName(unit);
  if (!named.ok || named.value.unit !== unit || named.value.factor !== '1') return {};
  return {
    in: (value, context) => {
      if (typeof value !== 'string' || context.nativeCount !== 1) return undefined;
      const places = plainPlaces(value);
      return places < 0 ? undefined : { value: withoutZeros(value, places), unit };
    },
    out: (value, context) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value) || context.nativeCount !== 1)
        return undefined;
      const amount = value['value'];
      if (typeof amount !== 'string' || value['unit'] !== unit) return undefined;
      const places = plainPlaces(amount);
      return places < 0 ? undefined : withoutZeros(amount, places);
    },
  };
}
