import type { Sql } from '../database.js';

const SETTLE = {
  name: 'settle-reviewed-change',
  text: `update change set state = 'ignored', reason = $2::jsonb, settled_at = $3 where id = $1::bigint and state = 'review' returning id`,
};

/** A person decided that a change in review has no effect; false = it does not wait for a decision any more. */
export async function settleReviewed(sql: Sql, id: string, reason: object, now: Date): Promise<boolean> {
  return (await sql.run(SETTLE, [id, JSON.stringify(reason), now])).length > 0;
}
