/** The one handler of all phone apps: who sent it, then what it says, and nothing of it counts in another order. */
import { createHash } from 'node:crypto';
import express, { type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import { clearDeviceFault, setDeviceFault } from '../../db/device-faults';
import { findHookDevice, type HookDevice } from '../../db/device-secrets';
import { noteApp, noteHeartbeat } from '../../db/device-vitals';
import { touchDevice } from '../../db/devices';
import type { Db } from '../../db/query';
import { normaliseSender } from '../../domain/phone';
import type { PhoneApp } from '../../domain/phone-apps';
import type { Accepted, Intake } from '../../intake/ports';
import { HttpError } from '../../service/http-errors';
import type { SecretBox } from '../../service/secret-box';
import { badRequest, bodyText } from '../check-input';
import type { HookRoute } from '../route';
import { rowId } from '../text-rules';
import { checkAppSecrets, requireSigned, type DeviceKeys } from './device-key';
import type { Claim, PhoneAppDoor, PhoneEvent, PhoneSms } from './phone-app';

/** What came of a request at a door, for the figures. */
export const HOOK_OUTCOMES = ['sms', 'duplicate', 'heartbeat', 'offline', 'not_for_us', 'refused'] as const;
export type HookOutcome = (typeof HOOK_OUTCOMES)[number];

export interface PhoneHookDeps {
  readonly db: Db;
  readonly intake: Intake;
  readonly secretBox: SecretBox | undefined;
  readonly defaultCountry: string | undefined;
  readonly countHook: (app: PhoneApp, outcome: HookOutcome) => void;
}

/** The longest SMS with every character escaped, and the envelopes of the apps. Pictures are no business of ours. */
const BODY_LIMIT_BYTES = 64 * 1024;

const accepted = z.object({
  id: rowId,
  workflow_id: z.string(),
  duplicate: z.boolean().meta({ description: 'This delivery came before; this is its first answer again' }),
});
const noted = z.object({
  noted: z.enum(['heartbeat', 'offline', 'not_for_us']),
  device_id: rowId.nullable().meta({ description: 'Null where no device is known by it' }),
});
export const hookAnswer = z.union([accepted, noted]);
type Answer = z.output<typeof hookAnswer>;

/** Apps add parameters of their own against caches, so the query is not looked at. */
const anyQuery = z.looseObject({});

/** @throws ConfigError where the app's secrets are malformed */
export function phoneHookRoute(deps: PhoneHookDeps, door: PhoneAppDoor, secrets: readonly string[]): HookRoute {
  const keys = { app: door.app, appSecrets: checkAppSecrets(door.app, secrets), secretBox: deps.secretBox };
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });
  const early: RequestHandler = (request, _response, next) => {
    // A request that is refused by its headers alone is not read.
    requireTls(door, request);
    mediaTypeOf(door, request);
    door.judgeHeaders((name) => request.get(name));
    next();
  };
  const handler: RequestHandler = async (request, response) => {
    response.json(await answer(deps, door, keys, request));
  };
  const counted: express.ErrorRequestHandler = (error: unknown, _request, _response, next) => {
    deps.countHook(door.app, 'refused');
    next(error);
  };
  const route = {
    method: 'post',
    path: `/hooks/sms/${door.app}`,
    summary: door.summary,
    description: `${door.description} A try again gets the first answer.`,
    query: anyQuery,
    headers: door.headers,
    body: door.body,
    mediaTypes: door.mediaTypes,
    answers: { 200: hookAnswer },
    errors: [401, ...(door.signsBody ? [] : [403]), 409, 422, 503],
    handler,
  } as const;
  return { route, handlers: [early, raw, handler, counted] };
}

async function answer(deps: PhoneHookDeps, door: PhoneAppDoor, keys: DeviceKeys, request: Request): Promise<Answer> {
  const rawBody = bodyText(request);
  const claim = door.open({ rawBody, mediaType: mediaTypeOf(door, request), header: (name) => request.get(name) });
  const device = claim.deviceId === null ? undefined : await findHookDevice(deps.db, door.app, claim.deviceId);
  requireSigned(keys, claim, device);
  const event = claim.event();
  switch (event.kind) {
    case 'sms':
      return takeSms(deps, door, { claim, device, event, rawBody });
    case 'heartbeat':
    case 'offline':
      return noteState(deps, door.app, claim, event);
    case 'not_for_us':
      deps.countHook(door.app, 'not_for_us');
      return { noted: 'not_for_us', device_id: device?.id ?? null };
  }
}

