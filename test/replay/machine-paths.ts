/** What the machine does by itself: the straight path, every guard, the wait for a deposit, the wallet's moods. */
import { randomUUID } from 'node:crypto';
import { workflowIdOf } from '../../domain/sms';
import { depositAvailableSignal, deviceTrustedSignal } from '../../workflows/messages';
import { drop, errorCode, forward, json } from '../support/stub-wallet';
import type { Path } from './path';
import { MATCH_WAIT_MS, type Scene } from './scene';

const OTP = 'Rheinbank: your OTP is 482913 for a payment of EUR 10,00. Do not share it with anyone.';
const UNREADABLE = 'Rheinbank: Guten Tag, Ihre Filiale hat heute geschlossen.';

const approved = { status: 'approved' } as const;

/** An SMS whose deposit is there, and how the wallet answers about it. */
async function withWallet(scene: Scene, script: (order: string) => void): Promise<number> {
  const money = scene.money();
  script(await scene.deposit(money));
  return scene.credit(money);
}

export async function trust(scene: Scene, smsId: number): Promise<void> {
  const { deviceId, attempt } = await scene.house.sms(smsId);
  await scene.house.owner.raw(`UPDATE shooter_device SET trusted = true WHERE id = ?`, [deviceId]);
  await scene.house.client.workflow.getHandle(workflowIdOf(smsId)).signal(deviceTrustedSignal, { attempt });
}

/** Brought by a phone that nobody trusts yet. */
export async function held(scene: Scene, money = scene.money()): Promise<number> {
  const smsId = await scene.credit(money, { deviceId: `phone-${randomUUID()}` });
  await scene.rests(smsId, 'held_untrusted_device');
  return smsId;
}

const tooLate = (): Date => new Date(Date.now() - MATCH_WAIT_MS - 60_000);

export const MACHINE_PATHS: readonly Path[] = [
  { name: 'straight-path', ends: approved, walk: (scene) => withWallet(scene, () => undefined) },
  {
    name: 'wallet-fails-once',
    ends: approved,
    walk: (scene) => withWallet(scene, (order) => scene.door.script(order, errorCode(503, 'busy'), scene.pass)),
  },
  {
    name: 'wallet-drops-two-calls',
    ends: approved,
    walk: (scene) => withWallet(scene, (order) => scene.door.script(order, drop, drop, scene.pass)),
  },
  {
    name: 'wallet-loses-its-answer',
    ends: approved,
    walk: (scene) =>
      withWallet(scene, (order) =>
        scene.door.script(
          order,
          forward(
            () => scene.house.wallet.url,
            () => true,
          ),
          scene.pass,
        ),
      ),
  },
  {
    name: 'wallet-asks-for-a-pause',
    ends: approved,
    walk: (scene) =>
      withWallet(scene, (order) =>
        scene.door.script(
          order,
          json(429, { error: { code: 'busy', message: '' } }, { 'retry-after': '1' }),
          scene.pass,
        ),
      ),
  },
  {
    name: 'wallet-misconfigured-then-mended',
    ends: approved,
    walk: (scene) =>
      withWallet(scene, (order) =>
        scene.door.script(order, errorCode(401, 'token_wrong'), errorCode(401, 'token_wrong'), scene.pass),
      ),
  },
  {
    name: 'wallet-unknown',
    ends: { status: 'awaiting_review', reason: 'wallet_unknown' },
    walk: (scene) => withWallet(scene, (order) => scene.door.script(order, errorCode(500, 'broken'))),
  },
  {
    name: 'wallet-rejected',
    ends: { status: 'awaiting_review', reason: 'wallet_rejected' },
    walk: (scene) => withWallet(scene, (order) => scene.door.script(order, errorCode(409, 'deposit_not_pending'))),
  },
  {
    name: 'wallet-rejected-after-a-fault',
    ends: { status: 'awaiting_review', reason: 'wallet_rejected' },
    walk: (scene) => withWallet(scene, (order) => scene.door.script(order, drop, errorCode(422, 'brand_mismatch'))),
  },
  {
    name: 'waiting-for-deposit',
    ends: { status: 'waiting_for_deposit' },
    walk: (scene) => scene.credit(scene.money()),
  },
  {
    name: 'late-deposit-by-signal',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const smsId = await scene.credit(money);
      await scene.rests(smsId, 'waiting_for_deposit');
      const orderId = await scene.deposit(money);
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      await handle.signal(depositAvailableSignal, { attempt: 1, orderId });
      return smsId;
    },
  },
  {
    name: 'late-deposit-by-timer',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      const smsId = await scene.credit(money);
      await scene.rests(smsId, 'waiting_for_deposit');
      await scene.deposit(money);
      return smsId;
    },
  },
  {
    name: 'unmatched',
    ends: { status: 'awaiting_review', reason: 'unmatched' },
    walk: (scene) => scene.credit(scene.money(), { receivedAt: tooLate() }),
  },
  {
    name: 'unmatched-after-waiting',
    ends: { status: 'awaiting_review', reason: 'unmatched' },
    async walk(scene) {
      const receivedAt = new Date(Date.now() - MATCH_WAIT_MS + 1_200);
      const smsId = await scene.credit(scene.money(), { receivedAt });
      await scene.house.reaches(smsId, 'waiting_for_deposit', 'awaiting_review');
      return smsId;
    },
  },
  {
    name: 'ambiguous',
    ends: { status: 'awaiting_review', reason: 'ambiguous' },
    walk: async (scene) => (await scene.ambiguous()).smsId,
  },
  {
    name: 'not-whitelisted',
    ends: { status: 'not_whitelisted' },
    walk: (scene) => scene.credit(scene.money(), { sender: 'NOBODYBANK' }),
  },
  {
    name: 'not-a-credit',
    ends: { status: 'not_a_credit' },
    walk: (scene) => scene.credit(scene.money(), { body: `${OTP} ${randomUUID()}` }),
  },
  {
    name: 'parse-failed',
    ends: { status: 'awaiting_review', reason: 'parse_failed' },
    walk: (scene) => scene.credit(scene.money(), { body: UNREADABLE }),
  },
  {
    name: 'clock-suspect',
    ends: { status: 'awaiting_review', reason: 'clock_suspect' },
    walk: (scene) => scene.credit(scene.money(), { receivedAt: new Date(Date.now() + 3_600_000) }),
  },
  {
    name: 'duplicate-reference',
    ends: { status: 'awaiting_review', reason: 'duplicate_reference' },
    async walk(scene) {
      const money = scene.money();
      const reference = `INV-${randomUUID().slice(0, 13)}`;
      await scene.deposit(money);
      const first = await scene.credit(money, { body: money.text({ reference }) });
      await scene.house.reaches(first, 'approved');
      await scene.deposit(money);
      return scene.credit(money, { body: money.text({ reference, payer: 'E. Person' }) });
    },
  },
  {
    name: 'possible-duplicate',
    ends: { status: 'awaiting_review', reason: 'possible_duplicate' },
    walk: possibleDuplicate,
  },
  {
    name: 'cross-brand',
    ends: { status: 'awaiting_review', reason: 'cross_brand' },
    walk: async (scene) => (await crossBrand(scene)).smsId,
  },
  {
    name: 'held-untrusted-device',
    ends: { status: 'held_untrusted_device' },
    walk: (scene) => held(scene),
  },
  {
    name: 'held-then-trusted',
    ends: approved,
    async walk(scene) {
      const money = scene.money();
      await scene.deposit(money);
      const smsId = await held(scene, money);
      await trust(scene, smsId);
      return smsId;
    },
  },
  {
    name: 'internal-error',
    ends: { status: 'awaiting_review', reason: 'internal_error' },
    walk: async (scene) => (await internalError(scene)).smsId,
  },
  {
    name: 'cancelled-by-ops-then-resumed',
    ends: { status: 'awaiting_review', reason: 'ambiguous' },
    runs: 2,
    async walk(scene) {
      const { smsId } = await scene.ambiguous();
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      await handle.cancel();
      await handle.result().catch(() => undefined);
      await resume(scene, smsId);
      return smsId;
    },
  },
  {
    name: 'terminated-then-resumed',
    ends: approved,
    runs: 2,
    async walk(scene) {
      const money = scene.money();
      const smsId = await scene.credit(money);
      await scene.rests(smsId, 'waiting_for_deposit');
      await scene.house.client.workflow.getHandle(workflowIdOf(smsId)).terminate();
      const orderId = await scene.deposit(money);
      await resume(scene, smsId);
      const handle = scene.house.client.workflow.getHandle(workflowIdOf(smsId));
      await handle.signal(depositAvailableSignal, { attempt: 1, orderId });
      return smsId;
    },
  },
];

