import type { QueueOptions } from 'bull';

/** Bull's settings for a Redis URL. The queue bounds every `add` itself: while Redis is away ioredis would keep it waiting. */
export function bullOptions(redisUrl: string): QueueOptions {
  const url = new URL(redisUrl);
  const retryStrategy = (times: number): number => Math.min(times * 200, 2_000);
  return {
    prefix: '{isthmus}',
    redis: {
      host: url.hostname,
      port: Number(url.port || 6379),
      ...(url.username && { username: decodeURIComponent(url.username) }),
      ...(url.password && { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' && { tls: {} }),
      db: Number(url.pathname.slice(1) || 0),
      maxRetriesPerRequest: 1,
      enableReadyCheck: false,
      retryStrategy,
    },
    settings: { stalledInterval: 15_000, maxStalledCount: 2 },
  };
}
