/** Waits for many SMS with one query a round: hundreds of pollers would be the load that the test measures. */
import { findSms, type SmsRow } from '../../db/sms-row';
import type { SmsStatus } from '../../domain/sms';
import type { House } from './house';
import { until } from './until';

/** The rows in the order of the ids. @throws where one is not there within the limit. */
export async function reachAll(
  house: House,
  smsIds: readonly number[],
  statuses: readonly SmsStatus[],
  limitMs = 40_000,
): Promise<SmsRow[]> {
  const sql = `SELECT count(*)::int AS missing FROM shooter_sms WHERE id = ANY(?) AND NOT status = ANY(?)`;
  await until(async () => {
    const { rows } = await house.db.raw<{ rows: { missing: number }[] }>(sql, [[...smsIds], [...statuses]]);
    return rows[0]?.missing === 0;
  }, limitMs);
  return Promise.all(
    smsIds.map(async (smsId) => {
      const row = await findSms(house.db, smsId);
      if (!row) throw new Error(`there is no SMS ${smsId}`);
      return row;
    }),
  );
}
