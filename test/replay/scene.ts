/** Where the paths are walked: the house on real parts, its wallet behind a door that can be told to misbehave. */
import { ServiceError } from '@temporalio/client';
import { findReview } from '../../db/reviews';
import type { ReviewEffect } from '../../domain/review';
import { workflowIdOf, type Command, type ReviewReason, type SmsStatus } from '../../domain/sms';
import type { Inbound } from '../../intake/ports';
import { smsStateQuery } from '../../workflows/messages';
import { startHouse, type Ask, type House } from '../support/house';
import { createMoneySource, type TestMoney } from '../support/money';
import { forward, startStubWallet, type StubWallet } from '../support/stub-wallet';
import { until } from '../support/until';

export interface Scene {
  readonly house: House;
  /** Passes every call on to the real wallet, unless a path scripts it otherwise. */
  readonly door: StubWallet;
  /** Passes one call on. */
  readonly pass: ReturnType<typeof forward>;
  money(): TestMoney;
  /** A pending deposit; gives its order. */
  deposit(money: TestMoney, given?: Record<string, unknown>): Promise<string>;
  /** An SMS of this money; gives its id. */
  credit(money: TestMoney, given?: Partial<Inbound>): Promise<number>;
  /** Two deposits and an SMS that could pay either: it waits for a person. */
  ambiguous(money?: TestMoney): Promise<{ readonly smsId: number; readonly orders: readonly [string, string] }>;
  /**
   * As the house asks. A task of the run that fails for a signal's sake takes the update with it, and the server says so:
   * the same request is told again, as the redelivery loop would.
   */
  ask(smsId: number, command: Command, given?: Ask): Promise<ReviewEffect>;
  /** Waits until the row is there, and its run knows it. */
  rests(smsId: number, status: SmsStatus, reason?: ReviewReason): Promise<void>;
  stop(): Promise<void>;
}

/** Waits are short, so that every path is walked within seconds. */
export const SCENE_ENV = {
  MATCH_WAIT: '30m',
  MATCH_LADDER: '1500ms',
  APPROVAL_LADDER: '30ms,60ms,120ms',
  WALLET_CONFIG_FAULT_RETRY: '100ms',
  WALLET_RETRY_AFTER_CAP: '200ms',
  FOUR_EYES_AMOUNT_MINOR: 'EUR=100000',
};
export const MATCH_WAIT_MS = 30 * 60_000;

export async function startScene(): Promise<Scene> {
  const door = await startStubWallet();
  const house = await startHouse({ walletUrl: door.url, env: SCENE_ENV });
  const pass = forward(() => house.wallet.url);
  const money = createMoneySource();
  const scene: Scene = {
    house,
    door,
    pass,
    money,
    async deposit({ amountMinor }, given) {
      const { order_id } = await house.wallet.deposit({ amount_minor: amountMinor, ...given });
      door.script(order_id, pass);
      door.scriptLookUp(order_id, pass);
      return order_id;
    },
    async credit(amount, given) {
      const { smsId } = await house.deliver({ body: amount.text(), ...given });
      return smsId;
    },
    async ambiguous(amount = money()) {
      const orders = [await scene.deposit(amount), await scene.deposit(amount)] as const;
      const smsId = await scene.credit(amount);
      await scene.rests(smsId, 'awaiting_review', 'ambiguous');
      return { smsId, orders };
    },
    async ask(smsId, command, given) {
      const request = await house.record(smsId, command, given);
      for (let tried = 1; ; tried += 1) {
        try {
          return await house.tell(request);
        } catch (error) {
          // A run that has ended with it has left its answer in the row.
          const effect = (await findReview(house.db, request.reviewId))?.effect;
          if (effect) return effect;
          if (!(error instanceof ServiceError) || tried === 5) throw error;
        }
      }
    },
    async rests(smsId, status, reason) {
      const isThere = async () => {
        const row = await house.sms(smsId);
        return row.status === status && (reason === undefined || row.reviewReason === reason);
      };
      await until(isThere, 30_000);
      const handle = house.client.workflow.getHandle(workflowIdOf(smsId));
      // A row that waits from the beginning may be there before its run is.
      const state = () => handle.query(smsStateQuery).catch(() => undefined);
      await until(async () => (await state())?.standing.status === status, 30_000);
    },
    async stop() {
      await house.stop();
      await door.stop();
    },
  };
  return scene;
}
