/**
 * Where the sources find the outside world on a stand: at its simulators, save for a service that the user has given an
 * address of, or a bot of. A real token never goes to the simulators, and no simulated one to a real service.
 */
import { DEMO_TELEGRAM } from '../sim/demo';

type Environment = Readonly<Record<string, string | undefined>>;

/** Each service's variables go together: one of them given means that the user speaks to the real one. */
const PUSHBULLET = ['PUSHBULLET_API_URL', 'PUSHBULLET_STREAM_URL'] as const;
const TELEGRAM = ['TELEGRAM_API_URL', 'TELEGRAM_BOT_TOKEN'] as const;

const isGiven = (env: Environment, names: readonly string[]) => names.some((name) => Boolean(env[name]));

export function simulatorsAreNeeded(env: Environment): boolean {
  return !(isGiven(env, PUSHBULLET) && isGiven(env, TELEGRAM));
}

export interface Simulated {
  readonly pushbullet: boolean;
  readonly telegram: boolean;
  /** Phones with apps: they post to whom they are told to. */
  readonly apps: boolean;
}

/** Of a stand whose simulators run (`hasSim`) or do not. */
export function whatIsSimulated(env: Environment, hasSim: boolean): Simulated {
  return {
    pushbullet: hasSim && !isGiven(env, PUSHBULLET),
    // Chats of the user's own do not have the simulated channel among them.
    telegram: hasSim && !isGiven(env, TELEGRAM) && !env['TELEGRAM_CHATS'],
    apps: hasSim,
  };
}

/** The variables of those services that are simulated. `simUrl` has no slash at its end. */
export function simulatedSources(env: Environment, simUrl: string): Record<string, string> {
  const pushbullet = {
    PUSHBULLET_API_URL: `${simUrl}/pushbullet`,
    PUSHBULLET_STREAM_URL: `${simUrl.replace(/^http/, 'ws')}/pushbullet/websocket`,
  };
  const telegram = {
    TELEGRAM_API_URL: `${simUrl}/telegram`,
    TELEGRAM_BOT_TOKEN: DEMO_TELEGRAM.token,
    TELEGRAM_CHATS: env['TELEGRAM_CHATS'] || `${DEMO_TELEGRAM.chat}=${DEMO_TELEGRAM.line}`,
  };
  return { ...(isGiven(env, PUSHBULLET) ? {} : pushbullet), ...(isGiven(env, TELEGRAM) ? {} : telegram) };
}
