import { Selection } from '../admin/selection.js';
import type { Page } from '../admin/selection.js';
import type { Sql } from '../database.js';

/** A native object that may be one of several records and waits for a person. */
export interface ListedReview {
  readonly id: string;
  readonly receivedAt: Date;
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly nativeId: string;
  readonly raw: string | null;
  readonly reason: Record<string, unknown>;
  readonly settledAt: Date | null;
}

const OPEN = `c.state in ('waiting', 'review', 'rejected', 'dead') and c.state = 'review' and c.kind = 'upsert'
  and c.reason->>'code' = 'change.identity'`;

/** Open identity reviews, oldest first: of each native object only the newest that it said. */
export async function listReviews(
  sql: Sql,
  filter: { readonly id?: string; readonly entity?: string; readonly connectionId?: string },
  page: Page<string>,
): Promise<ListedReview[]> {
  const selection = new Selection('list-identity-reviews')
    .where('id', 'c.id = ?::bigint', filter.id)
    .where('entity', 'c.entity = ?', filter.entity)
    .where('connection', 'c.connection_id = ?', filter.connectionId)
    .where('after', 'c.id > ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedReview>(
    sql,
    (condition) => `
select c.id::text, c.received_at as "receivedAt", c.connection_id as "connectionId", c.stream, c.entity, c.native_id as "nativeId", c.raw,
  c.reason, c.settled_at as "settledAt"
from connection k cross join lateral (
  select * from change c where c.connection_id = k.id and ${OPEN} and ${condition}
    and not exists (select 1 from change n where n.connection_id = c.connection_id and n.stream = c.stream and n.native_id = c.native_id
      and n.id > c.id and n.state = 'review')
  order by c.id limit ${limit}) c
order by c.id limit ${limit}`,
  );
}

const OLDER = {
  name: 'supersede-older-reviews',
  text: `
update change o set state = 'stale', settled_at = $2, reason = jsonb_build_object('code', 'change.superseded', 'message', jsonb_build_object(
  'en', 'A newer change of the same object was decided.', 'zh', '同一对象的较新变更已裁决。'))
from change c where c.id = $1::bigint and o.connection_id = c.connection_id and o.stream = c.stream and o.native_id = c.native_id
  and o.id < c.id and o.state = 'review' and o.kind = 'upsert' and o.reason->>'code' = 'change.identity'`,
};

/** Earlier reviews of the same native object end with the decision about its newest. */
export async function supersedeOlderReviews(sql: Sql, id: string, now: Date): Promise<void> {
  await sql.run(OLDER, [id, now]);
}

const TAKEN = {
  name: 'has-copy-in-connection',
  text: `select 1 as taken from replica where record_id = $1 and connection_id = $2 and native_id is not null and state <> 'gone'`,
};

/** Whether a record has a copy in a connection already: linking a second one would lose the first. */
export async function hasCopyIn(sql: Sql, recordId: string, connectionId: string): Promise<boolean> {
  return (await sql.run(TAKEN, [recordId, connectionId])).length > 0;
}

const LINK = {
  name: 'link-undecided-change',
  text: `
update change set state = 'pending', reason = $2::jsonb, settled_at = null where id = $1::bigint and state in ('pending', 'review') returning id`,
};

/** Stores a person's link for a change that is in review or is matched anew at this moment; false = it was merged meanwhile. */
export async function linkUndecidedChange(sql: Sql, id: string, decision: object): Promise<boolean> {
  return (await sql.run(LINK, [id, JSON.stringify(decision)])).length > 0;
}
