/**
 * The one door. One transaction writes the SMS and its sighting; only after the commit is the source told, and only then is
 * the run started. Where Temporal is away the row waits for the sweeper; where PostgreSQL is away nothing is acknowledged.
 */
import { createHash } from 'node:crypto';
import { deliveryKeyOf, fingerprintOf, senderKey } from '../domain/fingerprint';
import { DOUBT_MS, pairDelivery } from '../domain/pairing';
import { workflowIdOf } from '../domain/sms';
import { writeAudit } from '../db/audit';
import { touchDevice, type DeviceRow } from '../db/devices';
import { insertSighting, insertSms, lookUpDelivery, rememberHook, takeInIfNew, type NewSms } from '../db/inbox';
import { writeOutbox } from '../db/outbox';
import type { Db, Transaction } from '../db/query';
import { queryRows } from '../db/query';
import type { Logger } from '../service/logger';
import { fingerprintLockKey } from '../service/lock-keys';
import { uniqueViolation } from '../service/postgres';
import type { Accepted, HookConflict, Inbound, Intake, SmsStarter } from './ports';

export interface IntakeDeps {
  readonly db: Db;
  readonly starter: SmsStarter;
  readonly logger: Logger;
  /** ISO 3166 code for senders written as national numbers; undefined: such senders are kept as they are. */
  readonly defaultCountry: string | undefined;
}

/** Starts under way at once; past this the sweeper starts the rest, so that a Temporal that hangs cannot fill the memory. */
const MAX_STARTS = 500;

/** A racing copy of the same delivery or request loses to a unique index and then finds what won. */
const RACE_TRIES = 3;

export function createIntake(deps: IntakeDeps): Intake {
  const starts = new Set<Promise<void>>();

  function start(smsId: number, inbound: Inbound): void {
    if (starts.size >= MAX_STARTS) return;
    const starting: Promise<void> = deps.starter
      .startNew({ smsId, source: inbound.source })
      .then(
        () => undefined,
        (error: unknown) => deps.logger.warn({ err: error, smsId }, 'run not started; the sweeper will start it'),
      )
      .finally(() => starts.delete(starting));
    starts.add(starting);
  }

  return {
    async acceptSms(inbound) {
      const written = await writeInbound(deps, inbound);
      if ('conflict' in written) return written;
      if (!written.duplicate && !written.paired) start(written.smsId, inbound);
      return written;
    },
    async drain() {
      await Promise.all(starts);
    },
  };
}

/** Rolls everything back that the delivery has written so far, its device's first contact too. */
class WebhookIdReused extends Error {
  override readonly name = 'WebhookIdReused';
}

async function writeInbound(deps: IntakeDeps, inbound: Inbound): Promise<Accepted | HookConflict> {
  for (let tried = 1; ; tried += 1) {
    try {
      const plainlyNew = await writePlainlyNew(deps, inbound);
      if (plainlyNew) return plainlyNew;
      return await deps.db.transaction(async (trx) => writeOnce(trx, await prepare(trx, deps, inbound)));
    } catch (error) {
      if (error instanceof WebhookIdReused) return { conflict: 'webhook_id_reused' };
      if (uniqueViolation(error) === undefined || tried >= RACE_TRIES) throw error;
    }
  }
}

/**
 * Nearly every SMS of a channel without devices is the only one of its kind: one round trip, where a transaction of weighed
 * statements takes five. Undefined where it is not: nothing was written then.
 */
async function writePlainlyNew(deps: IntakeDeps, inbound: Inbound): Promise<Accepted | undefined> {
  if (inbound.deviceId !== null || inbound.via !== undefined || inbound.doubtful === true) return undefined;
  const sms = await prepare(deps.db, deps, inbound);
  const lockKey = fingerprintLockKey(sms.fingerprint);
  const smsId = await takeInIfNew(deps.db, sms, { lockKey, doubtMs: DOUBT_MS });
  return smsId === null ? undefined : accepted(smsId, 'new');
}

type Prepared = Omit<NewSms, 'status' | 'duplicateOf'> & {
  readonly doubtful: boolean;
  readonly repeatsWithinMs: number | undefined;
};

