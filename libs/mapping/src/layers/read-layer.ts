import { createHash } from 'node:crypto';
import type { Json } from '@isthmus/json';
import { describeErrors, documentPath } from '../check/describe-error.js';
import { suggest } from '../check/suggest.js';
import { errorsOf } from '../check/validator.js';
import { documentSchema } from '../document/document-schema.js';
import { Findings, say } from '../document/finding-factory.js';
import type { MappingDocument } from '../document/mapping-document.js';
import { readYaml, type YamlText } from '../document/read-yaml.js';
import { applyLayer } from './apply-layer.js';
import { layerSchema, type LayerDocument } from './layer-schema.js';

const shapes = { layer: layerSchema(), base: documentSchema };

/** The shipped mapping that a layer extends. */
export interface LayerBase {
  readonly file: string;
  readonly text: string;
  /** `<connector>/<stream>`. */
  readonly id: string;
}

/** A layer laid over its base; `value` is absent when it cannot be. Findings know both files. */
export interface ReadLayer {
  readonly value?: Json;
  readonly findings: Findings;
}

/** Reads a mapping document; value tables keep their entries as texts, `null` included. */
export function readMappingYaml(file: string, text: string): YamlText {
  return readYaml(file, text, (path) => path.startsWith('lookups.'));
}

/** True for a document that extends another. */
export function isLayer(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, 'extends');
}

/** Lays a layer over the shipped mapping. The result still has to be checked like any mapping. */
export function readLayer(file: string, layerText: YamlText, base: LayerBase | undefined): ReadLayer {
  const { value, findings } = layerText;
  if (value === undefined) return { findings };
  checkShape(shapes.layer, value, findings);
  if (findings.hasErrors) return { findings };
  // Valid against the schema just now.
  const layer = value as unknown as LayerDocument;
  if (!checkBase(layer, base, findings) || !base) return { findings };
  const below = readMappingYaml(base.file, base.text);
  if (below.value !== undefined) checkShape(shapes.base, below.value, below.findings);
  if (below.value === undefined || below.findings.hasErrors) return { findings: below.findings };
  const { document, origins } = applyLayer(below.value as unknown as MappingDocument, layer, findings);
  if (findings.hasErrors) return { findings };
  const both = new Findings(file, (path) => {
    const origin = origins.of(path);
    if (origin.from === 'layer') return { ...findings.placeOf(origin.path), origin: { file, path: origin.path } };
    return { ...below.findings.placeOf(origin.path), origin: { file: base.file, path: origin.path } };
  });
  for (const { code, path, message, suggestion, severity, line, column } of findings.all())
    both.addAt({ code, path, message, suggestion, severity }, { line, column });
  return { value: document as unknown as Json, findings: both };
}

function checkShape(schema: { readonly [keyword: string]: unknown }, value: Json, findings: Findings): void {
  for (const { pointer, ...said } of describeErrors(errorsOf(schema, value)))
    findings.add({ ...said, path: documentPath(pointer) });
}

function checkBase(layer: LayerDocument, base: LayerBase | undefined, findings: Findings): boolean {
  if (!base || base.id !== layer.extends) {
    findings.add({
      code: 'mapping.layer-no-base',
      path: 'extends',
      message: say(
        `there is no shipped mapping "${layer.extends}" for this stream`,
        `此数据流没有内置映射“${layer.extends}”`,
      ),
      suggestion: base && (suggest(layer.extends, [base.id]) ?? base.id),
    });
    return false;
  }
  const hash = hashOf(base.text);
  if (layer.base === undefined || hash.startsWith(layer.base)) return true;
  findings.add({
    code: 'mapping.layer-base-changed',
    severity: 'warning',
    path: 'base',
    message: say(
      `the shipped mapping "${base.id}" is not the version that this layer was written against: look through it, then note the new hash`,
      `内置映射“${base.id}”已不是编写此层时的版本：请检查后记下新的哈希`,
    ),
    suggestion: `base: ${hash.slice(0, 12)}`,
  });
  return true;
}

/** SHA-256 of a document's text, as versions are stored and layers name them. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
