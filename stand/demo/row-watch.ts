/** Watches rows until they are where somebody expects them: one query at a time, whoever waits. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReviewReason, SmsStatus } from '../../domain/sms';
import type { Db } from '../../db/query';
import { queryRows } from '../../db/query';

export interface SeenRow {
  readonly id: number;
  readonly status: SmsStatus;
  readonly reason: ReviewReason | null;
  readonly matchKind: 'auto' | 'manual' | 'forced' | null;
}

export interface RowWatch {
  /** The row once it fits, or as it is when the time is over; undefined where there is no such row. */
  until(smsId: number, fits: (row: SeenRow) => boolean, limitMs: number): Promise<SeenRow | undefined>;
  readonly stop: () => void;
}

interface Waiter {
  readonly smsId: number;
  readonly fits: (row: SeenRow) => boolean;
  readonly deadline: number;
  readonly settle: (row: SeenRow | undefined) => void;
  readonly fail: (error: unknown) => void;
}

interface SeenRecord {
  id: number;
  status: SmsStatus;
  review_reason: ReviewReason | null;
  match_kind: SeenRow['matchKind'];
}

const PAUSE_MS = 100;
const STOPPED = 'the demo day was stopped';

export function createRowWatch(db: Db): RowWatch {
  const waiters = new Set<Waiter>();
  let stopped = false;
  let looking = false;

  async function look(): Promise<void> {
    const ids = [...new Set([...waiters].map(({ smsId }) => smsId))];
    const rows = await readRows(db, ids);
    for (const waiter of [...waiters]) {
      const row = rows.get(waiter.smsId);
      const isThere = row !== undefined && waiter.fits(row);
      if (!isThere && Date.now() < waiter.deadline) continue;
      waiters.delete(waiter);
      waiter.settle(row);
    }
  }

  async function lookWhileAnybodyWaits(): Promise<void> {
    if (looking) return;
    looking = true;
    while (waiters.size > 0 && !stopped) {
      try {
        await look();
      } catch (error) {
        for (const waiter of waiters) waiter.fail(error);
        waiters.clear();
      }
      await sleep(PAUSE_MS);
    }
    looking = false;
  }

  return {
    until: (smsId, fits, limitMs) =>
      new Promise((settle, fail) => {
        if (stopped) return fail(new Error(STOPPED));
        waiters.add({ smsId, fits, deadline: Date.now() + limitMs, settle, fail });
        void lookWhileAnybodyWaits();
      }),
    stop() {
      stopped = true;
      for (const waiter of waiters) waiter.fail(new Error(STOPPED));
      waiters.clear();
    },
  };
}

async function readRows(db: Db, ids: readonly number[]): Promise<ReadonlyMap<number, SeenRow>> {
  const sql = `SELECT id, status, review_reason, match_kind FROM shooter_sms WHERE id = ANY(:ids::bigint[])`;
  const rows = await queryRows<SeenRecord>(db, sql, { ids });
  return new Map(
    rows.map(({ id, status, review_reason: reason, match_kind: matchKind }) => [id, { id, status, reason, matchKind }]),
  );
}
