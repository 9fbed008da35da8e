/** A house with its sources, the simulated Pushbullet, and an account with a phone: where the ways in are walked. */
import { setTimeout as sleep } from 'node:timers/promises';
import { findAccount } from '../../../db/pushbullet';
import { createPushbulletAccounts, type PushbulletAccounts } from '../../../intake/pushbullet/accounts';
import { createPushbulletClient } from '../../../intake/pushbullet/client';
import type { ListenerTiming } from '../../../intake/pushbullet/timing';
import { createSecretBox } from '../../../service/secret-box';
import { SENDER, startHouse, type House } from '../../support/house';
import { startTestSim, type TestSim } from '../../support/sim';
import { until } from '../../support/until';

export const SECRETS_KEY = 'the-key-of-the-tests-secrets';
export const TOKEN = 'o.Secret-Token-Of-The-Account-0001';

/** Waits in milliseconds where production waits seconds. */
export const QUICK: Partial<ListenerTiming> = {
  reconnectMs: 30,
  maxReconnectMs: 300,
  refusedMs: 1_000,
  retryMs: 30,
  maxRetryMs: 300,
  accountPollMs: 100,
  hintGapMs: 20,
  recentGapMs: 50,
  encryptedRetryMs: 300,
};

export interface SightingRow {
  readonly sms_id: number;
  readonly via: string;
  readonly message_id: string | null;
  readonly body: string;
  readonly sender: string;
  readonly status: string;
  readonly received_at: Date;
}

export interface LoopState {
  readonly fault: string | null;
  readonly age_ms: number;
  readonly detail: Record<string, unknown>;
  readonly owner: string;
}

export interface Stage {
  readonly house: House;
  readonly sim: TestSim;
  readonly accounts: PushbulletAccounts;
  readonly pushbullet: TestSim['sim']['pushbullet'];
  readonly accountId: number;
  readonly accountIden: string;
  /** The phone that was there when the account was added. */
  readonly phone: string;
  /** An SMS happens on the phone. */
  sms(body: string, given?: { sender?: string; receivedAt?: Date; contact?: string; device?: string }): void;
  /** By SMS, in the order in which they were taken in. */
  sightings(): Promise<SightingRow[]>;
  /** The ways by which each SMS with this text came, sorted; one entry for each SMS. */
  waysOf(body: string): Promise<string[][]>;
  /** Waits until the ways of this text are these. */
  came(body: string, ...ways: string[][]): Promise<void>;
  loop(name?: string): Promise<LoopState | undefined>;
  /** Waits until the listener is connected and has read everything. */
  listening(): Promise<void>;
  cursor(suffix: string): Promise<unknown>;
  audits(action: string): Promise<number>;
  outbox(topic: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export interface StageOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timing?: Partial<ListenerTiming>;
  readonly password?: string;
  /** The owner's password at the service. */
  readonly servicePassword?: string;
  readonly worker?: boolean;
}

let stages = 0;

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  stages += 1;
  const sim = await startTestSim();
  const { pushbullet } = sim.sim;
  const account = pushbullet.addAccount({
    iden: `ujowner${stages}`,
    email: 'owner@example.test',
    tokens: [TOKEN],
    ...(options.servicePassword === undefined ? {} : { password: options.servicePassword }),
  });
  const phone = pushbullet.addDevice(account.iden, { nickname: 'Till phone' }).iden;
  const house = await startHouse({
    sources: true,
    worker: options.worker ?? true,
    pushbulletTiming: { ...QUICK, ...options.timing },
    env: {
      SECRETS_KEY,
      PUSHBULLET_API_URL: sim.pushbulletApiUrl,
      PUSHBULLET_STREAM_URL: sim.pushbulletStreamUrl,
      // The schedules are out of the way unless a test wants them.
      PUSHBULLET_SYNC_INTERVAL: '1h',
      PUSHBULLET_ID_SYNC_INTERVAL: '1h',
      ...options.env,
    },
  });
  const client = createPushbulletClient({ baseUrl: sim.pushbulletApiUrl });
  const accounts = createPushbulletAccounts({ db: house.db, client, box: createSecretBox(SECRETS_KEY) });
  const given = { token: TOKEN, password: options.password ?? null, name: '', actor: 'rita' };
  const added = await accounts.add(given);
  if (added.refused !== null) throw new Error(`the account was not added: ${added.refused}`);
  const accountId = added.view.account.id;
  // The schedules' first turns are over before a test begins.
  if (options.worker !== false && options.env?.['PUSHBULLET_SYNC_INTERVAL'] === undefined)
    await until(async () => (await findAccount(house.db, accountId)) !== undefined);

