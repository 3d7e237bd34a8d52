import type { ValidateFunction } from 'ajv';
import type { Finding } from '../finding.js';
import type { JsonSchema } from '../schemas/schema.js';
import { findingsOfErrors } from './describe-error.js';
import { entityDefinition, type EntityName } from './entities.js';
import type { Body } from './entity-definition.js';
import { newAjv } from './new-ajv.js';
import { compileFits } from './compile-fits.js';
import { perEntity } from './per-entity.js';
import { splitSchema } from './split-schema.js';

/** How strict a body is looked at. */
export interface ValidateOptions {
  /** Fields of the body itself may be missing: for what one system knows of a record. @default false */
  readonly partial?: boolean;
}

const NONE: readonly Finding[] = [];

// Our own patterns are plain ASCII, which matches faster without the u flag.
const compile = (schema: JsonSchema): ValidateFunction =>
  newAjv({ inlineRefs: false, unicodeRegExp: false }).compile(splitSchema(schema));

const partialSchema = (name: EntityName): JsonSchema => {
  const { required: _, allOf: __, $id: ___, ...schema } = entityDefinition(name).schema;
  return schema;
};

const whole = {
  fits: perEntity((name) => compileFits(entityDefinition(name).schema)),
  validate: perEntity((name) => compile(entityDefinition(name).schema)),
};

const partial = {
  fits: perEntity((name) => compileFits(partialSchema(name))),
  validate: perEntity((name) => compile(partialSchema(name))),
};

/**
 * Checks a body against its entity's schema. No finding means that it fits; at most 50 are reported. References may be in native form.
 * Fields that are `null` do not fit: null means "clear" on the way to the merge and is never stored.
 */
export function validateBody(entity: EntityName, body: Body, options: ValidateOptions = {}): readonly Finding[] {
  const checks = options.partial ? partial : whole;
  if (checks.fits(entity)(body)) return NONE;
  const validate = checks.validate(entity);
  return validate(body) ? NONE : findingsOfErrors(validate.errors ?? []);
}
