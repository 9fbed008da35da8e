/** Is Redis there? The API needs it for nothing else, and starts and works without it. */
import { Redis } from 'ioredis';
import type { Logger } from '../service/logger';

export interface RedisLink {
  probe(): Promise<void>;
  close(): void;
}

const RETRY_CAP_MS = 5_000;

export function linkRedis(url: string, logger: Logger): RedisLink {
  const redis = new Redis(url, {
    connectionName: 'recon-api',
    // A question that cannot be asked now fails now: health is about this moment.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_500,
    retryStrategy: (times) => Math.min(times * 200, RETRY_CAP_MS),
  });
  redis.on('error', (error: Error) => logger.debug({ err: error }, 'redis is away'));
  return {
    async probe() {
      await redis.ping();
    },
    close: () => redis.disconnect(),
  };
}
