/** The simulators of the outside world as they run: real HTTP and WebSockets on a free port, in this process. */
import { createSim, type Sim, type SimOptions } from '../../sim/app';
import { listen } from '../../service/http-server';
import { createLogger } from '../../service/logger';

export interface TestSim {
  readonly url: string;
  /** PUSHBULLET_API_URL and PUSHBULLET_STREAM_URL of a client. */
  readonly pushbulletApiUrl: string;
  readonly pushbulletStreamUrl: string;
  /** TELEGRAM_API_URL of a client. */
  readonly telegramApiUrl: string;
  readonly sim: Sim;
  stop(): Promise<void>;
}

/** Without the demo's accounts, with a fixed seed, unless told otherwise. */
export async function startTestSim(given: Partial<SimOptions> = {}): Promise<TestSim> {
  const sim = createSim({
    logger: createLogger('sim', 'silent'),
    version: '0.0.0-test',
    seed: 1,
    demo: false,
    ...given,
  });
  const options = { host: '127.0.0.1', port: 0, variable: 'SIM_PORT', attach: sim.attach };
  const listening = await listen(sim.app, options);
  return {
    url: listening.url,
    pushbulletApiUrl: `${listening.url}/pushbullet`,
    pushbulletStreamUrl: `${listening.url.replace(/^http/, 'ws')}/pushbullet/websocket`,
    telegramApiUrl: `${listening.url}/telegram`,
    sim,
    async stop() {
      await sim.close();
      await listening.close(100);
    },
  };
}
