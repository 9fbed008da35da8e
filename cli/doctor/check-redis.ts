/** Redis: is it there? */
import { Redis } from 'ioredis';
import { causeOf } from '../cli-error';
import { fail, ok, type Check } from './checks';

const LIMIT_MS = 3_000;

export async function checkRedis(url: string): Promise<Check> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: LIMIT_MS,
    commandTimeout: LIMIT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault = 'no connection';
  redis.on('error', (error: Error) => (fault = causeOf(error)));
  try {
    await redis.connect();
    await redis.ping();
    return ok('Redis', 'answers');
  } catch {
    const hint =
      'Start it, or mend REDIS_URL. SMS are approved without it; the live figures of the admin edge stand still.';
    return fail('Redis', `does not answer (${fault})`, hint, 'away');
  } finally {
    redis.disconnect();
  }
}
