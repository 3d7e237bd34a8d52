import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { shopWebhook } from './shop-orders.js';
import type { ShopEvent, ShopWebhook } from './shop-orders.js';

const PATIENCE_MS = 5_000;
const REPEAT_AFTER_MS = 50;

/** A sender as the real ones are: it repeats every event until a 2xx answers it. */
export interface Sending {
  /** Events that a 2xx has answered so far. */
  readonly acknowledged: ShopEvent[];
  /** How often each status was answered; 0 = no answer came. */
  readonly answers: Map<number, number>;
  /** Resolves when every event was answered with 2xx. */
  readonly done: Promise<void>;
  /** Gives up what is not acknowledged yet. */
  stop(): void;
}

/** Sends events, at most `concurrency` at a time; events of one order go out one after the other. */
export function sendEvents(url: string, events: readonly ShopEvent[], concurrency = 16): Sending {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const lines = new Map<number, ShopEvent[]>();
  for (const event of events) lines.set(event.order, [...(lines.get(event.order) ?? []), event]);
  const waiting = [...lines.values()];
  const acknowledged: ShopEvent[] = [];
  const answers = new Map<number, number>();
  let stopped = false;
  const worker = async (): Promise<void> => {
    for (let line = waiting.shift(); line; line = waiting.shift()) {
      for (const event of line) {
        if (await isAcknowledged(shopWebhook(event))) acknowledged.push(event);
      }
    }
  };
  const isAcknowledged = async (webhook: ShopWebhook): Promise<boolean> => {
    while (!stopped) {
      const status = await post(url, agent, webhook);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      if (status >= 200 && status < 300) return true;
      await pause(REPEAT_AFTER_MS);
    }
    return false;
  };
  const done = Promise.all(Array.from({ length: concurrency }, worker)).then(() => agent.destroy());
  const stop = (): void => {
    stopped = true;
  };
  return { acknowledged, answers, done, stop };
}

/** The status of the answer; 0 when there was none. */
function post(url: string, agent: Agent, { headers, body }: ShopWebhook): Promise<number> {
  return new Promise((done) => {
    const call = request(url, { method: 'POST', agent, headers: { ...headers, 'content-length': body.length } });
    call.setTimeout(PATIENCE_MS, () => call.destroy());
    call.once('error', () => done(0));
    call.once('response', (answer) => {
      answer.resume();
      answer.once('end', () => done(answer.statusCode ?? 0));
      answer.once('close', () => done(0));
    });
    call.end(body);
  });
}
