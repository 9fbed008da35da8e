/** The document of the routes without anything behind them: nothing is connected, and no route is called. */
import { version } from '../../package.json';
import { createLogger } from '../../service/logger';
import { createKnex } from '../../service/postgres';
import { apiRoutes } from '../app';
import { openApiDocument } from '../openapi';

export function renderOpenApi(): string {
  const never = () => Promise.reject(new Error('the routes of the document are not called'));
  const { internal, hooks } = apiRoutes({
    db: createKnex({ url: 'postgres://nowhere', applicationName: 'openapi', poolSize: 1 }),
    intake: { acceptSms: never, drain: never },
    starter: { startNew: never, startAgain: never },
    door: { ask: never, state: never },
    logger: createLogger('openapi', 'silent'),
    telemetry: { metricsHandler: () => undefined },
    redisProbe: never,
    temporalProbe: never,
    tokens: { byCaller: new Map(), legacy: undefined },
    perCallerRequired: true,
    hookSecrets: new Map(),
    fourEyes: new Map(),
    reviewSlaMs: 0,
    gapPolicy: { beforeMs: 0, waitMs: 0 },
    defaultCountry: undefined,
    temporalUi: { url: '', namespace: '' },
    version,
  });
  return `${JSON.stringify(openApiDocument([...internal, ...hooks.map(({ route }) => route)], version), null, 2)}\n`;
}
