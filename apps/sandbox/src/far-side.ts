import type { FastifyInstance } from 'fastify';
import type { Clock } from './store/clock.js';
import type { CallLog } from './wire/calls.js';
import type { FaultBook } from './wire/faults.js';
import type { JsonObject } from './wire/json.js';
import type { WebhookSender } from './webhooks/sender.js';

/** A change that a person makes in the system's own user interface. */
export interface Edit {
  readonly type: string;
  /** Which record; without `id` and `match` a new one is created. */
  readonly id?: string;
  /** The first record whose fields have these values. */
  readonly match?: Readonly<Record<string, string>>;
  readonly set?: JsonObject;
  readonly remove?: boolean;
}

/** A request to fill a far side with many plausible records. */
export interface Generation {
  readonly type: string;
  readonly count: number;
  /** @default 1 */
  readonly seed?: number;
  /** Tell the webhook target about every one. @default false */
  readonly webhooks?: boolean;
}

/** One imitated system: what the control surface, the page and tests can do with it. */
export interface FarSide {
  readonly name: string;
  readonly clock: Clock;
  readonly calls: CallLog;
  readonly faults: FaultBook;
  readonly webhooks: WebhookSender<unknown>;
  /** Switches and credentials; changed in place through `configure`. */
  readonly settings: JsonObject;
  /** Special things that only this system can do, by name. */
  readonly actions: Readonly<Record<string, (body: JsonObject) => unknown>>;
  /** Adds the routes under the system's prefix. */
  register(scope: FastifyInstance): void;
  /** Changes settings (`settings`) or webhook settings (`webhooks`); unknown names are refused. */
  configure(change: { settings?: JsonObject; webhooks?: JsonObject }): void;
  edit(change: Edit): unknown;
  /** Fills in the demonstration data. */
  seed(): void;
  generate(request: Generation): number;
  types(): Record<string, number>;
  /** Everything stored of one type, as stored. */
  records(type: string): unknown[];
  /** Empties the system and forgets calls and faults; settings stay. */
  reset(): Promise<void>;
  load(): Promise<void>;
  close(): Promise<void>;
}

/** A mistake in a request to the control surface. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Takes over the members of `change` that `target` has with the same kind of value. */
export function applySettings(target: JsonObject, change: JsonObject, what: string): void {
  for (const [name, value] of Object.entries(change)) {
    if (!Object.hasOwn(target, name)) throw new ControlError(400, `${what} has no setting "${name}"`);
    target[name] = value;
  }
}
