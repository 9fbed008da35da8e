/** The simulators' process. */
import { version } from '../package.json';
import { readConfig } from '../service/config';
import { listen } from '../service/http-server';
import { createLogger } from '../service/logger';
import { runProcess } from '../service/run-process';
import { createSim } from './app';

const logger = createLogger('sim');

void runProcess(logger, async () => {
  const config = readConfig('sim');
  logger.level = config.LOG_LEVEL;
  const sim = createSim({ logger, version });
  const listening = await listen(sim.app, {
    host: config.RECON_HOST,
    port: config.SIM_PORT,
    variable: 'SIM_PORT',
    attach: sim.attach,
  });
  logger.info({ url: listening.url }, 'listening');
  return {
    stop: async () => {
      // Its sockets first: a server does not end before them.
      await sim.close();
      await listening.close();
    },
  };
});
