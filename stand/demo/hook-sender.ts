/** Sends SMS as a phone's app would: signed by Standard Webhooks, again under the same id until the door has answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { call, Refused } from './http';

export interface HookDelivery {
  readonly source_account: string;
  readonly device_id: string | null;
  readonly message_id: string;
  readonly sender: string;
  readonly body: string;
  readonly received_at: string;
}

export interface HookAnswer {
  readonly smsId: number;
  /** The door had this very delivery before. */
  readonly duplicate: boolean;
}

/** The same id with the same delivery is the same request. */
export type SendHook = (webhookId: string, delivery: HookDelivery) => Promise<HookAnswer>;

const PATH = '/hooks/sms/generic';
const TRIES = 8;
const PAUSE_MS = 400;

const accepted = z.object({ id: z.int(), duplicate: z.boolean() });

export function createHookSender(apiUrl: string, secret: string): SendHook {
  const webhook = new Webhook(secret);
  return async (webhookId, delivery) => {
    const body = JSON.stringify(delivery);
    for (let tried = 1; ; tried += 1) {
      const at = new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': webhookId,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(webhookId, at, body),
      };
      try {
        const { json } = await call(apiUrl, PATH, { method: 'POST', headers, body });
        const { id, duplicate } = accepted.parse(json);
        return { smsId: id, duplicate };
      } catch (error) {
        if (!isPassing(error) || tried >= TRIES) throw error;
        await sleep(tried * PAUSE_MS);
      }
    }
  };
}

/** Nothing was acknowledged, so the phone keeps the SMS and sends it again. */
function isPassing(error: unknown): boolean {
  return error instanceof Refused && (error.status === 0 || error.status === 429 || error.status >= 500);
}
