import type { JsonObject } from '@isthmus/json';
import type { Conditions, RuleDocument } from '../document/mapping-document.js';
import { mappingDocumentSchema } from '../mapping-document.schema.js';

/** A rule of the shipped mapping: its id or path, or the paths and the direction as they stand there. */
export type RuleSelector =
  string | { readonly canonical?: string; readonly native?: string | readonly string[]; readonly direction?: string };

/** A rule in the place of a shipped one. */
export interface Replacement {
  readonly rule: RuleSelector;
  /** Keys of the rule that differ; `null` takes a key away. */
  readonly with: JsonObject;
  /** Fingerprint of the shipped rule that this was written against. */
  readonly was?: string;
}

/** Changes of one level of rules. */
export interface LayerChanges {
  readonly add?: readonly RuleDocument[];
  readonly replace?: readonly Replacement[];
  readonly drop?: readonly RuleSelector[];
  /** Changes inside list rules, by id or canonical path of the list rule. */
  readonly lists?: { readonly [list: string]: LayerChanges };
}

/** What a connection changes of a shipped mapping. */
export interface LayerDocument extends LayerChanges {
  readonly mapping: 1;
  /** `<connector>/<stream>` of the shipped mapping. */
  readonly extends: string;
  /** SHA-256 of the shipped text that this layer was written against, or its first 12 or more characters. */
  readonly base?: string;
  readonly title?: { readonly en: string; readonly zh: string };
  readonly when?: Conditions;
  /** Entries over the shipped ones; `null` takes an entry away. */
  readonly lookups?: { readonly [table: string]: { readonly [native: string]: string | null } };
}

const selector = {
  description:
    'Id, canonical or native path of a rule, or its paths and direction as they stand in the shipped mapping',
  anyOf: [
    { type: 'string', minLength: 1, maxLength: 300 },
    {
      type: 'object',
      minProperties: 1,
      additionalProperties: false,
      properties: {
        canonical: { type: 'string' },
        native: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
        direction: { type: 'string' },
      },
    },
  ],
};

const changes = {
  add: {
    type: 'array',
    minItems: 1,
    items: { $ref: '#/$defs/rule' },
    description: 'Rules after the shipped ones',
  },
  replace: {
    type: 'array',
    minItems: 1,
    description: 'Shipped rules that are changed here',
    items: {
      type: 'object',
      required: ['rule', 'with'],
      additionalProperties: false,
      properties: {
        rule: selector,
        with: { type: 'object', minProperties: 1, description: 'Keys that differ; null takes a key away' },
        was: {
          type: 'string',
          pattern: '^[A-Za-z0-9_-]{12}$',
          description: 'Fingerprint of the shipped rule; a change of it is reported',
        },
      },
    },
  },
  drop: { type: 'array', minItems: 1, items: selector, description: 'Shipped rules that do not count here' },
  lists: {
    type: 'object',
    minProperties: 1,
    maxProperties: 100,
    additionalProperties: { $ref: '#/$defs/changes' },
    description: 'The same inside list rules, by id or canonical path of the list rule',
  },
};

/** JSON Schema of a layer: a mapping document that extends a shipped one. Parameters as of `mappingDocumentSchema`. */
export function layerSchema(
  names: readonly string[] = [],
  optionsOf: (name: string) => object = () => ({}),
): { readonly [keyword: string]: unknown } {
  const whole = mappingDocumentSchema(names, optionsOf) as {
    readonly $schema: string;
    readonly properties: { readonly mapping: object; readonly title: object; readonly when: object };
    readonly $defs: object;
  };
  return {
    $schema: whole.$schema,
    $id: names.length > 0 ? 'urn:isthmus:mapping-layer:1' : 'urn:isthmus:mapping-layer:1:shape',
    title: 'Isthmus mapping of a connection, over a shipped one',
    type: 'object',
    required: ['mapping', 'extends'],
    additionalProperties: false,
    properties: {
      mapping: whole.properties.mapping,
      extends: {
        type: 'string',
        pattern: '^[a-z0-9-]+/[A-Za-z0-9_.-]+$',
        description: 'The shipped mapping, <connector>/<stream>',
      },
      base: {
        type: 'string',
        pattern: '^[0-9a-f]{12,64}$',
        description: 'Hash of the shipped text that this was written against; a change of it is reported',
      },
      title: whole.properties.title,
      when: whole.properties.when,
      lookups: {
        type: 'object',
        maxProperties: 100,
        description: 'Entries over the shipped value tables; null takes an entry away',
        additionalProperties: {
          type: 'object',
          maxProperties: 2000,
          additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
        },
      },
      ...changes,
    },
    $defs: {
      ...whole.$defs,
      changes: { type: 'object', minProperties: 1, additionalProperties: false, properties: changes },
    },
  };
}
