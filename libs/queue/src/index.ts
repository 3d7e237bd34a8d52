export { BullQueue } from './bull/bull-queue.js';
export type { BullQueueOptions } from './bull/bull-queue.js';
export { openBull } from './bull/open-bull.js';
export type { OpenedBull } from './bull/open-bull.js';
export { PostgresQueue } from './postgres/postgres-queue.js';
export type { PostgresQueueOptions } from './postgres/postgres-queue.js';
export { workKinds } from './queue.js';
export type { DueWorkFinder, Queue, QueueDepth, QueueReporter, Work, WorkHandler, WorkKind } from './queue.js';
