import type { Settings } from '../contract.js';
import type { Json, JsonSchema } from '../json.js';

/** Dotted paths of the settings that a schema marks as secrets (`writeOnly: true`), in the schema's order. */
export function secretNames(schema: JsonSchema): readonly string[] {
  const names: string[] = [];
  collect(schema, '', names);
  return names;
}

function collect(schema: JsonSchema, path: string, names: string[]): void {
  const properties = schema['properties'];
  if (!isSchema(properties)) return;
  for (const name of Object.keys(properties)) {
    const property = properties[name];
    if (!isSchema(property)) continue;
    const at = path === '' ? name : `${path}.${name}`;
    if (property['writeOnly'] === true) names.push(at);
    else collect(property, at, names);
  }
}

/** The secret values that these settings hold, as texts: what a redactor must know. */
export function secretValues(schema: JsonSchema, settings: Settings): readonly string[] {
  return secretNames(schema).flatMap((name) => textsOf(name.split('.').reduce<Json | undefined>(member, settings)));
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function textsOf(value: Json | undefined): string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (typeof value === 'number') return [String(value)];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsOf);
}

function isSchema(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
