import { entityDefinition, entityNames, isEntityName } from '@isthmus/canonical';
import type { Json } from '@isthmus/json';
import { checkDocument } from './check/check-document.js';
import { describeErrors, documentPath } from './check/describe-error.js';
import { suggest } from './check/suggest.js';
import { errorsOf } from './check/validator.js';
import { compileMapping } from './compile/compile-mapping.js';
import type { Site } from './compile/site.js';
import type { LoadedMapping, LoadMappingInput } from './contract.js';
import { say, type Findings } from './document/finding-factory.js';
import type { MappingDocument } from './document/mapping-document.js';
import { readYaml } from './document/read-yaml.js';
import { mappingDocumentSchema } from './mapping-document.schema.js';

const documentSchema = mappingDocumentSchema();

/**
 * Reads, checks and compiles a mapping document. Never throws for a bad document: everything that is wrong with it comes as findings with
 * file, line, column and, where it can be guessed, what to write instead. `compiled` is there when no finding is an error. Pure.
 */
export function loadMapping(input: LoadMappingInput): LoadedMapping {
  const { value, findings } = readYaml(input.file, input.text, (path) => path.startsWith('lookups.'));
  if (value === undefined) return { findings: findings.all() };
  const site = siteOf(value, input, findings);
  checkSchema(value, findings);
  if (!site || findings.hasErrors) return { findings: findings.all() };
  // Valid against the schema just now.
  const document = value as unknown as MappingDocument;
  checkDocument(document, site, findings);
  if (findings.hasErrors) return { findings: findings.all() };
  return { findings: findings.all(), compiled: compileMapping(input.id, input.text, document, site) };
}

function checkSchema(value: Json, findings: Findings): void {
  for (const { pointer, ...said } of describeErrors(errorsOf(documentSchema, value)))
    findings.add({ ...said, path: documentPath(pointer) });
}

/** The schemas that the document's paths are checked against. */
function siteOf(value: Json, { nativeSchema }: LoadMappingInput, findings: Findings): Site | undefined {
  const entity = typeof value === 'object' && value !== null && !Array.isArray(value) ? value['entity'] : undefined;
  if (typeof entity !== 'string') return undefined;
  if (!isEntityName(entity)) {
    findings.add({
      code: 'mapping.unknown-entity',
      path: 'entity',
      message: say(`there is no entity "${entity}"`, `没有名为“${entity}”的实体`),
      suggestion: suggest(entity, entityNames),
    });
    return undefined;
  }
  const { schema } = entityDefinition(entity);
  return { canonicalRoot: schema, canonical: schema, nativeRoot: nativeSchema, native: nativeSchema };
}
