import { mappingDocumentSchema } from '../mapping-document.schema.js';

/** The schema by which documents are checked; one object, because validators are kept by schema. */
export const documentSchema = mappingDocumentSchema();
