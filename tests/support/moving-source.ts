import { FailureError, makeFailure, pagesByKeyset, pagesByNumber, windowedPages } from '@isthmus/connector-kit';
import type { KitClock, ReadRequest, Row, RunPage, Page } from '@isthmus/connector-kit';

/** How a source lists its rows, how exact its stamps are, and how its clock goes. */
export interface SourceKind {
  readonly paging: 'number' | 'keyset';
  /** Milliseconds to which stamps are cut. */
  readonly granularityMs: number;
  /** Its clock against ours. */
  readonly skewMs: number;
  /** Whether its answers tell its clock. */
  readonly tellsTime: boolean;
  readonly pageSize: number;
}

interface Stored {
  readonly id: string;
  readonly note: string;
  readonly at: string;
  /** From when on (our clock) lists show it. */
  readonly visibleMs: number;
}

export const OVERLAP_MS = 120_000;

/** A system that commits late and whose rows move while they are read. */
export class MovingSource {
  /** Contents that a row ever had, in order. */
  readonly history = new Map<string, string[]>();
  /** Pages that were asked for, by their first row's place. */
  pagesLoaded = 0;
  /** Called while a page is on its way: changes something, or ends the process. */
  beforePage: (page: number) => void = () => undefined;
  private readonly rows = new Map<string, Stored[]>();
  private counter = 0;

  constructor(
    readonly kind: SourceKind,
    private readonly clock: Pick<KitClock, 'now'>,
  ) {}

  /** A row is made or changed by a transaction that begins now and is visible after `delayMs`. */
  write(id: string, delayMs = 0, aheadMs = 0): void {
    const nowMs = this.clock.now().getTime();
    const { granularityMs, skewMs } = this.kind;
    const stamp = Math.floor((nowMs + skewMs + aheadMs) / granularityMs) * granularityMs;
    const last = this.rows.get(id)?.at(-1);
    // Two transactions on one row wait for one another, as in any database.
    const visibleMs = Math.max(nowMs + delayMs, last?.visibleMs ?? 0);
    this.counter += 1;
    const note = `v${String(this.counter).padStart(6, '0')}`;
    const row = { id, note, at: new Date(stamp).toISOString(), visibleMs };
    this.rows.set(id, [...(this.rows.get(id) ?? []), row]);
    this.history.set(id, [...(this.history.get(id) ?? []), note]);
  }

  /** A row is deleted, at once. */
  remove(id: string): void {
    this.rows.delete(id);
  }

  has(id: string): boolean {
    return this.rows.has(id);
  }

  /** What lists show now, by ascending stamp and id. */
  visible(): Stored[] {
    const nowMs = this.clock.now().getTime();
    return [...this.rows.values()]
      .flatMap((versions) => versions.filter((row) => row.visibleMs <= nowMs).slice(-1))
      .sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));
  }

  /** Reads as a connector reads. */
  read(request: ReadRequest): AsyncGenerator<Page> {
    return windowedPages({
      request,
      clock: this.clock,
      overlapMs: OVERLAP_MS,
      modifiedAt: (row) => row['at'] as string,
      ...(this.kind.tellsTime && { sourceNow: () => new Date(this.clock.now().getTime() + this.kind.skewMs) }),
      pages: (since, resume) => this.pages(since, resume),
    });
  }

  private pages(
    since: string | undefined,
    resume: Parameters<typeof pagesByNumber>[0]['resume'],
  ): AsyncGenerator<RunPage> {
    const { pageSize } = this.kind;
    const from = since === undefined ? '' : this.cut(since);
    if (this.kind.paging === 'number')
      return pagesByNumber({
        resume,
        size: pageSize,
        keyOf: (row) => row['id'] as string,
        load: (page) => {
          this.loads();
          const all = this.visible().filter((row) => row.at >= from);
          return Promise.resolve({
            rows: all.slice((page - 1) * pageSize, page * pageSize).map(shown),
            total: all.length,
          });
        },
      });
    return pagesByKeyset({
      resume,
      since: from === '' ? undefined : from,
      size: pageSize,
      byId: true,
      timeOf: (row) => row['at'] as string,
      idOf: (row) => row['id'] as string,
      load: ({ time = '', id }) => {
        this.loads();
        const after = this.visible().filter((row) =>
          id === undefined ? row.at >= time : row.at > time || (row.at === time && row.id > id),
        );
        return Promise.resolve(after.slice(0, pageSize).map(shown));
      },
    });
  }

  /** A filter is as coarse as the stamps. */
  private cut(since: string): string {
    const { granularityMs } = this.kind;
    return new Date(Math.floor(Date.parse(since) / granularityMs) * granularityMs).toISOString();
  }

  private loads(): void {
    this.pagesLoaded += 1;
    this.beforePage(this.pagesLoaded);
  }
}

function shown({ id, note, at }: Stored): Row {
  return { id, note, at, name: `row ${id}` };
}

/** A far side that cannot be reached at the moment. */
export function outage(): FailureError {
  return new FailureError(makeFailure('transient', 'test.away', 'The source is away.', '来源不可用。'));
}
