import type { Json, JsonObject } from '@isthmus/json';
import type { Schema } from '../document/schema-lookup.js';
import type { Path } from '../paths/parse-path.js';
import { compileWriter } from '../paths/write-path.js';
import type { KeysOfList } from './site.js';
import { copyJson } from './safe-value.js';
import { inOrder, type Step } from './run.js';

/**
 * Writes a constant. An object merges field by field into what other rules write at that place, unless it is one value of the model
 * (money, quantity). Constants never make a list item of their own.
 */
export function compileConstant(path: Path, constant: Json, schema: Schema | undefined, keysOfList: KeysOfList): Step {
  const whole = schema?.['x-type'] !== undefined || schema?.['x-ref'] !== undefined;
  if (!whole && isObject(constant) && Object.keys(constant).length > 0) {
    return inOrder(
      Object.entries(constant).map(([key, value]) =>
        compileConstant(
          { text: `${path.text}.${key}`, segments: [...path.segments, { kind: 'key', key }] },
          value,
          undefined,
          keysOfList,
        ),
      ),
    );
  }
  const write = compileWriter(path, keysOfList);
  return (_source, target, run) => {
    write(target, copyJson(constant), run.drafts, false);
  };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