interface SignedSms {
  readonly claim: Claim;
  readonly device: HookDevice | undefined;
  readonly event: PhoneSms;
  readonly rawBody: string;
}

async function takeSms(deps: PhoneHookDeps, door: PhoneAppDoor, signed: SignedSms): Promise<Answer> {
  const { claim, event } = signed;
  const deviceId = nameOf(claim);
  const sender = normaliseSender(event.sender, deps.defaultCountry);
  if (!sender.ok) throw new HttpError(422, 'sender_not_valid', sender.message);
  const result = await deliver(deps.intake, door, signed, deviceId);
  await noteContact(deps.db, door.app, deviceId, signed);
  deps.countHook(door.app, result.duplicate ? 'duplicate' : 'sms');
  return { id: result.smsId, workflow_id: result.workflowId, duplicate: result.duplicate };
}

async function deliver(
  intake: Intake,
  door: PhoneAppDoor,
  { event, rawBody }: SignedSms,
  deviceId: string,
): Promise<Accepted> {
  const inbound = {
    source: 'webhook',
    sourceAccount: door.app,
    deviceId,
    messageId: event.messageId,
    sender: event.sender,
    body: event.body,
    receivedAt: event.receivedAt,
    // Never the app's account alone: two phones with the same text would be taken for one SMS.
    line: event.line ?? `${door.app}/${deviceId}`,
    doubtful: event.doubtful,
  } as const;
  const bodyHash = createHash('sha256').update(rawBody).digest('hex');
  const hook = event.webhookId === null ? undefined : { channel: door.app, webhookId: event.webhookId, bodyHash };
  const result = await intake.acceptSms({ ...inbound, ...(hook && { hook }) });
  if (!('conflict' in result)) return result;
  if (door.reusedSignature === 'refuse')
    throw new HttpError(409, result.conflict, 'this id was used before, for another body');
  const doubted = await intake.acceptSms({ ...inbound, doubtful: true });
  if ('conflict' in doubted) throw new HttpError(409, doubted.conflict, 'this id was used before, for another body');
  return doubted;
}

/** After the SMS is safe: which app it is, and whether its text can be read. */
async function noteContact(db: Db, app: PhoneApp, externalId: string, { device, event }: SignedSms): Promise<void> {
  const isWell = device?.app === app && !event.encrypted && device.fault !== 'encrypted';
  if (isWell) return;
  const { id } = await touchDevice(db, { source: 'webhook', sourceAccount: app, externalId });
  await noteApp(db, id, app);
  if (event.encrypted) await setDeviceFault(db, id, 'encrypted');
  else await clearDeviceFault(db, id, ['encrypted']);
}

async function noteState(
  { db, countHook }: PhoneHookDeps,
  app: PhoneApp,
  claim: Claim,
  event: Extract<PhoneEvent, { kind: 'heartbeat' | 'offline' }>,
): Promise<Answer> {
  const identity = { source: 'webhook', sourceAccount: app, externalId: nameOf(claim) } as const;
  const { id } = await touchDevice(db, identity);
  if (event.kind === 'offline') {
    await noteApp(db, id, app);
    await setDeviceFault(db, id, 'app_killed');
  } else {
    await noteHeartbeat(db, { deviceId: id, app, vitals: event.vitals, regular: event.regular });
    await clearDeviceFault(db, id, ['app_killed']);
  }
  countHook(app, event.kind);
  return { noted: event.kind, device_id: id };
}

function nameOf({ deviceId }: Claim): string {
  if (deviceId === null) throw badRequest([{ field: 'the device', problem: 'is not named' }]);
  return deviceId;
}

function mediaTypeOf({ mediaTypes }: PhoneAppDoor, request: Request): string {
  const [type = ''] = (request.get('content-type') ?? '').toLowerCase().split(';');
  const found = mediaTypes.find((known) => known === type.trim());
  if (found !== undefined) return found;
  throw new HttpError(415, 'unsupported_media_type', `the body must be sent as ${mediaTypes.join(' or ')}`);
}

/** Only a proxy can know; one that says that it had no TLS is believed. */
function requireTls({ signsBody }: PhoneAppDoor, request: Request): void {
  const [scheme = 'https'] = (request.get('x-forwarded-proto') ?? 'https').split(',');
  if (!signsBody && scheme.trim().toLowerCase() !== 'https')
    throw new HttpError(
      403,
      'https_required',
      'the signature of this app does not cover its text: it is taken over HTTPS only',
    );
}
