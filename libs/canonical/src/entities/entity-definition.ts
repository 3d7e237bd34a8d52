import type { JsonObject } from '@isthmus/json';
import type { Finding } from '../finding.js';
import type { JsonSchema, SchemaTitle } from '../schemas/schema.js';
import { listKeysOf, type ListKey } from './schema-fields.js';

/** Body of a record: the entity's fields without the envelope. */
export type Body = JsonObject;

/** How much a shared key says: one strong or two medium ones merge records, weak ones only ask a person. */
export type MatchStrength = 'strong' | 'medium' | 'weak';

/** What a match key is made of. */
export type MatchKeyKind =
  | 'unifiedSocialCreditCode'
  | 'taxId'
  | 'customerNumber'
  | 'memberNumber'
  | 'mobile'
  | 'phone'
  | 'email'
  | 'unionid'
  | 'identity'
  | 'nameBirthday'
  | 'nameAddress'
  | 'skuCode'
  | 'barcode'
  | 'orderNumber'
  | 'externalNumber'
  | 'locationCode'
  | 'gln'
  | 'stockKey';

/** A normalised value by which a record may be recognised. */
export interface MatchKey {
  readonly kind: MatchKeyKind;
  /** Normalised text; equal texts mean the same thing within the scope. */
  readonly value: string;
  readonly strength: MatchStrength;
  /** `hub`: comparable everywhere; `system`: only among records that hear from the same connection (numbers a system gives out itself). */
  readonly scope: 'hub' | 'system';
}

/** All that the hub knows about one kind of record. Pure data and functions. */
export interface EntityDefinition {
  readonly name: string;
  /** Major version of the schema. */
  readonly major: number;
  readonly title: SchemaTitle;
  readonly schema: JsonSchema;
  /** Lists whose items are told apart by a key; items of all other lists are replaced together. */
  readonly listKeys: readonly ListKey[];
  /**
   * Fills what follows from other fields. Never throws and never changes its argument; leaves alone what it cannot compute.
   * Twice is the same as once.
   */
  readonly derive: (body: Body) => Body;
  /** Rules beyond the schema, for bodies that `validateBody` accepts. */
  readonly check: (body: Body) => readonly Finding[];
  /** Keys by which the record may be recognised, strongest first; references still in native form give none. */
  readonly matchKeys: (body: Body) => readonly MatchKey[];
}

/** What one entity's file states; the rest follows from its schema. */
export interface EntityInput {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly derive?: (body: Body) => Body;
  readonly check?: (body: Body) => readonly Finding[];
  readonly matchKeys: (body: Body) => readonly MatchKey[];
}

/** Completes an entity's definition from its schema. @throws RangeError when the schema's `$id` is not that entity's */
export function defineEntity(input: EntityInput): EntityDefinition {
  const { name, schema, matchKeys } = input;
  const id = /^urn:isthmus:entity:([A-Za-z]+):(\d+)$/.exec(String(schema['$id']));
  const title = schema['x-title'];
  if (id?.[1] !== name || !title) throw new RangeError(`the schema of ${name} has no fitting $id or title`);
  return {
    name,
    major: Number(id[2]),
    title,
    schema,
    listKeys: listKeysOf(schema),
    derive: input.derive ?? ((body) => body),
    check: input.check ?? (() => []),
    matchKeys,
  };
}
