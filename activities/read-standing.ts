import { InvariantBroken } from '../domain/failures';
import type { Standing } from '../domain/sms';
import { readStanding } from '../db/standing';
import type { ActivityDeps } from './ports';

/** Safe to run twice: it only reads. */
export function createReadStanding({ db }: ActivityDeps) {
  return async (smsId: number): Promise<Standing> => {
    const standing = await readStanding(db, smsId);
    if (standing === undefined) throw new InvariantBroken(`there is no SMS ${smsId}`);
    return standing;
  };
}
