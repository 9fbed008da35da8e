/** The way from a Pushbullet phone to the one door. */
import { MAX_BODY_LENGTH } from '../../domain/text';
import type { Via } from '../../domain/delivery';
import { writeAudit } from '../../db/audit';
import { writeOutbox } from '../../db/outbox';
import type { Db } from '../../db/query';
import type { Logger } from '../../service/logger';
import { describeError } from '../../service/logger';
import { isTransientPostgresError } from '../../service/postgres';
import type { Intake } from '../ports';

export interface PhoneSms {
  readonly accountIden: string;
  readonly deviceIden: string;
  readonly via: Via;
  readonly threadId?: string | null;
  readonly messageId?: string | null;
  readonly sender: string;
  readonly body: string;
  readonly receivedAt: Date;
  readonly doubtful?: boolean;
}

export type Delivered = 'new' | 'paired' | 'duplicate' | 'not_stored';

export interface Deliver {
  /** Rejects where PostgreSQL is away: then nothing was taken in, and no cursor may move. */
  (sms: PhoneSms): Promise<Delivered>;
}

export interface DeliverDeps {
  readonly intake: Pick<Intake, 'acceptSms'>;
  readonly db: Db;
  readonly logger: Logger;
}

/** Without a line that an operator gave the phone, each phone is a line of its own. */
export function lineOf(accountIden: string, deviceIden: string): string {
  return `${accountIden}/${deviceIden}`;
}

export function createDeliver({ intake, db, logger }: DeliverDeps): Deliver {
  return async (sms) => {
    const { accountIden, deviceIden, via, threadId, messageId, receivedAt } = sms;
    const { text: body, cut } = storable(sms.body);
    try {
      const answer = await intake.acceptSms({
        source: 'pushbullet',
        sourceAccount: accountIden,
        deviceId: deviceIden,
        line: lineOf(accountIden, deviceIden),
        via,
        messageId: messageId ?? null,
        ...(threadId == null ? {} : { threadId }),
        sender: storable(sms.sender).text,
        body,
        receivedAt,
        ...(sms.doubtful === true || cut ? { doubtful: true } : {}),
      });
      if ('conflict' in answer) return 'not_stored';
      return answer.duplicate ? 'duplicate' : answer.paired ? 'paired' : 'new';
    } catch (error) {
      if (isTransientPostgresError(error)) throw error;
      // One SMS that cannot be stored must not stop those behind it, and somebody must know.
      logger.error({ err: error, source: 'pushbullet', via }, 'an SMS could not be stored');
      await alarmNotStored(db, sms, describeError(error)['code']);
      return 'not_stored';
    }
  };
}

async function alarmNotStored(db: Db, { deviceIden, via, receivedAt }: PhoneSms, code: unknown): Promise<void> {
  const after = { source: 'pushbullet', via, code: typeof code === 'string' ? code : 'unknown' };
  const at = receivedAt.toISOString();
  await db.transaction(async (trx) => {
    await writeAudit(trx, { actor: 'intake', byPerson: false, action: 'sms.not_stored', subject: 'pushbullet', after });
    await writeOutbox(trx, {
      topic: 'alarm',
      key: `sms_not_stored:${deviceIden}:${via}:${at}`,
      payload: { alarm: 'sms_not_stored', ...after, received_at: at },
    });
  });
}

const NOT_STORABLE = /[\0\p{Surrogate}]/gu;

/** What PostgreSQL and the parser can hold; what had to be cut is for a person to decide. */
function storable(text: string): { text: string; cut: boolean } {
  const cut = text.length > MAX_BODY_LENGTH;
  const kept = cut ? text.slice(0, MAX_BODY_LENGTH) : text;
  return { text: kept.replace(NOT_STORABLE, '\ufffd'), cut };
}
