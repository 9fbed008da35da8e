/** What the worker says: alive (`/healthz`), ready, the loops of the cluster fresh (`/health`), figures with those of Temporal's own core. */
import express, { type Express } from 'express';
import { errorHandler, notFound } from '../service/http-errors';
import type { Logger } from '../service/logger';
import type { Telemetry } from '../service/telemetry';
import type { Freshness, FreshnessReading } from './freshness';

export interface HealthDeps {
  readonly freshness: Pick<Freshness, 'read'>;
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
  app.get('/health', async (_request, response) => {
    const reading = await deps.freshness.read();
    const polling = deps.isPolling();
    const allFresh = reading.loops.every((loop) => loop.fresh || !loop.critical);
    const healthy = polling && reading.fault === null && allFresh;
    response.status(healthy ? 200 : 503).json({ status: healthy ? 'ok' : 'stale', polling, ...present(reading) });
  });
  app.get('/metrics', async (_request, response) => {
    const [own, core] = await Promise.all([ownFigures(deps.telemetry), coreFigures(deps.coreMetricsUrl)]);
    response.type('text/plain; version=0.0.4').send(`${own.trimEnd()}\n${core}`);
  });
  app.use(notFound, errorHandler(deps.logger));
  return app;
}

/** Phones by their numbers: this page asks nobody who he is. */
function present({ fault, loops, devices }: FreshnessReading) {
  return {
    fault,
    loops: loops.map(({ name, ageMs, limitMs, fresh, critical, fault: why, detail, owner, staleSince }) => ({
      loop: name,
      age_ms: ageMs,
      limit_ms: limitMs,
      fresh,
      critical,
      fault: why,
      detail,
      owner,
      stale_since: staleSince?.toISOString() ?? null,
    })),
    devices: devices.map(({ deviceId, source, fault: why, since, ageMs }) => ({
      device_id: deviceId,
      source,
      fault: why,
      since: since.toISOString(),
      age_ms: ageMs,
    })),
  };
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
