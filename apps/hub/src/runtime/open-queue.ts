import type { Logger, PlatformSettings } from '@isthmus/platform';
import { openBull, PostgresQueue } from '@isthmus/queue';
import type { DueWorkFinder, Queue, QueueReporter } from '@isthmus/queue';

/** Opens the queue that the settings ask for: Bull with a Redis URL, else the ledger itself. */
export async function openQueue(
  settings: PlatformSettings,
  parts: { readonly findDueWork: DueWorkFinder; readonly logger: Logger },
  stops: (() => Promise<unknown>)[],
): Promise<Queue> {
  const report: QueueReporter = ({ code, work, error }) => parts.logger.warn({ code, work, err: error }, 'queue');
  const options = { findDueWork: parts.findDueWork, report };
  if (settings.redisUrl === undefined) return new PostgresQueue(options);
  const opened = await openBull(settings.redisUrl, options);
  stops.push(() => opened.closeModule());
  return opened.queue;
}
