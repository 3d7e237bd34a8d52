import type { Sql } from '../database.js';

const CONFLICTS = {
  name: 'move-open-conflicts',
  text: `update conflict set record_id = $2 where record_id = $1 and state = 'open' returning id::text`,
};

/** Open conflicts of one record become another's; returns their ids. */
export async function moveOpenConflicts(sql: Sql, from: string, to: string): Promise<string[]> {
  return (await sql.run<{ id: string }>(CONFLICTS, [from, to])).map((row) => row.id);
}

const CONFLICTS_BACK = {
  name: 'give-conflicts-back',
  text: `update conflict set record_id = $2 where id = any($1::bigint[])`,
};

/** Conflicts go back to the record that they were of. */
export async function giveConflictsBack(sql: Sql, ids: readonly string[], recordId: string): Promise<void> {
  if (ids.length > 0) await sql.run(CONFLICTS_BACK, [ids, recordId]);
}

const DELETIONS = {
  name: 'move-reviewed-deletions',
  text: `
update change set record_id = $2 where state = 'review' and state in ('waiting', 'review', 'rejected', 'dead') and record_id = $1
returning id::text`,
};

/** Deletions that wait for a decision about one record wait for it about another; returns their ids. */
export async function moveReviewedDeletions(sql: Sql, from: string, to: string): Promise<string[]> {
  return (await sql.run<{ id: string }>(DELETIONS, [from, to])).map((row) => row.id);
}

const DELETIONS_BACK = {
  name: 'give-deletions-back',
  text: `update change set record_id = $2 where id = any($1::bigint[]) and state = 'review'`,
};

/** Deletions that still wait go back to the record that they were of. */
export async function giveDeletionsBack(sql: Sql, ids: readonly string[], recordId: string): Promise<void> {
  if (ids.length > 0) await sql.run(DELETIONS_BACK, [ids, recordId]);
}

const RELEASE = {
  name: 'release-reviews-of-record',
  text: `
update change set state = 'pending', reason = null, settled_at = null
where state = 'review' and state in ('waiting', 'review', 'rejected', 'dead') and reason->>'code' = 'change.identity'
  and reason->'candidates' @> jsonb_build_array(jsonb_build_object('recordId', $1::text))
returning id::text`,
};

/** Identity reviews that name a record are matched anew; returns their ids. */
export async function releaseReviewsOf(sql: Sql, recordId: string): Promise<string[]> {
  return (await sql.run<{ id: string }>(RELEASE, [recordId])).map((row) => row.id);
}

const RELINK = {
  name: 'relink-decided-changes',
  text: `update change set reason = jsonb_set(reason, '{link}', to_jsonb($2::text)) where entity = $3 and state = 'pending' and reason->>'link' = $1::text`,
};

/** Decisions to link to one record that are not carried out yet mean another. */
export async function relinkDecidedChanges(sql: Sql, entity: string, from: string, to: string): Promise<void> {
  await sql.run(RELINK, [from, to, entity]);
}
