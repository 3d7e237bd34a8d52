import type { Sql } from '../database.js';
import { Selection } from './selection.js';
import type { Page } from './selection.js';

/** A change or replica that waits for a person. */
export interface ListedDeadLetter {
  /** `change:<id>` or `replica:<record id>:<connection>`. */
  readonly id: string;
  readonly stage: 'capture' | 'merge' | 'deliver';
  readonly code: string;
  readonly path: string | null;
  readonly message: { readonly en: string; readonly zh: string } | null;
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly nativeId: string | null;
  readonly recordId: string | null;
  readonly since: Date;
}

/** Sort key of the list. */
export interface DeadLetterPosition {
  readonly since: string;
  readonly id: string;
}

/** How dead letters are narrowed. */
export interface DeadLetterFilter {
  readonly connectionId?: string;
  readonly entity?: string;
  readonly code?: string;
}

// The first issue of a mapping or of the canonical check says more than the code around it.
const ISSUE = `coalesce(c.reason->'issues'->0, c.reason->'findings'->0)`;
const WORDS = (value: string): string => `case when ${value} ? 'en' then ${value} end`;

/** Both kinds as one relation; `limit` bounds what each connection gives. */
const letters = (changeCondition: string, replicaCondition: string, limit: string): string => `
select 'change:' || c.id as id, case when c.raw is null and c.kind = 'upsert' then 'capture' else 'merge' end as stage,
  coalesce(${ISSUE}->>'code', c.reason->>'code', 'unknown') as code, coalesce(${ISSUE}->>'path', '') as path,
  coalesce(${WORDS(`${ISSUE}->'message'`)}, ${WORDS(`c.reason->'message'`)}) as message,
  c.connection_id as "connectionId", c.stream, c.entity, c.native_id as "nativeId", c.record_id as "recordId", c.received_at as since
from (select * from change c where c.connection_id = k.id and c.state in ('waiting', 'review', 'rejected', 'dead')
  and c.state in ('rejected', 'dead') and ${changeCondition} order by c.id limit ${limit}) c
union all
select 'replica:' || p.record_id || ':' || p.connection_id, 'deliver', coalesce(p.failure->>'code', 'unknown'), coalesce(p.failure->>'field', ''),
  ${WORDS(`p.failure->'message'`)}, p.connection_id, p.stream, p.entity, p.native_id, p.record_id, coalesce(p.behind_since, now())
from (select * from replica p where p.connection_id = k.id and p.state = 'dead' and ${replicaCondition} order by p.behind_since limit ${limit}) p`;

/** Most rows of one connection that lists and groups look at. */
const LOOKED_AT = 20_000;

/** Dead letters, oldest first. */
export async function listDeadLetters(
  sql: Sql,
  filter: DeadLetterFilter,
  page: Page<DeadLetterPosition>,
): Promise<ListedDeadLetter[]> {
  const selection = narrowed('list-dead-letters', filter);
  const looked = selection.parameter(LOOKED_AT);
  const limit = selection.parameter(page.limit);
  if (page.after) {
    const id = selection.parameter(page.after.id);
    selection.where('after', `(l.since, l.id) > (?::timestamptz, ${id})`, page.after.since);
  }
  return selection.run<ListedDeadLetter>(
    sql,
    (condition) => `
select l.id, l.stage, l.code, nullif(l.path, '') as path, l.message, l."connectionId", l.stream, l.entity, l."nativeId", l."recordId", l.since
from connection k cross join lateral (${letters('true', 'true', looked)}) l where ${condition} order by l.since, l.id limit ${limit}`,
  );
}

function narrowed(name: string, filter: DeadLetterFilter): Selection {
  return new Selection(name)
    .where('connection', 'k.id = ?', filter.connectionId)
    .where('entity', 'l.entity = ?', filter.entity)
    .where('code', 'l.code = ?', filter.code);
}

/** Dead letters with one cause. */
export interface DeadLetterCause {
  readonly stage: 'capture' | 'merge' | 'deliver';
  readonly connectionId: string;
  readonly entity: string;
  readonly code: string;
  readonly path: string | null;
  readonly message: { readonly en: string; readonly zh: string } | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly sample: string;
}

/** Causes, the most frequent first. List indexes in paths count as one: line 1 and line 7 have one cause. */
export async function groupDeadLetters(sql: Sql, filter: DeadLetterFilter): Promise<DeadLetterCause[]> {
  const selection = narrowed('group-dead-letters', filter);
  const looked = selection.parameter(LOOKED_AT);
  return selection.run<DeadLetterCause>(
    sql,
    (condition) => `
select l.stage, l."connectionId", l.entity, l.code, nullif(regexp_replace(l.path, '/[0-9]+(?=/|$)', '/*', 'g'), '') as path,
  (array_agg(l.message order by l.since desc))[1] as message, count(*)::int as count, min(l.since) as "firstAt", max(l.since) as "lastAt",
  (array_agg(l.id order by l.since desc))[1] as sample
from connection k cross join lateral (${letters('true', 'true', looked)}) l where ${condition}
group by 1, 2, 3, 4, 5 order by count desc, "connectionId", code limit 500`,
  );
}
