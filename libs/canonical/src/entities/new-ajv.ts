import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import * as formats from 'ajv-formats';
import type { FormatsPlugin } from 'ajv-formats';
import { schemaKeywords } from '../schemas/schema.js';

// A default export marked __esModule is the namespace in native ESM and the function itself in CommonJS.
const unwrap = (module: unknown): FormatsPlugin => {
  let here = module;
  while (typeof here === 'object' && here !== null && 'default' in here) here = here.default;
  return here as FormatsPlugin;
};

/**
 * A validator for JSON Schema 2020-12 that knows our annotations: strict about keywords, no `$data`, no remote references
 * (there is no loader), reports all errors with their schema.
 */
export function newAjv(options: Pick<Options, 'inlineRefs' | 'unicodeRegExp'> = {}): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: true,
    strictRequired: false,
    verbose: true,
    messages: false,
    ...options,
  });
  unwrap(formats)(ajv);
  ajv.addVocabulary([...schemaKeywords]);
  return ajv;
}