/** As the sweeper does. */
async function resume(scene: Scene, smsId: number): Promise<void> {
  const { attempt, source } = await scene.house.sms(smsId);
  await scene.house.starter.startAgain({ smsId, attempt, startAt: 'resume', requestId: null }, source);
}

export async function possibleDuplicate(scene: Scene): Promise<number> {
  const money = scene.money();
  const again = { messageId: randomUUID(), body: money.text() };
  const receivedAt = new Date();
  await scene.credit(money, { ...again, receivedAt });
  return scene.credit(money, { ...again, receivedAt: new Date(receivedAt.getTime() - 60_000) });
}

export async function crossBrand(scene: Scene): Promise<{ smsId: number; order: string }> {
  const money = scene.money();
  const order = await scene.deposit(money, { brand_id: 'north' });
  const smsId = await held(scene, money);
  const sql = `UPDATE shooter_sms SET brand_id = 'south', brand_origin = 'backfill' WHERE id = ?`;
  await scene.house.owner.raw(sql, [smsId]);
  await trust(scene, smsId);
  return { smsId, order };
}

/** A database that refuses one SMS's decision, until `mend`. */
export async function internalError(scene: Scene): Promise<{ smsId: number; mend: () => PromiseLike<unknown> }> {
  const money = scene.money();
  await scene.deposit(money);
  const smsId = await held(scene, money);
  const name = `broken_${smsId}`;
  await scene.house.owner.raw(`
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$;
    CREATE TRIGGER ${name} BEFORE INSERT ON recon_decision FOR EACH ROW
      WHEN (NEW.sms_id = ${smsId} AND NEW.step = 'match' AND NEW.outcome <> 'internal_error') EXECUTE FUNCTION ${name}()`);
  await trust(scene, smsId);
  await scene.rests(smsId, 'awaiting_review', 'internal_error');
  return { smsId, mend: () => scene.house.owner.raw(`DROP FUNCTION ${name} CASCADE`) };
}
