import type { Store } from '../store/store.js';
import type { Table } from '../store/table.js';
import { asArray, asObject, asText } from '../wire/json.js';
import { validationError } from './errors.js';
import { ASSOCIATION_TYPES, type AssociationType, type ObjectType } from './object-types.js';

interface Link {
  readonly from: string;
  readonly fromId: string;
  readonly to: string;
  readonly toId: string;
  readonly typeIds: readonly number[];
}

/** Links between CRM records. Each is kept in both directions. */
export class Associations {
  private readonly table: Table<Link>;
  private index = new Map<string, Set<string>>();

  constructor(store: Store) {
    this.table = store.table<Link>('associations');
  }

  rebuild(): void {
    this.index = new Map();
    for (const { id, row } of this.table.all()) this.remember(id, row);
  }

  /** The links of a record to records of one kind. */
  of(from: ObjectType, fromId: string, to: ObjectType): Link[] {
    const keys = this.index.get(`${from.name}|${fromId}|${to.name}`) ?? [];
    return [...keys].flatMap((key) => this.table.get(key) ?? []);
  }

  link(
    from: ObjectType,
    fromId: string,
    to: ObjectType,
    toId: string,
    types: readonly AssociationType[],
    at: number,
  ): void {
    this.add(from.name, fromId, to.name, toId, types, at);
    this.add(to.name, toId, from.name, fromId, types.map(opposite), at);
  }

  unlink(from: ObjectType, fromId: string, to: ObjectType, toId: string, at: number): void {
    for (const key of [keyOf(from.name, fromId, to.name, toId), keyOf(to.name, toId, from.name, fromId)]) {
      const link = this.table.get(key);
      if (link === undefined) continue;
      this.table.remove(key, at);
      this.index.get(`${link.from}|${link.fromId}|${link.to}`)?.delete(key);
    }
  }

  private add(
    from: string,
    fromId: string,
    to: string,
    toId: string,
    types: readonly AssociationType[],
    at: number,
  ): void {
    const key = keyOf(from, fromId, to, toId);
    const known = this.table.get(key)?.typeIds ?? [];
    const typeIds = [...new Set([...known, ...types.map((type) => type.typeId)])];
    if (typeIds.length === known.length) return;
    const link = { from, fromId, to, toId, typeIds };
    this.table.put(key, link, at);
    this.remember(key, link);
  }

  private remember(key: string, link: Link): void {
    const place = `${link.from}|${link.fromId}|${link.to}`;
    const keys = this.index.get(place) ?? new Set<string>();
    keys.add(key);
    this.index.set(place, keys);
  }
}

/** The unlabelled association between two kinds of objects. */
export function defaultAssociation(from: ObjectType, to: ObjectType): AssociationType {
  const type = ASSOCIATION_TYPES.find((item) => item.from === from.name && item.to === to.name && item.label === null);
  if (type === undefined) throw validationError(`No association is defined from ${from.name} to ${to.name}`);
  return type;
}

/** The association types that a request names, for this pair of objects. */
export function namedAssociations(from: ObjectType, types: unknown): AssociationType[] {
  const named = asArray(types).map((item) => {
    const typeId = Number(asText(asObject(item)['associationTypeId']));
    const type = ASSOCIATION_TYPES.find((known) => known.from === from.name && known.typeId === typeId);
    if (type === undefined) throw validationError(`${typeId} is not an association type of ${from.name}`);
    return type;
  });
  if (named.length === 0) throw validationError('An association needs at least one type');
  return named;
}

/** How an association type is told in answers. */
export function describeTypes(typeIds: readonly number[]) {
  return typeIds.map((typeId) => ({
    category: 'HUBSPOT_DEFINED',
    typeId,
    label: ASSOCIATION_TYPES.find((type) => type.typeId === typeId)?.label ?? null,
  }));
}

function opposite(type: AssociationType): AssociationType {
  const other = ASSOCIATION_TYPES.find(
    (item) => item.from === type.to && item.to === type.from && item.label === type.label,
  );
  return other ?? type;
}

function keyOf(from: string, fromId: string, to: string, toId: string): string {
  return `${from}|${fromId}|${to}|${toId}`;
}
