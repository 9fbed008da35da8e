/** What the worker says of itself: alive (`/healthz`), ready, fresh (`/health`), and its figures with those of Temporal's own core. */
import express, { type Express } from 'express';
import { errorHandler, notFound } from '../service/http-errors';
import type { Logger } from '../service/logger';
import type { Telemetry } from '../service/telemetry';
import type { Freshness } from './freshness';

export interface HealthDeps {
  readonly freshness: Freshness;
  readonly telemetry: Telemetry;
  /** Address of the core's own Prometheus exporter, on loopback. */
  readonly coreMetricsUrl: string;
  readonly isPolling: () => boolean;
  readonly version: string;
  readonly logger: Logger;
}

const CORE_TIMEOUT_MS = 1_000;

export function createHealthApp(deps: HealthDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_request, response) => response.json({ ok: true }));
  app.get('/readyz', (_request, response) => {
    const ready = deps.isPolling();
    response.status(ready ? 200 : 503).json({ ready });
  });
  app.get('/version', (_request, response) => response.json({ service: 'recon_worker', version: deps.version }));
  app.get('/health', (_request, response) => {
    const loops = deps.freshness.report();
    const healthy = deps.isPolling() && loops.every((loop) => loop.fresh || !loop.critical);
    response.status(healthy ? 200 : 503).json({
      status: healthy ? 'ok' : 'stale',
      polling: deps.isPolling(),
      loops: loops.map(({ loop, ageMs, limitMs, fresh, critical, lastFault }) => ({
        loop,
        age_ms: ageMs,
        limit_ms: limitMs,
        fresh,
        critical,
        last_fault: lastFault,
      })),
    });
  });
  app.get('/metrics', async (_request, response) => {
    const [own, core] = await Promise.all([ownFigures(deps.telemetry), coreFigures(deps.coreMetricsUrl)]);
    response.type('text/plain; version=0.0.4').send(`${own.trimEnd()}\n${core}`);
  });
  app.use(notFound, errorHandler(deps.logger));
  return app;
}

function ownFigures(telemetry: Telemetry): Promise<string> {
  return telemetry.readFigures();
}

/** Temporal's figures are an extra: without them the page still shows our own. */
async function coreFigures(url: string): Promise<string> {
  try {
    const reply = await fetch(url, { signal: AbortSignal.timeout(CORE_TIMEOUT_MS) });
    return reply.ok ? await reply.text() : '';
  } catch {
    return '';
  }
}
