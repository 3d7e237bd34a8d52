import { getQueueToken, BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Queue as Bull } from 'bull';
import pTimeout from 'p-timeout';
import type { Queue, Work } from '../queue.js';
import { BullQueue } from './bull-queue.js';
import type { BullQueueOptions } from './bull-queue.js';
import { bullOptions } from './connect-bull.js';

const QUEUE_NAME = 'work';

/** The queue with the Nest module that owns its Redis connections, and Bull itself for the dashboard. */
export interface OpenedBull {
  readonly queue: Queue;
  readonly bull: Bull<Work>;
  closeModule(): Promise<void>;
}

/** Opens the Bull queue over `@nestjs/bull`. Resolves also while Redis is away: the hub then works without it until it is back. */
export async function openBull(redisUrl: string, options: BullQueueOptions): Promise<OpenedBull> {
  class WorkQueueModule {}
  Module({ imports: [BullModule.forRoot(bullOptions(redisUrl)), BullModule.registerQueue({ name: QUEUE_NAME })] })(
    WorkQueueModule,
  );
  const context = await NestFactory.createApplicationContext(WorkQueueModule, { logger: false, abortOnError: false });
  const bull = context.get<Bull<Work>>(getQueueToken(QUEUE_NAME));
  try {
    await checkEviction(bull);
  } catch (error) {
    await context.close();
    throw error;
  }
  return { queue: new BullQueue(bull, options), bull, closeModule: () => context.close() };
}

/** Redis may throw hints away: the settings of the server have to be changed before the hub starts. */
export class QueueSettingsError extends Error {
  override readonly name = 'QueueSettingsError';
}

const PATIENCE_MS = 2_000;

/** A Redis that is away, or that shows its settings to nobody, is no reason not to start: hints may be lost, work is not. */
async function checkEviction(bull: Bull<Work>): Promise<void> {
  const asked = Promise.resolve(bull.client.config('GET', 'maxmemory-policy')) as Promise<unknown>;
  const answer = await pTimeout(asked, { milliseconds: PATIENCE_MS }).catch(() => []);
  const policy: unknown = Array.isArray(answer) ? answer[1] : undefined;
  if (typeof policy !== 'string' || policy === 'noeviction') return;
  throw new QueueSettingsError(
    `Redis may throw away what the hub puts into it: its maxmemory-policy is ${policy}. Start Redis with --maxmemory-policy noeviction, or name another server in REDIS_URL. Without REDIS_URL the hub needs no Redis.`,
  );
}
