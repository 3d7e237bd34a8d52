import { applySettings, type FarSide } from './far-side.js';
import { Clock } from './store/clock.js';
import { Store } from './store/store.js';
import type { Table } from './store/table.js';
import { CallLog } from './wire/calls.js';
import { FaultBook } from './wire/faults.js';
import type { JsonObject } from './wire/json.js';
import type { WebhookFormat } from './webhooks/sender.js';
import { WebhookSender, type WebhookSettings } from './webhooks/sender.js';

/** What a system is started with. */
export interface SystemOptions {
  /** Journal file; without it the data lives in memory only. */
  readonly journal?: string;
  readonly now?: () => number;
  /** False switches all rate limits off. */
  readonly limits?: boolean;
  readonly settings?: JsonObject;
  readonly webhooks?: JsonObject;
}

/** What all imitated systems share: clock, journal, counts, faults, webhook sender, settings that survive a restart. */
export class BaseSystem<Event> {
  readonly clock: Clock;
  readonly calls = new CallLog();
  readonly faults: FaultBook;
  readonly webhooks: WebhookSender<Event>;
  protected readonly store: Store;
  private readonly kept: Table<JsonObject>;

  constructor(
    readonly name: string,
    readonly settings: JsonObject,
    webhookSettings: WebhookSettings,
    format: WebhookFormat<Event>,
    private readonly options: SystemOptions,
  ) {
    this.clock = new Clock(options.now);
    this.faults = new FaultBook(() => this.clock.now());
    this.store = new Store(options.journal);
    this.kept = this.store.table('#settings');
    this.webhooks = new WebhookSender<Event>(format, webhookSettings);
    if (options.limits === false) this.settings['limits'] = false;
  }

  get prefix(): string {
    return `/${this.name}`;
  }

  now(): number {
    return this.clock.now();
  }

  configure(change: { settings?: JsonObject; webhooks?: JsonObject }): void {
    this.apply(change);
    this.kept.put('settings', { ...this.settings }, this.now());
    this.kept.put('webhooks', { ...this.webhooks.settings }, this.now());
  }

  /** Actions whose effects are not counted as calls. */
  protected aside(actions: FarSide['actions']): FarSide['actions'] {
    return Object.fromEntries(
      Object.entries(actions).map(([name, run]) => [name, (body) => this.calls.aside(() => run(body))]),
    );
  }

  async load(): Promise<void> {
    await this.store.load();
    this.apply({ settings: this.kept.get('settings') ?? {}, webhooks: this.kept.get('webhooks') ?? {} });
    this.apply({ settings: this.options.settings ?? {}, webhooks: this.options.webhooks ?? {} });
    if (this.options.limits === false) this.settings['limits'] = false;
    this.afterLoad();
  }

  async reset(): Promise<void> {
    await this.store.clear();
    this.calls.clear();
    this.faults.clear();
    this.webhooks.clear();
    this.configure({});
    this.afterLoad();
  }

  async close(): Promise<void> {
    this.webhooks.close();
    await this.store.flush();
  }

  /** Rebuilds what is derived from the tables. */
  protected afterLoad(): void {}

  private apply(change: { settings?: JsonObject; webhooks?: JsonObject }): void {
    applySettings(this.settings, change.settings ?? {}, this.name);
    applySettings(this.webhooks.settings as unknown as JsonObject, change.webhooks ?? {}, `${this.name} webhooks`);
  }
}
