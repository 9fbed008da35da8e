/** Pushbullet's error envelope: `{"error":{"type","message","cat"}}`. */
import type { Response } from 'express';

export class PushbulletApiError extends Error {
  override readonly name = 'PushbulletApiError';
  constructor(
    readonly status: number,
    message: string,
    readonly type = status >= 500 ? 'server' : 'invalid_request',
  ) {
    super(message);
  }
}

const CAT = '~(=^..^)';

export function sendApiError(response: Response, { status, type, message }: PushbulletApiError): void {
  response.status(status).json({ error: { type, message, cat: CAT } });
}
