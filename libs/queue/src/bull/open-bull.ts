import { getQueueToken, BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Queue as Bull } from 'bull';
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
  return { queue: new BullQueue(bull, options), bull, closeModule: () => context.close() };
}
