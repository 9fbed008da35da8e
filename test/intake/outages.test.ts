import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { createIntake } from '../../intake/accept-sms';
import type { Inbound } from '../../intake/ports';
import { createSmsStarter } from '../../intake/start-sms';
import { sweepOnce } from '../../intake/sweeper';
import { fingerprintOf } from '../../domain/fingerprint';
import { createLogger } from '../../service/logger';
import { fingerprintLockKey } from '../../service/lock-keys';
import { createKnex } from '../../service/postgres';
import { assertNothingPaidTwice } from '../support/ledger';
import { createMoneySource } from '../support/money';
import { asOwner, startTestPostgres } from '../support/postgres';
import { until } from '../support/until';
import { SENDER, startHouse, type House } from '../support/house';

describe('intake while a part is away', () => {
  const money = createMoneySource();
  const logger = createLogger('test', 'silent');
  let house: House;
  before(async function () {
    this.timeout(120_000);
    house = await startHouse();
  });
  after(() => assertNothingPaidTwice(house));
  after(() => house.stop());

  const inbound = (body: string): Inbound => ({
    source: 'webhook',
    sourceAccount: 'test-line',
    deviceId: null,
    messageId: randomUUID(),
    sender: SENDER,
    body,
    receivedAt: new Date(),
  });
  const smsCount = async (): Promise<number> => {
    const { rows } = await house.owner.raw<{ rows: { n: number }[] }>(`SELECT count(*)::int AS n FROM shooter_sms`);
    return rows[0]?.n ?? 0;
  };

  it('acknowledges nothing while PostgreSQL is away', async () => {
    const db = createKnex({
      url: 'postgres://nobody@127.0.0.1:1/none',
      applicationName: 'away',
      poolSize: 1,
      acquireTimeoutMs: 500,
    });
    const intake = createIntake({ db, starter: house.starter, logger, defaultCountry: undefined });
    await assert.rejects(intake.acceptSms(inbound(money().text())));
    await db.destroy();
  });

  it('acknowledges nothing where PostgreSQL goes in the middle of the transaction', async () => {
    const name = 'recon-test-cut-off';
    const db = createKnex({ url: house.databaseUrl, applicationName: name, poolSize: 1 });
    const intake = createIntake({ db, starter: house.starter, logger, defaultCountry: undefined });
    const sms = inbound(money().text());
    const before = await smsCount();
    const { ownerUrl: serverUrl } = await startTestPostgres();
    const key = fingerprintLockKey(fingerprintOf({ sender: sms.sender, body: sms.body, line: sms.sourceAccount }));
    await house.owner.transaction(async (holder) => {
      await holder.raw(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`, [key]);
      const accepting = assert.rejects(intake.acceptSms(sms));
      const waiting = `SELECT pid FROM pg_stat_activity WHERE application_name = '${name}' AND wait_event = 'advisory'`;
      await until(async () => (await asOwner(serverUrl, waiting)).length === 1);
      await asOwner(
        serverUrl,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`,
      );
      await accepting;
    });
    assert.equal(await smsCount(), before);
    assert.equal((await house.deliver({ ...sms })).duplicate, false);
    await db.destroy();
  });

  it('keeps an SMS that comes while Temporal is away, and the sweeper runs it', async () => {
    const about = money();
    await house.wallet.deposit({ amount_minor: about.amountMinor });
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    const starter = createSmsStarter({
      client: new Client({ connection }),
      taskQueue: house.config.TEMPORAL_TASK_QUEUE,
      reviewUrl: undefined,
      eager: false,
      workflowTaskTimeoutMs: 10_000,
      startTimeoutMs: 300,
    });
    const intake = createIntake({ db: house.db, starter, logger, defaultCountry: undefined });
    const accepted = await intake.acceptSms(inbound(about.text()));
    assert.ok('smsId' in accepted);
    await intake.drain();
    await assert.rejects(sweepOnce({ db: house.db, starter, logger, graceMs: 0, recheckMs: 60_000 }));
    assert.equal((await house.sms(accepted.smsId)).status, 'received');
    // The claim was given back: the next sweep takes the row at once.
    assert.ok((await sweepOnce({ db: house.db, starter: house.starter, logger, graceMs: 0, recheckMs: 60_000 })) >= 1);
    await house.reaches(accepted.smsId, 'approved');
    await connection.close();
  });
});
