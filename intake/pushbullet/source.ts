/** Pushbullet put together: the client, the readers, the listener of accounts and the two syncs. */
import type { LoopIdentity } from '../../db/loops';
import type { Db } from '../../db/query';
import type { Config } from '../../service/config';
import type { Logger } from '../../service/logger';
import type { SecretBox } from '../../service/secret-box';
import { readForwardRules } from '../forward-rules';
import type { LoopReporter } from '../loop-reporter';
import type { Intake } from '../ports';
import { createPushbulletClient } from './client';
import { createDeliver } from './deliver';
import { createPushbulletListener, type PushbulletListener } from './listener';
import { createMirrorReader } from './mirror-reader';
import { createPhoneReader } from './phone-reader';
import { createPushReader } from './push-reader';
import { createMissingSmsSync, createSmsIdSync, type Sync } from './sync';
import { LISTENER_TIMING, type ListenerTiming } from './timing';

export type PushbulletSettings = Pick<
  Config,
  | 'PUSHBULLET_API_URL'
  | 'PUSHBULLET_STREAM_URL'
  | 'PUSHBULLET_WATCHDOG'
  | 'PUSHBULLET_SYNC_INTERVAL'
  | 'PUSHBULLET_ID_SYNC_INTERVAL'
  | 'MATCH_BEFORE'
  | 'DEFAULT_COUNTRY'
  | 'FORWARD_FORMATS_FILE'
  | 'FORWARD_TIME_ZONE'
>;

export interface PushbulletSourceDeps {
  readonly db: Db;
  readonly intake: Pick<Intake, 'acceptSms'>;
  readonly logger: Logger;
  readonly box: SecretBox;
  readonly settings: PushbulletSettings;
  readonly loopOf: (accountId: number) => LoopIdentity;
  /** Shorter ones for tests. */
  readonly timing?: Partial<ListenerTiming>;
}

export interface PushbulletSource {
  readonly listener: PushbulletListener;
  missingSmsSync(given: { readonly reporter: LoopReporter; readonly signal: AbortSignal }): Sync;
  smsIdSync(given: { readonly reporter: LoopReporter; readonly signal: AbortSignal }): Sync;
  close(): Promise<void>;
}

export function createPushbulletSource(deps: PushbulletSourceDeps): PushbulletSource {
  const { db, logger, box, settings } = deps;
  const { DEFAULT_COUNTRY: defaultCountry } = settings;
  const client = createPushbulletClient({
    baseUrl: settings.PUSHBULLET_API_URL,
    onUnreadable: (list, count) => logger.warn({ list, count }, 'Pushbullet gave items that are none of its protocol'),
  });
  const deliver = createDeliver({ intake: deps.intake, db, logger });
  const shared = {
    db,
    logger,
    box,
    client,
    deliver,
    lookBackMs: settings.MATCH_BEFORE,
    phoneReader: createPhoneReader({ db, deliver }),
    pushReader: createPushReader({ db, deliver, defaultCountry, forwardRules: readForwardRules(settings) }),
  };
  return {
    listener: createPushbulletListener({
      ...shared,
      mirrorReader: createMirrorReader({ db, deliver, defaultCountry }),
      streamUrl: settings.PUSHBULLET_STREAM_URL,
      timing: { ...LISTENER_TIMING, watchdogMs: settings.PUSHBULLET_WATCHDOG, ...deps.timing },
      loopOf: deps.loopOf,
    }),
    missingSmsSync: (given) =>
      createMissingSmsSync({ ...shared, ...given, intervalMs: settings.PUSHBULLET_SYNC_INTERVAL }),
    smsIdSync: (given) => createSmsIdSync({ ...shared, ...given, intervalMs: settings.PUSHBULLET_ID_SYNC_INTERVAL }),
    close: () => client.close(),
  };
}
