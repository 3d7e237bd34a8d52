import { randomUUID } from 'node:crypto';
import type { Cursor, Failure, Page, Row } from '@isthmus/connector-kit';
import { FailureError } from '@isthmus/connector-kit';
import {
  advanceCursor,
  claimCursor,
  findKnownRows,
  insertChanges,
  keepCursor,
  LANE,
  releaseCursor,
} from '@isthmus/ledger';
import type { CursorPurpose, NewChange, Sql } from '@isthmus/ledger';
import { retryDelayMs } from '@isthmus/decide';
import { rowHash } from '../topology/row-hash.js';
import type { StageContext } from '../topology/stage-context.js';
import type { ReadReport } from '../topology/read-report.js';
import { bindingOf } from '../topology/topology.js';
import type { StreamBinding } from '../topology/topology.js';

const LEASE_SECONDS = 60;

/** What to read, and why. */
export interface ReadOrder {
  readonly connectionId: string;
  readonly stream: string;
  readonly purpose: CursorPurpose;
  /** Read now, whatever the schedule says. */
  readonly force: boolean;
  /** With a full read: only rows changed from here on (RFC 3339, inclusive) up to there (exclusive). Rows without a time count as inside. */
  readonly window?: { readonly since?: string; readonly until?: string };
  /** Told of each page after it is stored; waits as long as the reader has to, and with `stop` the read ends here, to go on another time. */
  readonly afterPage?: (page: StoredPage) => Promise<'go on' | 'stop'>;
  /** Sees every row of the page before it is stored (reconcile counts). */
  readonly onRows?: (rows: readonly { readonly nativeId: string; readonly text: string }[]) => void;
}

/** A page that was stored. */
export interface StoredPage {
  /** Rows that are inside of the window. */
  readonly rows: number;
  readonly outside: number;
  /** Keeps the read's lease while the caller waits; false = it was lost. */
  readonly keep: () => Promise<boolean>;
}

/**
 * Reads a stream page by page: every page's new rows and the cursor behind them are stored in one transaction, so a crash re-reads at most
 * one page and never skips one. Rows that say nothing new are not stored.
 */
export async function readStream(context: StageContext, order: ReadOrder): Promise<ReadReport> {
  const connection = context.topology.current().connections.get(order.connectionId);
  const binding = bindingOf(context.topology.current(), order.connectionId, order.stream);
  const read = binding?.stream.read?.bind(binding.stream);
  if (!connection || !binding?.reads || !read || binding.drains) return { ran: false, rows: 0, stored: 0 };
  const token = randomUUID();
  const claimed = await claimCursor(context.database, order, {
    now: context.clock.now(),
    token,
    leaseSeconds: LEASE_SECONDS,
    force: order.force,
  });
  if (!claimed) return { ran: false, rows: 0, stored: 0 };
  const pages = read(connection.context, {
    cursor: (claimed.value as Cursor | null) ?? undefined,
    full: order.purpose !== 'changes',
    ...(order.window?.since !== undefined && { changedSince: order.window.since }),
  });
  return new StreamReading(context, binding, order, token).run(pages, claimed.attempts);
}

class StreamReading {
  private rows = 0;
  private stored = 0;

  constructor(
    private readonly context: StageContext,
    private readonly binding: StreamBinding,
    private readonly order: ReadOrder,
    private readonly token: string,
  ) {}

  async run(pages: AsyncIterable<Page>, attempts: number): Promise<ReadReport> {
    try {
      for await (const page of pages) {
        if (!(await this.store(page))) return this.report();
        if (await this.mustStop(page)) return await this.stopHere();
      }
    } catch (error) {
      return this.fail(error, attempts);
    }
    await this.release('idle', this.nextReadAt(), undefined);
    return this.report();
  }

  private report(failure?: Failure): ReadReport {
    return { ran: true, rows: this.rows, stored: this.stored, ...(failure && { failure }) };
  }

  private async mustStop(page: Page): Promise<boolean> {
    if (!this.order.afterPage) return false;
    const rows = page.rows.filter((row) => this.isInside(row)).length;
    const keep = (): Promise<boolean> =>
      keepCursor(this.context.database, this.order, { token: this.token, leaseSeconds: LEASE_SECONDS });
    return (await this.order.afterPage({ rows, outside: page.rows.length - rows, keep })) === 'stop';
  }

