import { seededRandom, shuffled, type Random } from '../store/random.js';
import { post } from './post.js';

/** Where and how badly a far side delivers its webhooks. */
export interface WebhookSettings {
  /** Target; null = nothing is sent. */
  url: string | null;
  /** Signing secret, where the system signs. */
  secret: string;
  /** Share of events that are sent twice, 0 to 1; true = all. @default false */
  duplicate: boolean | number;
  /** The second copy has its own event id. @default false */
  duplicateNewId: boolean;
  /** Send in another order than the events happened. @default false */
  shuffle: boolean;
  /** Share of events that are never sent, 0 to 1; true = all. @default false */
  drop: boolean | number;
  /** Events gather this long before they are sent. @default 20 */
  gatherMs: number;
  /** Pauses before the second, third … attempt. Afterwards the event is given up. */
  retryMs: number[];
  /** An answer later than this counts as none. @default 5000 */
  timeoutMs: number;
}

/** The settings before anyone changes them. */
export function webhookDefaults(secret: string): WebhookSettings {
  return {
    url: null,
    secret,
    duplicate: false,
    duplicateNewId: false,
    shuffle: false,
    drop: false,
    gatherMs: 20,
    retryMs: [200, 1_000, 5_000, 15_000, 30_000, 60_000],
    timeoutMs: 5_000,
  };
}

/** How one kind of system packs its events. */
export interface WebhookFormat<Event> {
  readonly maxBatch: number;
  /** Bodies under way at once. */
  readonly concurrency: number;
  pack(
    events: readonly Event[],
    attempt: number,
    settings: WebhookSettings,
  ): { body: string; headers: Record<string, string> };
  /** The same event under a new id. */
  renumber(event: Event): Event;
}

/** What became of the events so far. */
export interface WebhookReport {
  events: number;
  dropped: number;
  duplicated: number;
  delivered: number;
  attempts: number;
  givenUp: number;
}

const NOTHING: WebhookReport = { events: 0, dropped: 0, duplicated: 0, delivered: 0, attempts: 0, givenUp: 0 };

/** Delivers events in the background: gathered, in batches, with bounded retry, and with the faults that were asked for. */
export class WebhookSender<Event> {
  report: WebhookReport = { ...NOTHING };
  private waiting: Event[] = [];
  private ready: { events: Event[]; attempt: number }[] = [];
  private sending = 0;
  private timers = new Set<NodeJS.Timeout>();
  private idle: (() => void)[] = [];
  private readonly random: Random = seededRandom(7);
  private closed = false;

  constructor(
    private readonly format: WebhookFormat<Event>,
    readonly settings: WebhookSettings,
  ) {}

  push(event: Event): void {
    if (this.settings.url === null || this.closed) return;
    this.report.events += 1;
    if (this.chance(this.settings.drop)) {
      this.report.dropped += 1;
      return;
    }
    if (this.waiting.length === 0) this.later(this.settings.gatherMs, () => this.gather());
    this.waiting.push(event);
    if (this.chance(this.settings.duplicate)) {
      this.report.duplicated += 1;
      this.waiting.push(this.settings.duplicateNewId ? this.format.renumber(event) : event);
    }
  }

  /** Resolves when nothing waits and nothing is under way. */
  settled(): Promise<void> {
    if (this.isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  clear(): void {
    this.report = { ...NOTHING };
    this.waiting = [];
    this.ready = [];
  }

  /** Stops for good; what was not delivered is lost, as with any sender that is switched off. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.clear();
    this.tellIdle();
  }

  private chance(share: boolean | number): boolean {
    if (typeof share === 'boolean') return share;
    return share > 0 && this.random() < share;
  }

  private later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      run();
    }, ms);
    this.timers.add(timer);
  }

  private gather(): void {
    const events = this.settings.shuffle ? shuffled(this.random, this.waiting) : this.waiting;
    this.waiting = [];
    for (let start = 0; start < events.length; start += this.format.maxBatch)
      this.ready.push({ events: events.slice(start, start + this.format.maxBatch), attempt: 0 });
    this.pump();
  }

  private pump(): void {
    while (this.sending < this.format.concurrency) {
      const batch = this.ready.shift();
      if (batch === undefined) break;
      this.sending += 1;
      void this.deliver(batch.events, batch.attempt).finally(() => {
        this.sending -= 1;
        this.pump();
        this.tellIdle();
      });
    }
  }

  private async deliver(events: Event[], attempt: number): Promise<void> {
    const { url, timeoutMs, retryMs } = this.settings;
    if (url === null) return;
    const { body, headers } = this.format.pack(events, attempt, this.settings);
    this.report.attempts += 1;
    const { status } = await post(url, headers, body, timeoutMs);
    if (status >= 200 && status < 300) {
      this.report.delivered += events.length;
      return;
    }
    const pause = retryMs[attempt];
    if (pause === undefined || this.closed) {
      this.report.givenUp += events.length;
      return;
    }
    this.later(pause, () => {
      this.ready.push({ events, attempt: attempt + 1 });
      this.pump();
    });
  }

  private isIdle(): boolean {
    return this.waiting.length === 0 && this.ready.length === 0 && this.sending === 0 && this.timers.size === 0;
  }

  private tellIdle(): void {
    if (!this.isIdle()) return;
    const idle = this.idle;
    this.idle = [];
    for (const resolve of idle) resolve();
  }
}
