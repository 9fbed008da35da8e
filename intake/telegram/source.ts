/** Telegram as a source: the bot's poller, made of the configuration. */
import type { LoopIdentity } from '../../db/loops';
import type { Db } from '../../db/query';
import type { Config } from '../../service/config';
import type { Logger } from '../../service/logger';
import { readForwardRules } from '../forward-rules';
import type { Intake } from '../ports';
import { createBotApi } from './bot-api';
import { createTelegramPoller, type TelegramPoller } from './poller';
import { TELEGRAM_POLICY, type TelegramPolicy } from './policy';

export interface TelegramSourceDeps {
  readonly db: Db;
  readonly intake: Pick<Intake, 'acceptSms'>;
  readonly logger: Logger;
  readonly settings: Pick<
    Config,
    | 'TELEGRAM_API_URL'
    | 'TELEGRAM_BOT_TOKEN'
    | 'TELEGRAM_CHATS'
    | 'TELEGRAM_POLL_TIMEOUT'
    | 'FORWARD_FORMATS_FILE'
    | 'FORWARD_TIME_ZONE'
  >;
  readonly loop: LoopIdentity;
  readonly policy?: TelegramPolicy | undefined;
}

export interface TelegramSource {
  readonly listener: TelegramPoller;
  close(): Promise<void>;
}

/** The service holds a poll no longer, whatever it is asked for. */
const MAX_POLL_SECONDS = 50;

/**
 * Undefined without TELEGRAM_BOT_TOKEN: Telegram is not read.
 * @throws ConfigError where a rule of FORWARD_FORMATS_FILE is at fault
 */
export function createTelegramSource(deps: TelegramSourceDeps): TelegramSource | undefined {
  const { settings, logger, policy = TELEGRAM_POLICY } = deps;
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_URL: baseUrl, TELEGRAM_CHATS: chats } = settings;
  if (token === undefined) return undefined;
  const rules = readForwardRules(settings);
  if (chats.size === 0) logger.warn('TELEGRAM_CHATS is not set: no message of any chat is taken in');
  const pollSeconds = Math.min(MAX_POLL_SECONDS, Math.max(1, Math.round(settings.TELEGRAM_POLL_TIMEOUT / 1000)));
  const api = createBotApi({ baseUrl, token, pollSeconds, marginMs: policy.marginMs });
  const listener = createTelegramPoller({
    ...deps,
    api,
    policy,
    reading: { chats, rules },
    botId: token.split(':')[0] ?? '0',
    apiRoot: baseUrl,
  });
  return { listener, close: () => api.close() };
}
