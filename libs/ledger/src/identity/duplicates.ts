import type { Sql } from '../database.js';

/** Records that carry one identity key, although they are several. */
export interface SharedKey {
  /** `<kind>:<value>`. */
  readonly key: string;
  /** Place in the list; tells nothing of the key. */
  readonly position: string;
  readonly recordIds: string[];
}

const SHARED = {
  name: 'find-shared-keys',
  text: `
with shared as (
  select key from identity_key where entity = $1 and split_part(key, ':', 1) <> all($3::text[]) group by key having count(*) > 1
)
select s.key, md5(s.key) as position, array_agg(distinct r.id) as "recordIds"
from shared s join identity_key k on k.entity = $1 and k.key = s.key
left join record m on m.id = k.record_id and m.merged_into is not null
join record r on r.id = coalesce(m.merged_into, k.record_id) and r.status in ('active', 'archived')
where md5(s.key) > $2
group by s.key having count(distinct r.id) > 1
order by 2 limit $4`,
};

/**
 * Keys that several living records carry, in a fixed order. Looks through all keys of the entity.
 *
 * @param exceptKinds kinds that say too little alone
 */
export async function findSharedKeys(
  sql: Sql,
  entity: string,
  exceptKinds: readonly string[],
  page: { readonly after: string; readonly limit: number },
): Promise<SharedKey[]> {
  return sql.run<SharedKey>(SHARED, [entity, page.after, exceptKinds, page.limit]);
}
