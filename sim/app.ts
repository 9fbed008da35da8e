/** The simulators of the outside world as one app: each one's protocol under `/<name>`, its controls under `/control/<name>`. */
import type { Server } from 'node:http';
import express, { type Express } from 'express';
import { errorHandler, notFound } from '../service/http-errors';
import type { Logger } from '../service/logger';
import { seedPushbulletDemo, seedTelegramDemo } from './demo';
import { createPhonesSim, type PhonesSim } from './phones/phones-sim';
import { createPushbulletSim, type PushbulletSim } from './pushbullet/pushbullet-sim';
import { createRandom } from './random';
import type { Simulator, SimulatorDeps } from './simulator';
import { createTelegramSim, type TelegramSim } from './telegram/telegram-sim';

export interface SimOptions {
  readonly logger: Logger;
  readonly version: string;
  /** Absent: a seed of the moment, told by `GET /control/<name>/dials`. */
  readonly seed?: number;
  /** Milliseconds since 1970; tests move it. */
  readonly nowMs?: () => number;
  /** With the accounts of the demo day; default true. */
  readonly demo?: boolean;
}

export interface Sim {
  readonly app: Express;
  /** WebSocket upgrades reach the server, not the app. */
  readonly attach: (server: Server) => void;
  readonly pushbullet: PushbulletSim;
  readonly telegram: TelegramSim;
  readonly phones: PhonesSim;
  readonly close: () => Promise<void>;
}

export function createSim(options: SimOptions): Sim {
  const { logger, version, nowMs = Date.now, demo = true } = options;
  const deps: SimulatorDeps = { logger, nowMs, random: createRandom(options.seed ?? Date.now()) };
  const pushbullet = createPushbulletSim(deps);
  const telegram = createTelegramSim(deps);
  const phones = createPhonesSim(deps);
  // Each further simulator: made above, named here.
  const simulators: readonly Simulator[] = [pushbullet, telegram, phones];
  if (demo) {
    seedPushbulletDemo(pushbullet);
    seedTelegramDemo(telegram);
  }

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/readyz', (_request, response) => void response.json({ ready: true }));
  app.get('/version', (_request, response) => void response.json({ service: 'sim', version }));
  for (const { name, router, control } of simulators) {
    app.use(`/control/${name}`, control);
    app.use(`/${name}`, router);
  }
  app.use(notFound);
  app.use(errorHandler(logger));

  return {
    app,
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        if (simulators.some(({ upgrade }) => upgrade?.(request, socket, head) ?? false)) return;
        socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      });
    },
    pushbullet,
    telegram,
    phones,
    async close() {
      await Promise.all(simulators.map((simulator) => simulator.close()));
    },
  };
}
