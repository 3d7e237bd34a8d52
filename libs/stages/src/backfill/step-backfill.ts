import { randomUUID } from 'node:crypto';
import { retryDelayMs } from '@isthmus/decide';
import {
  advanceBackfill,
  claimBackfill,
  deliverAgain,
  endBackfill,
  failBackfill,
  insertChanges,
  LANE,
  pageBackfillList,
  pageBackfillReplicas,
  releaseBackfill,
} from '@isthmus/ledger';
import type { Backfill, BackfillItem, NewChange, Sql } from '@isthmus/ledger';
import { readStream } from '../capture/read-stream.js';
import type { StoredPage } from '../capture/read-stream.js';
import type { StageContext } from '../topology/stage-context.js';
import { bindingOf } from '../topology/topology.js';
import type { StreamBinding } from '../topology/topology.js';

const LEASE_SECONDS = 60;
const PAGE = 200;
const LOOK_AGAIN_MS = 2_000;
/** So long at most a read waits without asking whether it is still wanted. */
const SLICE_MS = 2_000;
const MOST_ATTEMPTS = 20;

/** How a process works on backfills. */
export interface BackfillWork {
  /** Ends when the process stops: what is under way goes on elsewhere, from its last page. */
  readonly signal: AbortSignal;
  /** Fault tests stop the process here: a page is stored and counted. */
  readonly failpoint?: (backfillId: number) => void;
}

/**
 * Takes a backfill that may go on and does a part of it: a read to its end (or until it is paused), or one page of a list. A process that
 * dies loses at most one page; any other goes on after the lease.
 *
 * @returns false when there was none to take
 */
export async function stepBackfill(context: StageContext, work: BackfillWork): Promise<boolean> {
  const token = randomUUID();
  const claim = { now: context.clock.now(), token, leaseSeconds: LEASE_SECONDS, not: unreachable(context) };
  const backfill = await claimBackfill(context.database, claim);
  if (!backfill) return false;
  try {
    const binding = bindingOf(context.topology.current(), backfill.connectionId, backfill.stream);
    if (!binding) throw new Error(`${backfill.connectionId} has no stream ${backfill.stream} in a flow any more`);
    const isRead = backfill.direction === 'in' && (backfill.selection === 'all' || backfill.selection === 'window');
    await (isRead ? readAll(context, backfill, token, work) : takePage(context, backfill, binding, token, work));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const message = { en: `A step failed: ${text}`, zh: `步骤失败：${text}` };
    await fail(context, backfill, token, { code: 'backfill.failed', message }, 0);
  }
  return true;
}

/** Connections that are paused, down or in maintenance, or that drain. */
function unreachable(context: StageContext): string[] {
  return [...context.topology.current().connections.values()].flatMap((connection) =>
    connection.mayClaim(2) === 0 ? [connection.id] : [],
  );
}

async function readAll(context: StageContext, backfill: Backfill, token: string, work: BackfillWork): Promise<void> {
  const { connectionId, stream, changedSince, changedUntil } = backfill;
  const pace = new Pace(context, backfill, token, work);
  const report = await readStream(context, {
    connectionId,
    stream,
    purpose: 'backfill',
    force: true,
    window: {
      ...(changedSince && { since: changedSince.toISOString() }),
      ...(changedUntil && { until: changedUntil.toISOString() }),
    },
    afterPage: (page) => pace.after(page),
  });
  if (report.failure) {
    await fail(context, backfill, token, report.failure, report.failure.retryAfterMs ?? 0);
    return;
  }
  if (report.ran && !report.stopped && pace.isHeld) {
    await endBackfill(context.database, backfill.id, { token, state: 'done', now: context.clock.now() });
    return;
  }
  // Somebody else still holds the read: a process that died, until its lease is over.
  if (!report.ran)
    await advance(context.database, context, backfill, token, { done: 0, skipped: 0, waitMs: LOOK_AGAIN_MS });
  await releaseBackfill(context.database, backfill.id, token);
}

/** Keeps a read to its speed, and asks between two pages whether it is still wanted. */
class Pace {
  isHeld = true;
  private startedAtMs: number;

  constructor(
    private readonly context: StageContext,
    private readonly backfill: Backfill,
    private readonly token: string,
    private readonly work: BackfillWork,
  ) {
    this.startedAtMs = context.clock.now().getTime();
  }

