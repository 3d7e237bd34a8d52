import type { Clock } from '../store/clock.js';
import { formatDecimal, multiply, parseDecimal } from '../store/decimal.js';
import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import type { CallLog } from '../wire/calls.js';
import { asObject } from '../wire/json.js';
import { Associations } from './associations.js';
import { HubspotError, invalidProperties, notFound, validationError } from './errors.js';
import { OBJECT_TYPES, type ObjectType } from './object-types.js';
import { normalise, standardProperties, type PropertyDefinition } from './properties.js';

/** One stored CRM record. */
export interface CrmRow {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archivedAt: number | null;
}

/** Who makes a change: the own app through the API, or a person in the CRM. */
export type ChangeSource = 'API' | 'CRM_UI';

/** A change that webhooks tell about. */
export interface CrmChange {
  readonly type: ObjectType;
  readonly row: CrmRow;
  readonly kind: 'creation' | 'propertyChange' | 'deletion';
  /** Property that changed. */
  readonly property?: string;
  readonly source: ChangeSource;
}

type Values = Record<string, string | null>;

/** The records of the CRM and the rules they obey. */
export class Crm {
  readonly associations: Associations;
  private readonly tables = new Map<string, Table<CrmRow>>();
  private readonly custom: Table<PropertyDefinition & { objectType: string }>;
  private schemas = new Map<string, Map<string, PropertyDefinition>>();
  private unique = new Map<string, Map<string, string>>();
  private uniqueByType = new Map<string, string[]>();

  constructor(
    store: Store,
    private readonly clock: Clock,
    private readonly calls: CallLog,
    private readonly tell: (change: CrmChange) => void,
  ) {
    this.custom = store.table('properties');
    for (const type of OBJECT_TYPES) this.tables.set(type.name, store.table<CrmRow>(type.name, type.firstId));
    this.associations = new Associations(store);
    this.rebuild();
  }

  table(type: ObjectType): Table<CrmRow> {
    const table = this.tables.get(type.name);
    if (table === undefined) throw new Error(`no table for ${type.name}`);
    return table;
  }

  /** Derives schemas and indexes from the tables. */
  rebuild(): void {
    this.schemas = new Map(OBJECT_TYPES.map((type) => [type.name, new Map<string, PropertyDefinition>()]));
    this.unique = new Map();
    this.uniqueByType = new Map();
    for (const type of OBJECT_TYPES)
      for (const definition of standardProperties(type.name)) this.schema(type).set(definition.name, definition);
    for (const { row } of this.custom.all()) this.schemas.get(row.objectType)?.set(row.name, row);
    for (const type of OBJECT_TYPES)
      for (const { row } of this.table(type).all()) if (row.archivedAt === null) this.index(type, row, true);
    this.associations.rebuild();
  }

  schema(type: ObjectType): Map<string, PropertyDefinition> {
    const schema = this.schemas.get(type.name);
    if (schema === undefined) throw new Error(`no schema for ${type.name}`);
    return schema;
  }

  addProperty(type: ObjectType, definition: PropertyDefinition): void {
    if (this.schema(type).has(definition.name))
      throw new HubspotError(409, 'OBJECT_ALREADY_EXISTS', `A property named '${definition.name}' already exists.`);
    this.custom.put(`${type.name}.${definition.name}`, { ...definition, objectType: type.name }, this.clock.now());
    this.schema(type).set(definition.name, definition);
    this.uniqueByType.delete(type.name);
  }

  /** A live record by id or by the value of a unique property. */
  find(type: ObjectType, id: string, idProperty?: string): CrmRow | undefined {
    const key = idProperty === undefined || idProperty === 'hs_object_id' ? id : this.byUnique(type, idProperty, id);
    const row = key === undefined ? undefined : this.table(type).get(key);
    return row?.archivedAt === null ? row : undefined;
  }

  /** Checks a create without doing it. */
  checkCreate(type: ObjectType, input: unknown): Values {
    const values = this.checkValues(type, input);
    for (const name of this.uniqueNames(type)) this.refuseTaken(type, name, values[name] ?? null, undefined);
    return values;
  }

  create(type: ObjectType, input: unknown, source: ChangeSource): CrmRow {
    const values = this.checkCreate(type, input);
    const at = this.clock.now();
    const id = this.table(type).newId();
    const row = this.stamp(type, { id, properties: values, createdAt: at, updatedAt: at, archivedAt: null });
    this.table(type).put(id, row, at);
    this.index(type, row, true);
    this.calls.effect(type.name, 'created');
    this.tell({ type, row, kind: 'creation', source });
    return row;
  }

  /** Checks an update without doing it; returns what it would change. */
  checkUpdate(type: ObjectType, row: CrmRow, input: unknown): Values {
    const values = this.checkValues(type, input);
    for (const name of this.uniqueNames(type))
      if (name in values) this.refuseTaken(type, name, values[name] ?? null, row.id);
    return Object.fromEntries(
      Object.entries(values).filter(([name, value]) => (row.properties[name] ?? null) !== value),
    );
  }

