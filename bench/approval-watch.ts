/** Tells when SMS are approved, by one cheap question about all of them at a time. */
import type { Db } from '../db/query';
import { queryRows } from '../db/query';
import { STATUS_RULES, type SmsStatus } from '../domain/sms';

export interface ApprovalWatch {
  /** Resolves with the row's own time of approval, in milliseconds since 1970. Rejects where it comes to anything else. */
  approved(smsId: number): Promise<number>;
}

interface Waiting {
  readonly untilMs: number;
  readonly resolve: (approvedAtMs: number) => void;
  readonly reject: (error: Error) => void;
}

const LOOK_EVERY_MS = 10;
const LIMIT_MS = 120_000;

export function watchApprovals(db: Db): ApprovalWatch {
  const waiting = new Map<number, Waiting>();
  let looking = false;

  async function look(): Promise<void> {
    const rows = await queryRows<{ id: number; status: SmsStatus; at: Date; at_ms: number }>(
      db,
      `SELECT id, status, extract(epoch FROM updated_at)::float8 * 1000 AS at_ms FROM shooter_sms WHERE id = ANY(:ids)`,
      { ids: [...waiting.keys()] },
    );
    for (const { id, status, at_ms: atMs } of rows) {
      const entry = waiting.get(id);
      if (!entry || STATUS_RULES[status].bucket === 'open') continue;
      waiting.delete(id);
      if (status === 'approved') entry.resolve(atMs);
      else entry.reject(new Error(`SMS ${id} came to ${status} instead of its approval`));
    }
    const now = Date.now();
    for (const [id, entry] of waiting) {
      if (now < entry.untilMs) continue;
      waiting.delete(id);
      entry.reject(new Error(`SMS ${id} was not approved within ${LIMIT_MS / 1_000} s`));
    }
  }

  async function lookUntilNoneWaits(): Promise<void> {
    try {
      while (waiting.size > 0) {
        await look();
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    } catch (error) {
      for (const entry of waiting.values()) entry.reject(error instanceof Error ? error : new Error(String(error)));
      waiting.clear();
    } finally {
      looking = false;
    }
  }

  return {
    approved: (smsId) =>
      new Promise((resolve, reject) => {
        waiting.set(smsId, { untilMs: Date.now() + LIMIT_MS, resolve, reject });
        if (looking) return;
        looking = true;
        void lookUntilNoneWaits();
      }),
  };
}
