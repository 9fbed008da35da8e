/** The reference wallet as an app, apart from listening: routes, who may call them, and health. */
import express, { type Express, type RequestHandler } from 'express';
import type { Knex } from 'knex';
import type { Caller, CallerTokens } from '../service/caller-tokens';
import { errorHandler, HttpError, notFound } from '../service/http-errors';
import { callerOf, internalAuth } from '../service/internal-auth';
import type { Logger } from '../service/logger';
import type { Enforcement } from './approvals';
import { approveRoute } from './approve-route';
import { audit } from './audit';
import { creditsRoute } from './credits-route';
import { cancelRoute, createRoute, getRoute } from './deposit-routes';
import { createFigures } from './figures';
import { rawBody } from './json-body';
import { isReady } from './readiness';
import { orderIdSchema } from './schemas';

export interface WalletDeps {
  /** Under the wallet's own role. */
  readonly knex: Knex;
  readonly logger: Logger;
  readonly tokens: CallerTokens;
  readonly perCallerRequired: boolean;
  readonly brandSigningKey: string;
  readonly enforcement: Enforcement;
  readonly version: string;
  /** Milliseconds since 1970; tests move it. */
  readonly nowMs?: () => number;
}

const ANYONE: readonly Caller[] = ['recon', 'admin', 'ops', 'wallet'];
const DESK: readonly Caller[] = ['admin', 'ops', 'wallet'];

export function createWalletApp(deps: WalletDeps): Express {
  const { knex, logger, enforcement, tokens, perCallerRequired } = deps;
  const figures = createFigures(enforcement);
  const guard = { signingKey: deps.brandSigningKey, nowMs: deps.nowMs ?? Date.now };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => void response.json({ ok: true }));
  app.get('/readyz', async (_request, response) => {
    const ready = await isReady(knex);
    response.status(ready ? 200 : 503).json({ ready });
  });
  app.get('/version', (_request, response) => void response.json({ service: 'wallet', version: deps.version }));
  app.get('/metrics', (_request, response) => void response.type('text/plain; version=0.0.4').send(figures.render()));

  // The caller is known before a byte of its body is read.
  app.use('/internal', internalAuth({ tokens, perCallerRequired, callers: ANYONE }), rawBody());
  const deposits = '/internal/wallet/deposits';
  app.post(deposits, only(DESK), createRoute(knex));
  app.get(`${deposits}/:orderId`, only(ANYONE), wellFormedOrderId, getRoute(knex));
  app.post(
    `${deposits}/:orderId/approve`,
    only(['recon']),
    wellFormedOrderId,
    approveRoute({ knex, guard, enforcement, figures }),
  );
  app.post(`${deposits}/:orderId/cancel`, only(DESK), wellFormedOrderId, cancelRoute(knex));
  app.get('/internal/wallet/approvals', only(ANYONE), creditsRoute(knex));
  app.get('/internal/wallet/audit', only(ANYONE), async (_request, response) => void response.json(await audit(knex)));

  app.use(notFound);
  app.use(errorHandler(logger));
  return app;
}

function only(callers: readonly Caller[]): RequestHandler<Record<string, string>> {
  return (request, _response, next) => {
    const caller = callerOf(request);
    if (callers.includes(caller)) return next();
    return next(new HttpError(403, 'caller_forbidden', `caller ${caller} may not use this route`));
  };
}

const wellFormedOrderId: RequestHandler<{ orderId: string }> = (request, _response, next) => {
  const result = orderIdSchema.safeParse(request.params.orderId);
  return next(result.success ? undefined : new HttpError(400, 'bad_request', 'the order_id in the path is malformed'));
};