  update(type: ObjectType, row: CrmRow, input: unknown, source: ChangeSource): CrmRow {
    const changed = this.checkUpdate(type, row, input);
    if (Object.keys(changed).length === 0) {
      this.calls.effect(type.name, 'unchanged');
      return row;
    }
    const at = this.clock.now();
    this.index(type, row, false);
    const next = this.stamp(type, { ...row, properties: { ...row.properties, ...changed }, updatedAt: at });
    this.table(type).put(row.id, next, at);
    this.index(type, next, true);
    this.calls.effect(type.name, 'updated');
    for (const property of Object.keys(changed))
      this.tell({ type, row: next, kind: 'propertyChange', property, source });
    return next;
  }

  archive(type: ObjectType, id: string, source: ChangeSource): void {
    const row = this.find(type, id);
    if (row === undefined) return;
    const at = this.clock.now();
    this.index(type, row, false);
    const next = { ...row, archivedAt: at, updatedAt: at };
    this.table(type).put(id, next, at);
    this.calls.effect(type.name, 'removed');
    this.tell({ type, row: next, kind: 'deletion', source });
  }

  /** The id of the live record that holds this value in a unique property. */
  byUnique(type: ObjectType, property: string, value: string): string | undefined {
    const definition = this.schema(type).get(property);
    if (definition === undefined || !definition.hasUniqueValue)
      throw validationError(`Property ${property} is not a unique property of ${type.name}`);
    const stored = normalise(definition, value);
    if (!('value' in stored) || stored.value === null) return undefined;
    return this.unique.get(`${type.name}.${property}`)?.get(stored.value);
  }

  private uniqueNames(type: ObjectType): string[] {
    const known = this.uniqueByType.get(type.name);
    if (known !== undefined) return known;
    const names = [...this.schema(type).values()]
      .filter((definition) => definition.hasUniqueValue)
      .map(({ name }) => name);
    this.uniqueByType.set(type.name, names);
    return names;
  }

  private checkValues(type: ObjectType, input: unknown): Values {
    const schema = this.schema(type);
    const problems: { name: string; code: string; message: string }[] = [];
    const values: Values = {};
    for (const [name, given] of Object.entries(asObject(input))) {
      const definition = schema.get(name);
      if (definition === undefined) {
        problems.push({ name, code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` });
      } else if (definition.readOnly) {
        problems.push({ name, code: 'READ_ONLY_VALUE', message: `"${name}" is a read only property` });
      } else {
        const stored = normalise(definition, given);
        if ('value' in stored) values[name] = stored.value;
        else problems.push({ name, ...stored });
      }
    }
    if (problems.length > 0) {
      this.calls.effect(type.name, 'refused');
      throw invalidProperties(problems);
    }
    return values;
  }

  private refuseTaken(type: ObjectType, name: string, value: string | null, own: string | undefined): void {
    const holder = value === null ? undefined : this.unique.get(`${type.name}.${name}`)?.get(value);
    if (holder === undefined || holder === own) return;
    this.calls.effect(type.name, 'refused');
    if (type.name === 'contacts' && name === 'email')
      throw new HubspotError(409, 'CONFLICT', `Contact already exists. Existing ID: ${holder}`);
    throw invalidProperties([{ name, code: 'CONFLICTING_UNIQUE_VALUE', message: `${holder} already has that value.` }]);
  }

  private index(type: ObjectType, row: CrmRow, add: boolean): void {
    for (const name of this.uniqueNames(type)) {
      const value = row.properties[name];
      if (value === null || value === undefined) continue;
      const key = `${type.name}.${name}`;
      const values = this.unique.get(key) ?? new Map<string, string>();
      this.unique.set(key, values);
      if (add) values.set(value, row.id);
      else values.delete(value);
    }
  }

  /** Fills the properties that the CRM itself keeps. */
  private stamp(type: ObjectType, row: CrmRow): CrmRow {
    const properties: Values = {
      ...row.properties,
      hs_object_id: row.id,
      [type.created]: new Date(row.createdAt).toISOString(),
      [type.modified]: new Date(row.updatedAt).toISOString(),
    };
    if (type.name === 'line_items') properties['amount'] = lineAmount(properties);
    return { ...row, properties };
  }
}

function lineAmount(properties: Values): string | null {
  const price = parseDecimal(properties['price'] ?? '');
  const quantity = parseDecimal(properties['quantity'] ?? '');
  if (price === undefined || quantity === undefined) return null;
  const discount = parseDecimal(properties['discount'] ?? '0') ?? 0n;
  return formatDecimal(multiply(price - discount, quantity), 2);
}

/** The live record, or the 404 of the CRM. */
export function found(row: CrmRow | undefined, ids: string[] = []): CrmRow {
  if (row === undefined) throw notFound(undefined, ids);
  return row;
}