async function prepare(db: Db, deps: IntakeDeps, inbound: Inbound): Promise<Prepared> {
  const { source, sourceAccount, messageId, sender, body, receivedAt, hook } = inbound;
  const device = await deviceOf(db, inbound);
  const line = device?.line ?? inbound.line ?? sourceAccount;
  const senderNormal = senderKey(sender, deps.defaultCountry);
  return {
    source,
    sourceAccount,
    deviceId: device?.id ?? null,
    messageId,
    sender,
    senderNormal,
    body,
    receivedAt,
    line,
    via: inbound.via ?? 'direct',
    threadId: inbound.threadId ?? null,
    doubtful: inbound.doubtful ?? false,
    repeatsWithinMs: inbound.repeatsWithinMs,
    trusted: device?.trusted ?? true,
    fingerprint: fingerprintOf({ sender: senderNormal, body, line }),
    deliveryKey: deliveryKeyOf(inbound),
    bodyHash: createHash('sha256').update(sender).update('\0').update(body).digest('hex'),
    hookChannel: hook?.channel ?? null,
    webhookId: hook?.webhookId ?? null,
    hookBodyHash: hook?.bodyHash ?? null,
  };
}

async function deviceOf(db: Db, { source, sourceAccount, deviceId }: Inbound): Promise<DeviceRow | null> {
  return deviceId === null ? null : touchDevice(db, { source, sourceAccount, externalId: deviceId });
}

async function writeOnce(trx: Transaction, sms: Prepared): Promise<Accepted> {
  const key = fingerprintLockKey(sms.fingerprint);
  await queryRows(trx, `SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))`, { key });
  const found = await lookUpDelivery(trx, sms, DOUBT_MS);
  if (found.hook) {
    if (found.hook.bodyHash !== sms.hookBodyHash) throw new WebhookIdReused();
    return accepted(found.hook.smsId, 'duplicate');
  }
  if (found.sameDeliverySmsId !== null) {
    await rememberHook(trx, sms, found.sameDeliverySmsId);
    return accepted(found.sameDeliverySmsId, 'duplicate');
  }
  const repeated = found.sameMessageId.find((other) => other.bodyHash === sms.bodyHash);
  const pairing = repeated ? ({ pairing: 'in_doubt', smsId: repeated.smsId } as const) : pairDelivery(sms, found.kin);
  if (pairing.pairing === 'same') {
    await insertSighting(trx, pairing.smsId, sms, pairing.reanchor);
    return accepted(pairing.smsId, 'paired');
  }
  const smsId = await insertNew(trx, sms, pairing.pairing === 'in_doubt' ? pairing.smsId : null);
  const [reused] = found.sameMessageId;
  if (reused && !repeated) await alarmReusedId(trx, smsId, reused.smsId);
  return accepted(smsId, 'new');
}

function accepted(smsId: number, how: 'new' | 'duplicate' | 'paired'): Accepted {
  return { smsId, workflowId: workflowIdOf(smsId), duplicate: how === 'duplicate', paired: how === 'paired' };
}

async function insertNew(trx: Transaction, sms: Prepared, duplicateOf: number | null): Promise<number> {
  const doubtful = sms.doubtful || duplicateOf !== null;
  const status = sms.trusted ? (doubtful ? 'awaiting_review' : 'received') : 'held_untrusted_device';
  const smsId = await insertSms(trx, { ...sms, status, doubtful, duplicateOf });
  if (status !== 'received') {
    const review_reason = status === 'awaiting_review' ? 'possible_duplicate' : null;
    await writeOutbox(trx, {
      topic: 'sms.status',
      key: `sms:${smsId}:1:${status}:${review_reason ?? '-'}`,
      payload: { sms_id: smsId, attempt: 1, status, review_reason, needs_check: true },
    });
  }
  return smsId;
}

/** A wiped phone starts its message ids again: the SMS is new, and somebody should know. */
async function alarmReusedId(trx: Transaction, smsId: number, earlierSmsId: number): Promise<void> {
  const after = { sms_id: smsId, earlier_sms_id: earlierSmsId };
  await writeAudit(trx, { actor: 'intake', byPerson: false, action: 'sighting.message_id_reused', smsId, after });
  await writeOutbox(trx, {
    topic: 'alarm',
    key: `message_id_reused:${smsId}`,
    payload: { alarm: 'message_id_reused', ...after },
  });
}
