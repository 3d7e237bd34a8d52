import type { JsonObject } from '@isthmus/json';

export type { Json, JsonObject } from '@isthmus/json';

/** One thing as the far side stores it, in the far side's own words. */
export type Row = JsonObject;

/** A JSON Schema 2020-12 document. */
export type JsonSchema = { readonly [keyword: string]: unknown };
