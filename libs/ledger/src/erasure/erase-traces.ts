import type { Sql } from '../database.js';

/** What is left of a failure: its kind and code. */
const BARE_FAILURE = `case when failure is null then null else jsonb_build_object('kind', failure->'kind', 'code', failure->'code') end`;

const ATTEMPTS = {
  name: 'erase-attempts',
  text: `
with touched as (
  update attempt set calls = null, failure = ${BARE_FAILURE} where record_ids && $1::uuid[] and (calls is not null or failure ? 'message') returning 1
)
select count(*)::int as count from touched`,
};

/** Takes requests and answers out of all tries that the records took part in. What went out in one call with them loses its calls too. */
export async function eraseAttempts(sql: Sql, recordIds: readonly string[]): Promise<number> {
  if (recordIds.length === 0) return 0;
  return (await sql.run<{ count: number }>(ATTEMPTS, [recordIds]))[0]?.count ?? 0;
}

const without = (path: string): string => `
(select coalesce(jsonb_agg(x), '[]') from jsonb_array_elements(coalesce(report#>'${path}', '[]')) x where not coalesce(x->>'recordId' = any($1::text[]), false))`;

const isNamed = (path: string): string =>
  `exists (select 1 from jsonb_array_elements(coalesce(report#>'${path}', '[]')) x where x->>'recordId' = any($1::text[]))`;

const MAPPING_RUNS = {
  name: 'erase-from-mapping-runs',
  text: `
update mapping_run set report = jsonb_set(jsonb_set(report, '{samples}', ${without('{samples}')}), '{problems,items}', ${without('{problems,items}')})
where ${isNamed('{samples}')} or ${isNamed('{problems,items}')}`,
};
const UNDO_RUNS = {
  name: 'erase-from-undo-runs',
  text: `update undo_run set report = jsonb_set(report, '{samples}', ${without('{samples}')}) where ${isNamed('{samples}')}`,
};
const ANSWERS = {
  name: 'erase-kept-answers',
  text: `
update idempotency i set answer = jsonb_build_object('erased', true)
where i.answer is not null and exists (select 1 from unnest($1::text[]) as t(id) where strpos(i.answer::text, t.id) > 0 or strpos(i.route, t.id) > 0)`,
};
const ROWS = {
  name: 'erase-rows-of-differences',
  text: `
update reconcile_difference set row_text = null, state = case when state = 'planned' and row_text is not null then 'stale' else state end
where record_id = any($1::uuid[])`,
};

/** Takes the records out of samples of runs, out of rows kept by comparisons, and out of answers kept for repeated requests. */
export async function eraseFromReports(sql: Sql, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await sql.run(MAPPING_RUNS, [recordIds]);
  await sql.run(UNDO_RUNS, [recordIds]);
  await sql.run(ANSWERS, [recordIds]);
  await sql.run(ROWS, [recordIds]);
}

const MERGES = {
  name: 'erase-merges',
  text: `
update record_merge set report = '{"erased": true}', undo = '{"ofOther": [], "parked": [], "references": [], "conflicts": [], "changes": [], "followers": []}',
  undone_by = case when state = 'merged' then $2 else undone_by end, undone_at = case when state = 'merged' then $3 else undone_at end, state = 'undone'
where survivor = any($1::uuid[]) or other = any($1::uuid[])`,
};
// Pointers into keyed lists hold the key, and that may be a phone number.
const POINTERS = {
  name: 'erase-pointers-in-audit',
  text: `
update audit set details = (details - 'fields') || jsonb_build_object('fieldCount', coalesce(jsonb_array_length(details->'fields'), 0))
where object in (select 'record:' || id from unnest($1::text[]) as t(id)) and jsonb_typeof(details->'fields') = 'array'`,
};
const CONFLICT_POINTERS = {
  name: 'erase-conflict-pointers-in-audit',
  text: `
update audit set details = details - 'pointer' - 'choices'
where object in (select 'record:' || id from unnest($1::text[]) as t(id)) and (details ? 'pointer' or details ? 'choices')`,
};
const LINKS = {
  name: 'drop-links-to-erased',
  text: `update change set reason = null where state = 'pending' and reason->>'link' = any($1::text[])`,
};
const MATCHED = {
  name: 'match-anew-without-erased',
  text: `
update change c set state = 'pending', reason = null, settled_at = null
where c.state = 'review' and c.state in ('waiting', 'review', 'rejected', 'dead') and c.reason->>'code' = 'change.identity'
  and exists (select 1 from jsonb_array_elements(c.reason->'candidates') k where k->>'recordId' = any($1::text[]))`,
};

/** Takes a person out of merges, audit pointers and decisions; identity reviews that named the person are matched anew. */
export async function erasePersonTraces(
  sql: Sql,
  recordIds: readonly string[],
  by: { readonly actor: string; readonly now: Date },
): Promise<void> {
  await sql.run(MERGES, [recordIds, by.actor, by.now]);
  await sql.run(POINTERS, [recordIds]);
  await sql.run(CONFLICT_POINTERS, [recordIds]);
  await sql.run(LINKS, [recordIds]);
  await sql.run(MATCHED, [recordIds]);
}
