/** Under which password an account's payloads go out now; null: in the clear. */
import type { PushbulletDials } from './dials';
import type { Account } from './model';

const OF_NOBODY = 'a password that nobody has been told';

export function passwordOf(account: Account, dials: PushbulletDials): string | null {
  const password = dials.settings(account.iden).encryptionPassword ?? account.password;
  return dials.strikes('wrongKey', account.iden) ? OF_NOBODY : password;
}