  /** The next read goes on after the last page. */
  private async stopHere(): Promise<ReadReport> {
    await releaseCursor(this.context.database, this.order, {
      token: this.token,
      state: 'idle',
      nextAt: this.context.clock.now(),
      now: this.context.clock.now(),
      failure: undefined,
      restart: false,
      isFinished: false,
    });
    return { ...this.report(), stopped: true };
  }

  private isInside(row: Row): boolean {
    const { since, until } = this.order.window ?? {};
    const at = since === undefined && until === undefined ? undefined : this.binding.stream.modifiedAt?.(row);
    const ms = at === undefined ? Number.NaN : Date.parse(at);
    return !(ms < Date.parse(since ?? '')) && !(ms >= Date.parse(until ?? ''));
  }

  private async store(page: Page): Promise<boolean> {
    const rows = page.rows.filter((row) => this.isInside(row)).map((row) => this.keyed(row));
    this.order.onRows?.(rows);
    const held = await this.context.database.transaction(async (sql) => {
      const position = { token: this.token, value: page.cursor, rows: rows.length, leaseSeconds: LEASE_SECONDS };
      if (!(await advanceCursor(sql, this.order, position))) return false;
      await this.storeRows(sql, rows);
      return true;
    });
    this.rows += rows.length;
    if (held && rows.length > 0) this.context.hint({ kind: 'merge', key: this.binding.entity });
    return held;
  }

  private async storeRows(sql: Sql, rows: readonly KeyedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const known = await findKnownRows(
      sql,
      this.order.connectionId,
      this.order.stream,
      this.binding.entity,
      rows.map((row) => ({ nativeId: row.nativeId, hash: rowHash(row.text), text: row.text })),
    );
    const fresh = rows.filter((row) => !known.has(row.nativeId));
    await insertChanges(
      sql,
      this.context.clock.now(),
      fresh.map((row) => this.changeOf(row)),
    );
    this.stored += fresh.length;
    const labels = { connection: this.order.connectionId, entity: this.binding.entity };
    this.context.observer.count('capture', { ...labels, outcome: this.order.purpose }, fresh.length);
    this.context.observer.count('capture', { ...labels, outcome: 'known' }, rows.length - fresh.length);
  }

  private keyed(row: Row): KeyedRow {
    return {
      nativeId: this.binding.stream.key(row),
      text: JSON.stringify(row),
      sourceAt: this.binding.stream.modifiedAt?.(row),
    };
  }

  private changeOf(row: KeyedRow): NewChange {
    const { purpose } = this.order;
    return {
      connectionId: this.order.connectionId,
      stream: this.order.stream,
      entity: this.binding.entity,
      nativeId: row.nativeId,
      kind: 'upsert',
      origin: purpose === 'changes' ? 'poll' : purpose,
      lane: purpose === 'changes' ? LANE.live : purpose === 'backfill' ? LANE.backfill : LANE.reconcile,
      raw: row.text,
      eventKey: undefined,
      sourceAt: row.sourceAt,
    };
  }

  private nextReadAt(): Date {
    return new Date(this.context.clock.now().getTime() + (this.binding.stream.pollSeconds ?? 60) * 1_000);
  }

  private async fail(error: unknown, attempts: number): Promise<ReadReport> {
    if (!(error instanceof FailureError)) {
      await this.release('idle', this.nextReadAt(), {
        code: 'read.defect',
        message: { en: String(error), zh: String(error) },
      });
      throw error;
    }
    const { failure } = error;
    if (failure.kind === 'auth') await this.context.pauseConnection(this.order.connectionId, failure);
    const afterMs = retryDelayMs(
      attempts + 1,
      this.context.random(),
      undefined,
      Math.min(failure.retryAfterMs ?? 0, 3_600_000),
    );
    // A poll that failed never comes back sooner than the poll interval asks, unless the page itself was interrupted.
    const nextAt = new Date(this.context.clock.now().getTime() + afterMs);
    await this.release(failure.kind === 'contract' ? 'stopped' : 'idle', nextAt, failure);
    this.context.observer.warn({
      code: failure.code,
      message: failure.message.en,
      details: { connection: this.order.connectionId, stream: this.order.stream },
    });
    return this.report(failure);
  }

  private release(state: 'idle' | 'stopped', nextAt: Date, failure: object | undefined): Promise<void> {
    const now = this.context.clock.now();
    const restart = failure === undefined && this.order.purpose !== 'changes';
    return releaseCursor(this.context.database, this.order, {
      token: this.token,
      state,
      nextAt,
      now,
      failure,
      restart,
    });
  }
}

interface KeyedRow {
  readonly nativeId: string;
  readonly text: string;
  readonly sourceAt: string | undefined;
}
