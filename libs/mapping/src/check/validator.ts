import { schemaKeywords } from '@isthmus/canonical';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Schema } from '../document/schema-lookup.js';

const compiled = new WeakMap<object, ValidateFunction>();
let ajv: Ajv2020 | undefined;

/**
 * Validates a value and returns the errors. Compiled once for each schema object: schemas are constants of this code base.
 * No `$data`, no remote references.
 */
export function errorsOf(schema: Schema, value: unknown): readonly ErrorObject[] {
  ajv ??= newValidator();
  let validate = compiled.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  return validate(value) ? [] : (validate.errors ?? []);
}

function newValidator(): Ajv2020 {
  const made = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    verbose: true,
    validateFormats: false,
  });
  made.addVocabulary([...schemaKeywords]);
  return made;
}
