import type { Sql } from '../database.js';

// A chain of references that is longer than this is taken for no ring.
const LONGEST_RING = 20;
const BREAK = {
  name: 'break-waiting-rings',
  text: `
with recursive waits as (
  select id, received_at, connection_id, stream || '|' || native_id as key, waiting_on from change
  where state = 'waiting' and waiting_on not like 'create|%' and reason->'completes' is null
), walk as (
  select w.id as start, w.connection_id, w.key as start_key, w.waiting_on, w.id as least, 1 as length from waits w
  where w.waiting_on = w.key or exists (select 1 from waits n where n.connection_id = w.connection_id and n.key = w.waiting_on)
  union all
  select k.start, k.connection_id, k.start_key, n.waiting_on, least(k.least, n.id), k.length + 1
  from walk k join waits n on n.connection_id = k.connection_id and n.key = k.waiting_on
  where k.waiting_on <> k.start_key and k.length < ${LONGEST_RING}
)
update change c set state = 'pending', waiting_on = null, reason = '{"partly": true}'
from waits w
where c.id = w.id and c.received_at = w.received_at and c.state = 'waiting'
  and exists (select 1 from walk k where k.start = w.id and k.waiting_on = k.start_key and k.least = k.start)`,
};

/**
 * Finds changes that wait for each other in a ring, all of them for something that no record is of yet, and lets the oldest of each ring be
 * merged without the reference. It waits again for the reference alone, which it gets when the others are merged.
 */
export async function breakWaitingRings(sql: Sql): Promise<void> {
  await sql.run(BREAK, []);
}
