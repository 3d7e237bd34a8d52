import { breakWaitingRings } from '../capture/waiting-rings.js';
import type { Sql } from '../database.js';

const FREE_BLOCKED = {
  name: 'free-blocked-replicas',
  text: `
update replica b set state = 'pending', due_at = $1, blocked_on = null
from replica r
where b.state = 'blocked' and b.blocked_on = r.record_id and b.connection_id = r.connection_id and r.native_id is not null and r.state <> 'gone'`,
};

const FREE_CONFLICTS = {
  name: 'free-decided-replicas',
  text: `
update replica b set state = 'pending', due_at = $1, failure = null
where b.state = 'blocked' and b.blocked_on is null
  and not (b.failure->>'code' = 'delivery.unconfirmed' and b.entity in (select entity from flow where awaits_since is not null))
  and not exists (select 1 from conflict c where c.record_id = b.record_id and c.connection_id = b.connection_id and c.state = 'open')`,
};

const FREE_AFTER_CREATES = {
  name: 'free-after-creates',
  text: `
update change c set state = 'pending', waiting_on = null
where c.state = 'waiting' and c.waiting_on = 'create|' || c.stream
  and not exists (select 1 from replica r where r.entity = c.entity and r.connection_id = c.connection_id and r.stream = c.stream
    and r.state = 'pending' and r.native_id is null and (r.claims > 0 or r.outcome_unknown))`,
};

const FREE_WAITING = {
  name: 'free-waiting-changes',
  text: `
update change c set state = 'pending', waiting_on = null
from replica r
where c.state = 'waiting' and r.connection_id = c.connection_id and r.stream = split_part(c.waiting_on, '|', 1)
  and r.native_id = substr(c.waiting_on, strpos(c.waiting_on, '|') + 1)`,
};

const END_OVERTAKEN_REVIEWS = {
  name: 'end-overtaken-reviews',
  text: `
update change c set state = 'stale', settled_at = $1, reason = jsonb_build_object('code', 'change.superseded', 'message', jsonb_build_object(
  'en', 'A newer change of the same object was merged meanwhile.', 'zh', '同一对象已有更新的变更被合并。'))
where c.state in ('waiting', 'review', 'rejected', 'dead') and c.state = 'review' and c.kind = 'upsert' and c.reason->>'code' = 'change.identity'
  and exists (select 1 from change n where n.connection_id = c.connection_id and n.stream = c.stream and n.native_id = c.native_id
    and n.id > c.id and n.state in ('merged', 'unchanged'))`,
};

/**
 * Frees what waits for something that is there by now, and what waits in a ring. The stages do this at once; this look catches the rare case in which the waiting
 * and the arriving transaction did not see each other.
 */
export async function freeWaiting(sql: Sql, now: Date): Promise<void> {
  await sql.run(FREE_BLOCKED, [now]);
  await sql.run(FREE_CONFLICTS, [now]);
  await sql.run(END_OVERTAKEN_REVIEWS, [now]);
  await sql.run(FREE_WAITING, []);
  await sql.run(FREE_AFTER_CREATES, []);
  await breakWaitingRings(sql);
}

const FORGET_EVENTS = { name: 'forget-seen-events', text: `delete from seen_event where seen_at < $1` };
const FORGET_KEYS = { name: 'forget-idempotency-keys', text: `delete from idempotency where at < $1` };

/** Forgets event ids after `eventDays` (senders repeat for days, FAULTS S06) and answers kept for idempotency keys after one day. */
export async function forgetOldKeys(sql: Sql, now: Date, eventDays = 8): Promise<void> {
  await sql.run(FORGET_EVENTS, [new Date(now.getTime() - eventDays * 86_400_000)]);
  await sql.run(FORGET_KEYS, [new Date(now.getTime() - 86_400_000)]);
}
