/** Adding, showing and removing accounts of Pushbullet. Token and password are sealed on the way in and never shown again. */
import { writeAudit } from '../../db/audit';
import { forgetLoop, readLoops, type LoopRow } from '../../db/loops';
import { deleteAccount, listAccounts, saveAccount, type PushbulletAccount } from '../../db/pushbullet';
import { listPhones, trustPhone, type PhoneRow } from '../../db/pushbullet-devices';
import type { Db } from '../../db/query';
import type { SecretBox } from '../../service/secret-box';
import { passwordOwner, tokenOwner } from './account-link';
import type { PushbulletApi, PushbulletClient } from './client';
import { createCipher } from './crypto';
import { PushbulletError, type PushbulletDevice, type PushbulletUser } from './protocol';

export interface AccountView {
  readonly account: PushbulletAccount;
  readonly phones: readonly PhoneRow[];
  /** Null until its listener has begun. */
  readonly listener: LoopRow | null;
}

/** `service_away`: it may be tried again later; nothing was kept. */
export type AddRefusal = 'token_refused' | 'password_wrong' | 'service_away' | 'not_configured';

export type AddResult =
  { readonly refused: AddRefusal } | { readonly refused: null; readonly added: boolean; readonly view: AccountView };

export interface AddAccount {
  readonly token: string;
  /** The owner's end-to-end password. */
  readonly password: string | null;
  /** Empty: as the service names it. */
  readonly name: string;
  readonly actor: string;
}

export interface PushbulletAccounts {
  list(): Promise<AccountView[]>;
  /** The phones that the account has now are trusted on the word of the person who adds it. */
  add(given: AddAccount): Promise<AddResult>;
  /** False where there is no such account. */
  remove(id: number, actor: string): Promise<boolean>;
}

export interface PushbulletAccountsDeps {
  readonly db: Db;
  readonly client: PushbulletClient;
  /** Undefined where SECRETS_KEY is not set: then nothing can be added. */
  readonly box: SecretBox | undefined;
}

export const listenerLoopOf = (accountId: number) => `pushbullet_listener:${accountId}` as const;

export function createPushbulletAccounts({ db, client, box }: PushbulletAccountsDeps): PushbulletAccounts {
  async function views(): Promise<AccountView[]> {
    const [accounts, phones, loops] = await Promise.all([listAccounts(db), listPhones(db), readLoops(db)]);
    return accounts.map((account) => ({
      account,
      phones: phones.filter(({ accountIden }) => accountIden === account.accountIden),
      listener: loops.find(({ name }) => name === listenerLoopOf(account.id)) ?? null,
    }));
  }

  return {
    list: views,
    async add({ token, password, name, actor }) {
      if (!box) return { refused: 'not_configured' };
      const asked = await askService(client.of({ token, cipher: null }), client, { token, password });
      if ('refused' in asked) return asked;
      const { user, phones } = asked;
      const { account, added } = await db.transaction(async (trx) => {
        const saved = await saveAccount(trx, {
          accountIden: user.iden,
          email: user.email,
          name: name === '' ? user.name : name,
          tokenSealed: box.seal(token, tokenOwner(user.iden)),
          passwordSealed: password === null ? null : box.seal(password, passwordOwner(user.iden)),
          addedBy: actor,
        });
        const { id } = saved.account;
        await writeAudit(trx, {
          actor,
          byPerson: true,
          action: saved.added ? 'pushbullet.add' : 'pushbullet.replace_token',
          subject: `pushbullet:${id}`,
          after: { has_password: password !== null, phones: phones.length },
        });
        for (const phone of phones) {
          const named = { accountIden: user.iden, iden: phone.iden, name: phone.nickname.slice(0, 200) };
          const device = await trustPhone(trx, named, actor);
          if (!device.turned) continue;
          const subject = `device:${device.id}`;
          const reason = `present when pushbullet:${id} was added`;
          await writeAudit(trx, { actor, byPerson: true, action: 'device.trust', subject, reason });
        }
        return saved;
      });
      const view = (await views()).find((known) => known.account.id === account.id);
      return { refused: null, added, view: view ?? { account, phones: [], listener: null } };
    },
    async remove(id, actor) {
      const removed = await db.transaction(async (trx) => {
        const account = await deleteAccount(trx, id);
        if (!account) return false;
        await writeAudit(trx, { actor, byPerson: true, action: 'pushbullet.delete', subject: `pushbullet:${id}` });
        return true;
      });
      if (removed) await forgetLoop(db, listenerLoopOf(id));
      return removed;
    },
  };
}

interface Asked {
  readonly user: PushbulletUser;
  readonly phones: readonly PushbulletDevice[];
}

/** Who the token is of and which phones there are. Nothing is held open in the database meanwhile. */
async function askService(
  api: PushbulletApi,
  client: PushbulletClient,
  { token, password }: { readonly token: string; readonly password: string | null },
): Promise<Asked | { readonly refused: AddRefusal }> {
  try {
    const user = await api.me();
    const phones = (await api.devices()).filter(({ active, hasSms }) => active && hasSms);
    if (password !== null) {
      const cipher = await createCipher(password, user.iden);
      if (await isProvenWrong(client.of({ token, cipher }), phones)) return { refused: 'password_wrong' };
    }
    return { user, phones };
  } catch (error) {
    if (!(error instanceof PushbulletError)) throw error;
    return { refused: error.fault.kind === 'token_refused' ? 'token_refused' : 'service_away' };
  }
}

/** A password cannot be proven right where nothing is encrypted; it is wrong where it does not open what is. */
async function isProvenWrong(api: PushbulletApi, phones: readonly PushbulletDevice[]): Promise<boolean> {
  for (const { iden } of phones) {
    try {
      await api.threads(iden);
    } catch (error) {
      if (!(error instanceof PushbulletError)) throw error;
      if (error.fault.kind === 'encrypted') return true;
    }
  }
  return false;
}
