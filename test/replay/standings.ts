/** What a saved history tells: every payload decoded, and where the SMS stood along the way. */
import type { History } from '../../cli/histories/history-json';
import type { ReviewReason, SmsStatus } from '../../domain/sms';

export interface Told {
  readonly status: SmsStatus;
  readonly reason: ReviewReason | null;
}

/** In the order of the events; the last one is where the run left the SMS. */
export function standingsIn(history: History): Told[] {
  return payloadsIn(history).flatMap((payload) => {
    const value = payload as Partial<Told & { step: string }> | null;
    return typeof value === 'object' && value?.status !== undefined && value.step !== undefined
      ? [{ status: value.status, reason: value.reason ?? null }]
      : [];
  });
}

/** JSON payloads of every event, decoded. */
export function payloadsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return [];
  if ('data' in value && value.data instanceof Uint8Array && 'metadata' in value)
    return value.data.length === 0 ? [] : [JSON.parse(Buffer.from(value.data).toString('utf8')) as unknown];
  return Object.values(value).flatMap(payloadsIn);
}