  async after({ rows, outside, keep }: StoredPage): Promise<'go on' | 'stop'> {
    const { context, backfill, token } = this;
    this.isHeld = await advance(context.database, context, backfill, token, {
      done: rows,
      skipped: outside,
      waitMs: 0,
    });
    this.work.failpoint?.(backfill.id);
    const untilMs = this.startedAtMs + pauseMs(backfill, rows + outside);
    while (this.isHeld && !this.work.signal.aborted && context.clock.now().getTime() < untilMs) {
      await this.sleep(Math.min(SLICE_MS, untilMs - context.clock.now().getTime()));
      const isWanted = await advance(context.database, context, backfill, token, { done: 0, skipped: 0, waitMs: 0 });
      this.isHeld = isWanted && (await keep());
    }
    this.startedAtMs = context.clock.now().getTime();
    return this.isHeld && !this.work.signal.aborted ? 'go on' : 'stop';
  }

  private async sleep(ms: number): Promise<void> {
    const clock = this.context.topology.current().connections.get(this.backfill.connectionId)?.context.clock;
    await clock?.sleep(ms, this.work.signal).catch(() => undefined);
  }
}

/** How long so many rows take at the wanted speed. */
function pauseMs({ recordsPerSecond }: Backfill, rows: number): number {
  return recordsPerSecond === null ? 0 : (rows / recordsPerSecond) * 1_000;
}

async function takePage(
  context: StageContext,
  backfill: Backfill,
  binding: StreamBinding,
  token: string,
  work: BackfillWork,
): Promise<void> {
  const limit = Math.max(1, Math.min(PAGE, Math.ceil(backfill.recordsPerSecond ?? PAGE)));
  const { page, isHeld } = await context.database.transaction(async (sql) => {
    const items = await pageOf(sql, backfill, limit);
    const known = items.filter((item) => (backfill.direction === 'in' ? item.nativeId : item.recordId) !== null);
    const step = { done: known.length, skipped: items.length - known.length, waitMs: pauseMs(backfill, items.length) };
    const position = items.at(-1)?.position;
    const held = await advance(sql, context, backfill, token, { ...step, ...(position !== undefined && { position }) });
    if (held) await act(sql, context, backfill, binding, known);
    return { page: items, isHeld: held };
  });
  if (!isHeld) return;
  work.failpoint?.(backfill.id);
  context.hint({ kind: backfill.direction === 'in' ? 'fetch' : 'deliver', key: backfill.connectionId });
  if (page.length < limit)
    await endBackfill(context.database, backfill.id, { token, state: 'done', now: context.clock.now() });
  else await releaseBackfill(context.database, backfill.id, token);
}

function pageOf(sql: Sql, backfill: Backfill, limit: number): Promise<BackfillItem[]> {
  const { id, connectionId, stream, selection, position } = backfill;
  return selection === 'native-ids' || selection === 'records'
    ? pageBackfillList(sql, { backfillId: id, connectionId, stream }, position, limit)
    : pageBackfillReplicas(sql, backfill, position, limit);
}

async function act(
  sql: Sql,
  context: StageContext,
  { connectionId, direction }: Backfill,
  binding: StreamBinding,
  items: readonly BackfillItem[],
): Promise<void> {
  const now = context.clock.now();
  if (direction === 'out') {
    const recordIds = items.flatMap((item) => (item.recordId === null ? [] : [item.recordId]));
    await deliverAgain(sql, now, LANE.backfill, connectionId, recordIds);
    return;
  }
  await insertChanges(
    sql,
    now,
    items.flatMap((item) => (item.nativeId === null ? [] : [thin(binding, item.nativeId)])),
  );
}

/** A change that says only that the thing is to be fetched. */
function thin(binding: StreamBinding, nativeId: string): NewChange {
  return {
    connectionId: binding.connectionId,
    stream: binding.name,
    entity: binding.entity,
    nativeId,
    kind: 'upsert',
    origin: 'backfill',
    lane: LANE.backfill,
    raw: undefined,
    eventKey: undefined,
    sourceAt: undefined,
  };
}

function advance(
  sql: Sql,
  context: StageContext,
  backfill: Backfill,
  token: string,
  step: { readonly done: number; readonly skipped: number; readonly waitMs: number; readonly position?: string },
): Promise<boolean> {
  const { waitMs, ...counts } = step;
  const nextAt = waitMs > 0 ? new Date(context.clock.now().getTime() + waitMs) : null;
  return advanceBackfill(sql, backfill.id, { token, ...counts, nextAt, leaseSeconds: LEASE_SECONDS });
}

async function fail(
  context: StageContext,
  backfill: Backfill,
  token: string,
  failure: { readonly code: string; readonly message: { readonly en: string; readonly zh: string } },
  askedMs: number,
): Promise<void> {
  const now = context.clock.now();
  const afterMs = retryDelayMs(backfill.attempts + 1, context.random(), undefined, Math.min(askedMs, 3_600_000));
  const nextAt = new Date(now.getTime() + afterMs);
  await failBackfill(context.database, backfill.id, { token, failure, nextAt, mostAttempts: MOST_ATTEMPTS, now });
  context.observer.warn({ code: failure.code, message: failure.message.en, details: { backfill: backfill.id } });
}
