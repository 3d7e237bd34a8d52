import { randomUUID } from 'node:crypto';
import type { WebhookFormat } from '../webhooks/sender.js';

/** One thin message of the subscription: which record, not what is in it. */
export interface KingdeeEvent {
  readonly accountId: string;
  readonly bizType: string;
  readonly operation: string;
  readonly msgId: string;
  readonly timestamp: number;
  readonly data: readonly Record<string, string>[];
}

/** One message per call, unsigned. */
export const kingdeeFormat: WebhookFormat<KingdeeEvent> = {
  maxBatch: 1,
  concurrency: 8,
  pack: ([event]) => ({ body: JSON.stringify(event), headers: {} }),
  renumber: (event) => ({ ...event, msgId: randomUUID() }),
};
