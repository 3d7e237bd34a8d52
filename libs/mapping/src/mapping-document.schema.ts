const wording = {
  type: 'object',
  required: ['en', 'zh'],
  additionalProperties: false,
  properties: {
    en: { type: 'string', minLength: 1, maxLength: 200 },
    zh: { type: 'string', minLength: 1, maxLength: 200 },
  },
};

const lossText = { type: 'string', minLength: 1, maxLength: 300 };

const loss = {
  anyOf: [
    lossText,
    {
      type: 'object',
      properties: { en: lossText, zh: lossText },
      required: ['en', 'zh'],
      additionalProperties: false,
    },
  ],
};

const scalar = { type: ['string', 'number', 'boolean', 'null'] };

const scalars = { type: 'array', items: scalar, minItems: 1, maxItems: 100 };

const conditions = {
  type: 'object',
  minProperties: 1,
  maxProperties: 20,
  additionalProperties: {
    anyOf: [
      scalar,
      scalars,
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: false,
        properties: {
          present: { type: 'boolean', description: 'true: there is a value; false: empty or absent' },
          not: { description: 'Another value than this, or than any of these', anyOf: [scalar, scalars] },
          startsWith: { type: 'string', minLength: 1, maxLength: 100, description: 'A text with this beginning' },
        },
      },
    ],
  },
};

const path = { type: 'string', minLength: 1, maxLength: 300 };

/** The schema of one transform step; `names` narrows it for editors. */
function transformUse(names: readonly string[], optionsOf: (name: string) => object): object {
  return {
    description: 'Name of a transform, or its name with options',
    anyOf: [
      { type: 'string', ...(names.length > 0 ? { enum: names } : {}) },
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        ...(names.length > 0
          ? {
              additionalProperties: false,
              properties: Object.fromEntries(names.map((name) => [name, optionsOf(name)])),
            }
          : { additionalProperties: { type: 'object' } }),
      },
    ],
  };
}

function ruleSchema(use: object): object {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      canonical: { ...path, description: 'Path in the record, for example contactPoints[kind=email].value' },
      native: {
        description: 'Path in the native row, or several paths that together make one value',
        anyOf: [path, { type: 'array', items: path, minItems: 1, maxItems: 20 }],
      },
      transform: {
        description: 'Two-way transform; a list is a pipeline in reading direction',
        anyOf: [use, { type: 'array', items: use, minItems: 1, maxItems: 8 }],
      },
      direction: {
        enum: ['both', 'in', 'out'],
        description: 'in: from the connection to the record; out: back. Default: both',
      },
      constant: { description: 'Fixed value of the side that the rule names' },
      expression: {
        type: 'string',
        minLength: 1,
        maxLength: 1000,
        description:
          'CEL over the source side, with direction: in (row, env; item inside a list) or direction: out (record, env; item). It cannot travel back',
      },
      default: { description: 'Canonical value when the native one is empty or absent' },
      nativeDefault: { description: 'Native value when the record holds none' },
      empty: {
        enum: ['clear', 'keep'],
        description: 'What an empty native value means: clear the field (default) or say nothing of it',
      },
      emptyNative: {
        type: ['string', 'number', 'boolean', 'null'],
        description: 'What is written for no value: null (default), an empty text, another scalar, or omit',
      },
      canonicalExtras: {
        type: 'object',
        minProperties: 1,
        maxProperties: 20,
        description: 'Fixed fields beside the canonical field, set when it holds a value',
      },
      reference: {
        type: 'object',
        required: ['entity', 'stream'],
        additionalProperties: false,
        description: 'The native value is the id of a row of that stream',
        properties: { entity: { type: 'string' }, stream: { type: 'string', minLength: 1 } },
      },
      list: {
        type: 'object',
        additionalProperties: false,
        description: 'Both sides are lists; the rules below are relative to the items',
        properties: {
          key: {
            type: 'object',
            required: ['canonical', 'native'],
            additionalProperties: false,
            properties: { canonical: path, native: path },
          },
        },
      },
      rules: {
        type: 'array',
        minItems: 1,
        items: { $ref: '#/$defs/rule' },
        description: 'Rules for the items of a list',
      },
      when: {
        description: 'The rule counts only when these values hold; by canonical paths, or under canonical: and native:',
        anyOf: [
          {
            type: 'object',
            minProperties: 1,
            additionalProperties: false,
            properties: { canonical: conditions, native: conditions },
          },
          conditions,
        ],
      },
      loses: {
        anyOf: [loss, { type: 'array', items: loss, minItems: 1, maxItems: 20 }],
        description: 'Which values this rule does not keep on the way there and back; a lossy transform asks for it',
      },
      id: {
        type: 'string',
        pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
        description: 'Stable name by which the layers of connections address the rule',
      },
      note: { type: 'string', maxLength: 500, description: 'For people' },
    },
  };
}

/**
 * JSON Schema of a mapping document. With the catalogue's names it knows every transform and its options (for editors);
 * without them it leaves transforms to the checker, whose words are better.
 */
export function mappingDocumentSchema(
  names: readonly string[] = [],
  optionsOf: (name: string) => object = () => ({}),
): { readonly [keyword: string]: unknown } {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: names.length > 0 ? 'urn:isthmus:mapping:1' : 'urn:isthmus:mapping:1:shape',
    title: 'Isthmus mapping',
    type: 'object',
    required: ['mapping', 'stream', 'entity', 'title', 'rules'],
    additionalProperties: false,
    properties: {
      mapping: { const: 1, description: 'Version of the mapping language' },
      stream: { type: 'string', minLength: 1, maxLength: 100 },
      entity: { type: 'string', description: 'Canonical entity, for example customer' },
      title: wording,
      when: {
        ...conditions,
        description: 'Which records live in this stream: canonical path to value or list of values',
      },
      lookups: {
        type: 'object',
        maxProperties: 100,
        description: 'Value tables: native text to canonical text',
        additionalProperties: {
          type: 'object',
          maxProperties: 2000,
          additionalProperties: { type: ['string', 'number', 'boolean'] },
        },
      },
      rules: { type: 'array', minItems: 1, items: { $ref: '#/$defs/rule' } },
    },
    $defs: { rule: ruleSchema(transformUse(names, optionsOf)) },
  };
}
