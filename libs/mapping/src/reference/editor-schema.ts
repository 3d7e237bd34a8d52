import { transformByName, transforms } from '../transforms/catalogue.js';
import { mappingDocumentSchema } from '../mapping-document.schema.js';

/** The mapping document's schema with every transform and its options, for editors (completion and hints while typing). */
export function editorSchema(): { readonly [keyword: string]: unknown } {
  return mappingDocumentSchema(
    transforms.map(({ name }) => name),
    (name) => {
      const transform = transformByName(name);
      return transform ? { ...transform.options, description: transform.summary.en } : {};
    },
  );
}
