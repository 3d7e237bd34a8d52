import { transformByName, transforms } from '../transforms/catalogue.js';
import { layerSchema } from '../layers/layer-schema.js';
import { mappingDocumentSchema } from '../mapping-document.schema.js';

/** The same for documents that extend a shipped mapping. */
export function layerEditorSchema(): { readonly [keyword: string]: unknown } {
  return layerSchema(names(), optionsOf);
}

/** The mapping document's schema with every transform and its options, for editors (completion and hints while typing). */
export function editorSchema(): { readonly [keyword: string]: unknown } {
  return mappingDocumentSchema(names(), optionsOf);
}

function names(): readonly string[] {
  return transforms.map(({ name }) => name);
}

function optionsOf(name: string): object {
  const transform = transformByName(name);
  return transform ? { ...transform.options, description: transform.summary.en } : {};
}
