import { compile } from 'json-schema-to-typescript';

const banner = `/* Made by libs/canonical/scripts/generate-types.mjs from src/schemas. Do not edit. */
import type { Ref } from '../refs.js';
import type { Money } from '../values/money.js';
import type { Quantity } from '../values/quantity.js';
`;

const named = { money: 'Money', quantity: 'Quantity' };

/** The schema with our annotations turned into what the type generator understands. */
function forGenerator(schema) {
  const description = schema['x-title'] ? { description: `${schema['x-title'].en} / ${schema['x-title'].zh}` } : {};
  const name = schema['x-ref'] ? 'Ref' : named[schema['x-type']];
  if (name) return { tsType: name, ...description };
  const { type, required, additionalProperties } = schema;
  return {
    type,
    ...description,
    ...(schema.enum ? { enum: schema.enum } : {}),
    ...(schema.items ? { items: forGenerator(schema.items) } : {}),
    ...(schema.properties
      ? {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([key, value]) => [key, forGenerator(value)]),
          ),
        }
      : {}),
    ...(required ? { required } : {}),
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
  };
}

/** TypeScript source of the types of all entities, from `{ typeName: schema }`. */
export async function renderTypes(schemasByTypeName) {
  const parts = [];
  for (const [typeName, schema] of Object.entries(schemasByTypeName)) {
    parts.push(
      await compile(forGenerator(schema), typeName, {
        bannerComment: '',
        additionalProperties: true,
        ignoreMinAndMaxItems: true,
        format: true,
        style: { singleQuote: true, printWidth: 120 },
      }),
    );
  }
  return `${banner}\n${parts.join('\n')}`;
}
