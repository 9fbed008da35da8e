/** What operators and schedulers ask of the process: health, version, figures, the document of its routes. */
import type { Express, RequestHandler } from 'express';
import { ask, readHealth, type Probes } from '../health';

export interface MetaDeps {
  readonly probes: Probes;
  readonly version: string;
  readonly metricsHandler: RequestHandler;
  readonly openApi: object;
}

export function mountMeta(app: Express, { probes, version, metricsHandler, openApi }: MetaDeps): void {
  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  // Intake needs the database alone: accepting works while Temporal is away.
  app.get('/readyz', async (_request, response) => {
    const ready = (await ask(probes.database)).state === 'up';
    response.status(ready ? 200 : 503).json({ ready });
  });
  app.get('/health', async (_request, response) => {
    const { status, parts } = await readHealth(probes);
    response.status(status === 'up' ? 200 : 503).json({ status, ...parts });
  });
  app.get('/version', (_request, response) => void response.json({ service: 'recon', version }));
  app.get('/metrics', metricsHandler);
  app.get('/openapi.json', (_request, response) => void response.json(openApi));
}
