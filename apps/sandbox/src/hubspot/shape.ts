import type { Crm, CrmRow } from './crm.js';
import { objectType, type ObjectType } from './object-types.js';

/** A record as it stands in answers, with the asked properties or the usual few. */
export function shapeRow(type: ObjectType, row: CrmRow, asked: readonly string[], crm: Crm) {
  const schema = crm.schema(type);
  const names = asked.length > 0 ? asked.filter((name) => schema.has(name)) : type.shown;
  const properties: Record<string, string | null> = {};
  for (const name of [...names, type.created, type.modified, 'hs_object_id'])
    properties[name] = row.properties[name] ?? null;
  return envelope(row, properties);
}

/** A record as it stands in the answer to a write: with all its values. */
export function shapeWritten(row: CrmRow) {
  return envelope(row, row.properties);
}

function envelope(row: CrmRow, properties: Readonly<Record<string, string | null>>) {
  return {
    id: row.id,
    properties,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
    archived: row.archivedAt !== null,
    ...(row.archivedAt === null ? {} : { archivedAt: new Date(row.archivedAt).toISOString() }),
  };
}

/** The links of a record to the asked kinds, as `associations` of an answer; undefined when there are none. */
export function shapeAssociations(crm: Crm, type: ObjectType, row: CrmRow, asked: readonly string[]) {
  const lists = asked.flatMap((name) => {
    const to = objectType(name);
    const links = to === undefined ? [] : crm.associations.of(type, row.id, to);
    if (to === undefined || links.length === 0) return [];
    const results = links.map((link) => ({ id: link.toId, type: `${type.singular}_to_${to.singular}` }));
    return [[to.listName, { results }] as const];
  });
  return lists.length === 0 ? undefined : Object.fromEntries(lists);
}
