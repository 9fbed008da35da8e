/** An account as it is worked with: its row, its credentials opened, its calls. */
import type { PushbulletAccount } from '../../db/pushbullet';
import type { SecretBox } from '../../service/secret-box';
import type { PushbulletApi, PushbulletClient } from './client';
import { createCipher, type Cipher } from './crypto';

export interface AccountLink {
  readonly id: number;
  readonly iden: string;
  readonly token: string;
  readonly cipher: Cipher | null;
  readonly api: PushbulletApi;
  /** Unix seconds: what is older was before this account's time, and is not taken in. */
  readonly horizonSeconds: number;
}

export interface LinkDeps {
  readonly box: SecretBox;
  readonly client: PushbulletClient;
  /** MATCH_BEFORE, in milliseconds: an SMS from before that has no deposit any more that it could pay. */
  readonly lookBackMs: number;
}

export const tokenOwner = (accountIden: string) => `pushbullet:token:${accountIden}`;
export const passwordOwner = (accountIden: string) => `pushbullet:password:${accountIden}`;

/** @throws SecretBoxError where SECRETS_KEY is another one than it was stored under */
export async function linkAccount(
  { box, client, lookBackMs }: LinkDeps,
  account: PushbulletAccount,
  signal?: AbortSignal,
): Promise<AccountLink> {
  const { id, accountIden: iden, tokenSealed, passwordSealed, createdAt } = account;
  const token = box.open(tokenSealed, tokenOwner(iden));
  const cipher =
    passwordSealed === null ? null : await createCipher(box.open(passwordSealed, passwordOwner(iden)), iden);
  const horizonSeconds = Math.floor((createdAt.getTime() - lookBackMs) / 1000);
  return { id, iden, token, cipher, api: client.of({ token, cipher }, signal), horizonSeconds };
}
