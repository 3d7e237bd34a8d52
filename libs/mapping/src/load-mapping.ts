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
import { documentSchema } from './document/document-schema.js';
import type { MappingDocument } from './document/mapping-document.js';
import { mappedFields } from './check/mapped-fields.js';
import { isLayer, readLayer, readMappingYaml } from './layers/read-layer.js';
import { writeMapping } from './layers/write-mapping.js';

/**
 * Reads, checks and compiles a mapping document. Never throws for a bad document: everything that is wrong with it comes as findings with
 * file, line, column and, where it can be guessed, what to write instead. `compiled` is there when no finding is an error. Pure.
 */
export function loadMapping(input: LoadMappingInput): LoadedMapping {
  const { findings, sound } = readMapping(input);
  if (!sound) return { findings: findings.all() };
  const { document, site, effective } = sound;
  return {
    findings: findings.all(),
    compiled: compileMapping(input.id, effective ?? input.text, document, site),
    fields: mappedFields(document, site),
    ...(effective !== undefined && { document: effective }),
  };
}

/** A document that was read and checked; `sound` is there when no finding is an error. For the tools that look at the rules themselves. */
export interface ReadMapping {
  readonly findings: Findings;
  readonly sound?: {
    readonly document: MappingDocument;
    readonly site: Site;
    /** The text that counts, when the document is a layer over a shipped one. */
    readonly effective?: string;
  };
}

/** Reads and checks a mapping document without compiling it. */
export function readMapping(input: LoadMappingInput): ReadMapping {
  const read = readMappingYaml(input.file, input.text);
  const layered = read.value !== undefined && isLayer(read.value);
  const { value, findings } = layered ? readLayer(input.file, read, input.base) : read;
  if (value === undefined) return { findings };
  const site = siteOf(value, input, findings);
  checkSchema(value, findings);
  if (!site || findings.hasErrors) return { findings };
  // Valid against the schema just now.
  const document = value as unknown as MappingDocument;
  checkDocument(document, site, findings);
  if (findings.hasErrors) return { findings };
  return { findings, sound: { document, site, ...(layered && { effective: writeMapping(value) }) } };
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
