/**
 * Standard Webhooks (https://www.standardwebhooks.com): who sent these bytes, and when. Each fault has a code of its own, so
 * that whoever sets up a phone sees what is wrong with it.
 */
import type { Request } from 'express';
import { Webhook } from 'standardwebhooks';
import { ConfigError } from '../service/config';
import { HttpError } from '../service/http-errors';

/** How far a sender's clock may be from ours, in seconds. */
const WINDOW_SECONDS = 300;
const MAX_ID_LENGTH = 200;

export interface HookHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

export interface HookVerifier {
  /** Judges what can be judged before the body is read. @throws HttpError 401, or 400 for an id that is too long */
  headersOf(request: Request): HookHeaders;
  /** @throws HttpError 401 where no active secret made this signature of these bytes */
  verify(headers: HookHeaders, rawBody: string): void;
}

/**
 * Two secrets are accepted while one is rotated. Without any, every request is refused.
 * @throws ConfigError naming the variable at fault
 */
export function createHookVerifier(channel: string, secrets: readonly string[]): HookVerifier {
  const variable = `HOOK_SECRETS_${channel.toUpperCase()}`;
  if (secrets.length > 2)
    throw new ConfigError(`${variable} holds more than two values: one, or two while it is rotated`);
  const active = secrets.map((secret) => webhookOf(secret, variable));
  return {
    headersOf(request) {
      if (active.length === 0)
        throw new HttpError(401, 'hook_not_configured', `this hook has no secret yet: ${variable} is not set`);
      const id = headerOf(request, 'id');
      if (id.length > MAX_ID_LENGTH)
        throw new HttpError(400, 'bad_request', `webhook-id is longer than ${MAX_ID_LENGTH} characters`);
      const timestamp = headerOf(request, 'timestamp');
      checkTimestamp(timestamp);
      return { id, timestamp, signature: headerOf(request, 'signature') };
    },
    verify({ id, timestamp, signature }, rawBody) {
      const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
      if (!active.some((webhook) => accepts(webhook, rawBody, headers)))
        throw new HttpError(401, 'webhook_signature_wrong', 'no active secret of this hook made webhook-signature');
    },
  };
}

function webhookOf(secret: string, variable: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new ConfigError(`${variable} holds a value that is no Standard Webhooks secret: whsec_ and base64`);
  }
}

function headerOf(request: Request, name: 'id' | 'timestamp' | 'signature'): string {
  const value = request.get(`webhook-${name}`);
  if (value) return value;
  throw new HttpError(401, `webhook_${name}_missing`, `the header webhook-${name} is missing`);
}

function checkTimestamp(timestamp: string): void {
  if (!/^\d{1,12}$/.test(timestamp))
    throw new HttpError(401, 'webhook_timestamp_wrong', 'webhook-timestamp must be in whole seconds since 1970');
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > WINDOW_SECONDS)
    throw new HttpError(401, 'webhook_timestamp_stale', 'webhook-timestamp is more than five minutes from our clock');
}

function accepts(webhook: Webhook, rawBody: string, headers: Record<string, string>): boolean {
  try {
    webhook.verify(rawBody, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}
