/** Held SMS run when their device is trusted: a loop over rows, so that no signal can be lost. */
import { findReleasableSms } from '../../db/devices';
import type { Db } from '../../db/query';
import type { Signaller } from './signals';

const BATCH = 200;

export async function releaseTrusted(deps: { readonly db: Db; readonly signaller: Signaller }): Promise<number> {
  const held = await findReleasableSms(deps.db, BATCH);
  await Promise.all(held.map((sms) => deps.signaller.deviceTrusted(sms)));
  return held.length;
}
