import { Selection } from '../admin/selection.js';
import type { Page } from '../admin/selection.js';
import { textArray } from '../binary-arrays.js';
import type { Sql } from '../database.js';

/** One difference between both sides, as a run found it. */
export interface NewDifference {
  readonly connectionId: string;
  readonly stream: string;
  readonly entity: string;
  readonly cause: string;
  /** A word that says more than the cause. */
  readonly detail: string;
  readonly recordId: string | null;
  readonly nativeId: string;
  /** Canonical fields (JSON Pointers; list items by their key). */
  readonly fields: readonly string[];
  readonly action: string;
  /** What the difference was found between: a repair that finds anything else there leaves it alone. */
  readonly recordVersion: number | null;
  readonly baseHash: string | null;
  /** The far side's row, where repairing needs it. */
  readonly row: string | null;
  readonly rowAt: Date | null;
}

const INSERT = {
  name: 'insert-differences',
  text: `
insert into reconcile_difference (run_id, connection_id, stream, entity, cause, detail, record_id, native_id, fields, action, record_version, base_hash,
  row_text, row_at)
select $1, d.connection_id, d.stream, d.entity, d.cause, d.detail, d.record_id, d.native_id,
  array(select jsonb_array_elements_text(d.fields::jsonb)), d.action, d.record_version, d.base_hash, d.row_text, d.row_at
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::int[], $12::text[],
  $13::text[], $14::timestamptz[])
  as d(connection_id, stream, entity, cause, detail, record_id, native_id, fields, action, record_version, base_hash, row_text, row_at)`,
};

/** Keeps differences of a run. */
export async function insertDifferences(sql: Sql, runId: string, differences: readonly NewDifference[]): Promise<void> {
  if (differences.length === 0) return;
  await sql.run(INSERT, [
    runId,
    differences.map((row) => row.connectionId),
    differences.map((row) => row.stream),
    differences.map((row) => row.entity),
    differences.map((row) => row.cause),
    differences.map((row) => row.detail),
    differences.map((row) => row.recordId),
    differences.map((row) => row.nativeId),
    differences.map((row) => JSON.stringify(row.fields)),
    differences.map((row) => row.action),
    differences.map((row) => row.recordVersion),
    differences.map((row) => row.baseHash),
    textArray(differences.map((row) => row.row)),
    differences.map((row) => row.rowAt),
  ]);
}

const BOTH = {
  name: 'mark-edited-on-both',
  text: `
update reconcile_difference d set cause = 'edited-both', detail = 'same-field'
where d.run_id = $1 and d.cause = 'lost' and d.detail = 'edit-not-told' and exists (
  select 1 from reconcile_difference o where o.run_id = $1 and o.record_id = d.record_id and o.connection_id <> d.connection_id
    and o.detail in ('edit-not-told', 'same-field') and o.fields && d.fields)`,
};

/** Edits of one field in several connections, none of which was told, are edits on both sides. */
export async function markEditedOnBoth(sql: Sql, runId: string): Promise<void> {
  await sql.run(BOTH, [runId]);
}

/** How many differences of one stream have a cause and an action. */
export interface DifferenceCount {
  readonly connectionId: string;
  readonly stream: string;
  readonly cause: string;
  readonly action: string;
  readonly state: string;
  readonly count: number;
}

const COUNT = {
  name: 'count-differences',
  text: `
select connection_id as "connectionId", stream, cause, action, state, count(*)::int as count from reconcile_difference
where run_id = $1 group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
};

/** Counts a run's differences. */
export async function countDifferences(sql: Sql, runId: string): Promise<DifferenceCount[]> {
  return sql.run<DifferenceCount>(COUNT, [runId]);
}

/** A stored difference, without the far side's row. */
export interface ListedDifference extends Omit<NewDifference, 'row' | 'rowAt' | 'baseHash'> {
  readonly seq: string;
  readonly state: 'planned' | 'applied' | 'stale' | 'skipped';
}

const COLUMNS = `d.seq::text, d.connection_id as "connectionId", d.stream, d.entity, d.cause, d.detail, d.record_id as "recordId",
  d.native_id as "nativeId", d.fields, d.action, d.record_version as "recordVersion", d.state`;

/** Differences of a run in the order in which they were found. */
export async function listDifferences(
  sql: Sql,
  filter: { readonly runId: string; readonly cause?: string; readonly state?: string },
  page: Page<string>,
): Promise<ListedDifference[]> {
  const selection = new Selection('list-differences')
    .where('run', 'd.run_id = ?::bigint', filter.runId)
    .where('cause', 'd.cause = ?', filter.cause)
    .where('state', 'd.state = ?', filter.state)
    .where('after', 'd.seq > ?::bigint', page.after);
  const limit = selection.parameter(page.limit);
  return selection.run<ListedDifference>(
    sql,
    (condition) => `select ${COLUMNS} from reconcile_difference d where ${condition} order by d.seq limit ${limit}`,
  );
}

const SAMPLES = {
  name: 'sample-differences',
  text: `
select ${COLUMNS} from (values ('late'), ('lost'), ('edited-both'), ('mapping'), ('forbidden'), ('deleted')) as k(cause) cross join lateral (
  select * from reconcile_difference d where d.run_id = $1 and d.cause = k.cause order by d.seq limit $2) d
order by d.seq`,
};

/** The first differences of every cause. */
export async function sampleDifferences(sql: Sql, runId: string, perCause: number): Promise<ListedDifference[]> {
  return sql.run<ListedDifference>(SAMPLES, [runId, perCause]);
}
