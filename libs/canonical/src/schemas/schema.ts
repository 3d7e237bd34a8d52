/** Title of a field for console and documentation. */
export interface SchemaTitle {
  readonly en: string;
  readonly zh: string;
}

/** Meaning of a value beyond its JSON type. */
export type ValueKind = 'money' | 'quantity' | 'rate' | 'decimal' | 'instant' | 'date';

/** How a text is cleaned: as a code (half-width) or with its line ends kept. */
export type TextKind = 'code' | 'multiline';

/** JSON Schema 2020-12 with the annotations of the canonical model. Plain data: may be printed, stored and sent. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly string[];
  /** Title of the field. */
  readonly 'x-title'?: SchemaTitle;
  /** Meaning of the value. */
  readonly 'x-type'?: ValueKind;
  /** How the text is cleaned. */
  readonly 'x-text'?: TextKind;
  /** Fields that tell the items of a list apart when lists are merged. */
  readonly 'x-key'?: readonly string[];
  /** Entity that the reference names. */
  readonly 'x-ref'?: string;
  /** Personal data: masked unless the caller may see it. */
  readonly 'x-personal'?: true;
  /** Computed by the entity's `derive` when no source states it. */
  readonly 'x-derived'?: true;
  readonly [keyword: string]: unknown;
}

/** Annotations of ours, to be declared to any validator that is strict about keywords. */
export const schemaKeywords = ['x-title', 'x-type', 'x-text', 'x-key', 'x-ref', 'x-personal', 'x-derived'] as const;

/** Fields of an object, in the order in which the console shows them. */
export type Fields = { readonly [name: string]: JsonSchema };

const titled = (en: string, zh: string): { readonly 'x-title': SchemaTitle } => ({ 'x-title': { en, zh } });

/** One line of text. */
export function text(en: string, zh: string, keywords: JsonSchema = {}): JsonSchema {
  return { type: 'string', minLength: 1, maxLength: 500, ...titled(en, zh), ...keywords };
}

/** A code or number that is text: full-width characters become half-width. */
export function code(en: string, zh: string, keywords: JsonSchema = {}): JsonSchema {
  return text(en, zh, { maxLength: 200, 'x-text': 'code', ...keywords });
}

/** Text with line ends. */
export function longText(en: string, zh: string, maxLength: number): JsonSchema {
  return { type: 'string', minLength: 1, maxLength, ...titled(en, zh), 'x-text': 'multiline' };
}

/** A closed list of words. */
export function oneOf(en: string, zh: string, words: readonly string[]): JsonSchema {
  return { type: 'string', enum: words, ...titled(en, zh) };
}

/** Yes or no. */
export function flag(en: string, zh: string): JsonSchema {
  return { type: 'boolean', ...titled(en, zh) };
}

/** A whole number that is counted, never money, quantity or id. */
export function count(en: string, zh: string, minimum = 0): JsonSchema {
  return { type: 'integer', minimum, maximum: 1_000_000_000, ...titled(en, zh) };
}

/** An object with exactly these fields; `required` names some of them. */
export function object(en: string, zh: string, fields: Fields, required: readonly string[] = []): JsonSchema {
  return { type: 'object', ...titled(en, zh), properties: fields, required, additionalProperties: false };
}

/** A list; `key` names the fields that tell its items apart (without it a list is replaced as a whole). */
export function list(en: string, zh: string, items: JsonSchema, key?: readonly string[]): JsonSchema {
  return { type: 'array', ...titled(en, zh), items, ...(key ? { 'x-key': key } : {}) };
}

/** Marks a field as personal data. */
export function personal(schema: JsonSchema): JsonSchema {
  return { ...schema, 'x-personal': true };
}

/** Marks a field as computed when no source states it. */
export function derived(schema: JsonSchema): JsonSchema {
  return { ...schema, 'x-derived': true };
}

/** An entity's body: its fields, and `extensions` for vendor fields without a home. */
export function body(
  entity: string,
  major: number,
  en: string,
  zh: string,
  fields: Fields,
  required: readonly string[],
): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:isthmus:entity:${entity}:${major}`,
    type: 'object',
    ...titled(en, zh),
    properties: {
      ...fields,
      extensions: { type: 'object', maxProperties: 500, ...titled('Vendor fields', '扩展字段') },
    },
    required,
    additionalProperties: false,
  };
}
