/** `POST /hooks/sms/generic`: the door for whatever can send a signed request. The hot path of the API. */
import { createHash } from 'node:crypto';
import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { normaliseSender } from '../../domain/phone';
import { MAX_BODY_LENGTH } from '../../domain/text';
import type { Intake } from '../../intake/ports';
import { HttpError } from '../../service/http-errors';
import { bodyText, check, parseJson, requireJson } from '../check-input';
import { createHookVerifier, type HookHeaders, type HookVerifier } from '../hook-signature';
import type { HookRoute, Route } from '../route';
import { emptyQuery, name, rowId, text, timeParameter } from '../text-rules';

export interface HookRouteDeps {
  readonly intake: Intake;
  /** HOOK_SECRETS_GENERIC */
  readonly secrets: readonly string[];
  readonly defaultCountry: string | undefined;
}

const CHANNEL = 'generic';

/** An SMS of the greatest length with every character escaped, and its envelope. */
const BODY_LIMIT_BYTES = 32 * 1024;

const hookBody = z.strictObject({
  source_account: name(200).meta({ description: 'Whose phone, line or gateway: part of what tells deliveries apart' }),
  device_id: name(200).nullish().meta({ description: 'A device is held untrusted until a person trusts it' }),
  message_id: name(200),
  sender: name(64),
  body: text(MAX_BODY_LENGTH).min(1),
  received_at: timeParameter.meta({ description: "The phone's clock, ISO 8601 with offset" }),
});

const hookHeaders = z.object({
  'webhook-id': z.string().max(200),
  'webhook-timestamp': z.string().meta({ description: 'Seconds since 1970, within five minutes' }),
  'webhook-signature': z.string().meta({ description: '`v1,` and the base64 of HMAC-SHA256 of `id.timestamp.body`' }),
});

const accepted = z.object({
  id: rowId,
  workflow_id: z.string(),
  duplicate: z.boolean().meta({ description: 'This delivery came before; this is its first answer again' }),
});

/** @throws ConfigError where a secret is malformed */
export function hookRoutes(deps: HookRouteDeps): HookRoute {
  const verifier = createHookVerifier(CHANNEL, deps.secrets);
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });
  const handler = acceptHandler(deps, verifier);
  const route: Route = {
    method: 'post',
    path: '/hooks/sms/generic',
    summary: 'Deliver an SMS, signed by Standard Webhooks',
    description: 'Answered once the SMS is safe. The same webhook-id with the same body gets the first answer again.',
    query: emptyQuery,
    headers: hookHeaders,
    body: hookBody,
    answers: { 200: accepted },
    errors: [401, 409, 413, 415, 422, 503],
    handler,
  };
  const early: RequestHandler = (request, _response, next) => {
    // A request that is refused by its headers alone is not read.
    verifier.headersOf(request);
    next();
  };
  return { route, handlers: [early, raw, handler] };
}

function acceptHandler({ intake, defaultCountry }: HookRouteDeps, verifier: HookVerifier): RequestHandler {
  return async (request, response) => {
    const headers: HookHeaders = verifier.headersOf(request);
    const rawBody = bodyText(request);
    verifier.verify(headers, rawBody);
    check(emptyQuery, request.query, 'the query');
    requireJson(request);
    const sms = check(hookBody, parseJson(rawBody), 'the body');
    const sender = normaliseSender(sms.sender, defaultCountry);
    if (!sender.ok) throw new HttpError(422, 'sender_not_valid', sender.message);
    const bodyHash = createHash('sha256').update(rawBody).digest('hex');
    const result = await intake.acceptSms({
      source: 'webhook',
      sourceAccount: sms.source_account,
      deviceId: sms.device_id ?? null,
      messageId: sms.message_id,
      sender: sms.sender,
      body: sms.body,
      receivedAt: sms.received_at,
      hook: { channel: CHANNEL, webhookId: headers.id, bodyHash },
    });
    if ('conflict' in result)
      throw new HttpError(409, result.conflict, 'this webhook-id was used before, for another body');
    response.json({ id: result.smsId, workflow_id: result.workflowId, duplicate: result.duplicate });
  };
}
