/** Whatever sends SMS to the signed hook, as the outside world does it. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import type { Ground } from './ground';
import { SENDER, SOURCE_ACCOUNT } from './sms-items';
import type { BenchSms } from './worker-messages';

export interface Acknowledged {
  readonly smsId: number;
  /** Milliseconds from the request to its whole answer. */
  readonly ackMs: number;
}

export interface HookSender {
  send(sms: BenchSms): Promise<Acknowledged>;
  close(): Promise<void>;
}

const reply = z.object({ id: z.number() });

export function createHookSender(ground: Ground, connections: number): HookSender {
  const agent = new Agent({ connections, keepAliveTimeout: 30_000 });
  const webhook = new Webhook(ground.secret('HOOK_SECRETS_GENERIC'));
  return {
    async send(sms) {
      const body = JSON.stringify({
        source_account: SOURCE_ACCOUNT,
        message_id: sms.messageId,
        sender: SENDER,
        body: sms.body,
        received_at: new Date().toISOString(),
      });
      const id = randomUUID();
      const now = new Date();
      const headers = {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': webhook.sign(id, now, body),
      };
      const startedMs = performance.now();
      const answer = await request(`${ground.stand.urls.api}/hooks/sms/generic`, {
        method: 'POST',
        dispatcher: agent,
        headers,
        body,
      });
      const text = await answer.body.text();
      const ackMs = performance.now() - startedMs;
      if (answer.statusCode !== 200) throw new Error(`the hook answered ${answer.statusCode}: ${text}`);
      return { smsId: reply.parse(JSON.parse(text)).id, ackMs };
    },
    close: () => agent.close(),
  };
}