  const raw = async <Row>(sql: string, bindings: readonly (string | number)[] = []): Promise<Row[]> =>
    (await house.owner.raw<{ rows: Row[] }>(sql, [...bindings])).rows;

  const stage: Stage = {
    house,
    sim,
    accounts,
    pushbullet,
    accountId,
    accountIden: account.iden,
    phone,
    sms(body, { sender = SENDER, device = phone, ...more } = {}) {
      pushbullet.sms({ device, sender, body, ...more });
    },
    sightings: () =>
      raw<SightingRow>(
        `SELECT g.sms_id, g.via, g.message_id, s.body, s.sender, s.status, g.received_at
         FROM shooter_sms_sighting g JOIN shooter_sms s ON s.id = g.sms_id ORDER BY g.sms_id, g.id`,
      ),
    async waysOf(body) {
      const found = new Map<number, string[]>();
      for (const row of await stage.sightings())
        if (row.body === body) found.set(row.sms_id, [...(found.get(row.sms_id) ?? []), row.via]);
      return [...found.values()].map((ways) => ways.sort());
    },
    async came(body, ...ways) {
      const wanted = JSON.stringify(ways.map((each) => [...each].sort()));
      let seen = '';
      try {
        await until(async () => (seen = JSON.stringify(await stage.waysOf(body))) === wanted, 15_000);
      } catch {
        const log = house
          .log()
          .split('\n')
          .filter((line) => /"level":[45]0/.test(line));
        throw new Error(`came by ${seen}, not by ${wanted}; ${log.slice(-3).join('\n')}`);
      }
      // What should not come has the time to.
      await sleep(100);
      seen = JSON.stringify(await stage.waysOf(body));
      if (seen !== wanted) throw new Error(`came by ${seen} at last, not by ${wanted}`);
    },
    async loop(name = `pushbullet_listener:${accountId}`) {
      const [row] = await raw<LoopState>(
        `SELECT fault, (extract(epoch FROM clock_timestamp() - progressed_at) * 1000)::bigint AS age_ms, detail, owner
         FROM recon_loop WHERE name = ?`,
        [name],
      );
      return row;
    },
    async listening() {
      await until(async () => {
        const state = await stage.loop();
        return state?.fault === null && Number(state.detail['back_fills'] ?? 0) > 0 && pushbullet.openSockets() > 0;
      }, 30_000);
    },
    async cursor(suffix) {
      const [row] = await raw<{ value: unknown }>(`SELECT value FROM recon_cursor WHERE name = ?`, [
        `pushbullet:${accountId}:${suffix}`,
      ]);
      return row?.value;
    },
    async audits(action) {
      return (await raw(`SELECT id FROM recon_audit WHERE action = ?`, [action])).length;
    },
    async outbox(topic) {
      const rows = await raw<{ payload: Record<string, unknown> }>(
        `SELECT payload FROM recon_outbox WHERE topic = ? ORDER BY id`,
        [topic],
      );
      return rows.map(({ payload }) => payload);
    },
    async stop() {
      await house.stop();
      await client.close();
      await sim.stop();
    },
  };
  return stage;
}
