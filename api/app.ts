/** The recon service as an app, apart from listening: routes, who may call them, health and figures. */
import express, { type Express } from 'express';
import type { GapPolicy } from '../domain/balance-gap';
import type { FourEyesThresholds } from '../domain/review';
import type { Db } from '../db/query';
import { queryRows } from '../db/query';
import type { Intake, SmsStarter } from '../intake/ports';
import type { PushbulletAccounts } from '../intake/pushbullet/accounts';
import type { Caller, CallerTokens } from '../service/caller-tokens';
import { errorHandler, notFound } from '../service/http-errors';
import { internalAuth } from '../service/internal-auth';
import type { Logger } from '../service/logger';
import type { SecretBox } from '../service/secret-box';
import type { Telemetry } from '../service/telemetry';
import type { Probe } from './health';
import type { PhoneHookDeps } from './hooks/door';
import { openApiDocument } from './openapi';
import { requestLog } from './request-log';
import type { HookRoute, Route } from './route';
import { deviceRoutes } from './routes/devices';
import { gapRoutes } from './routes/gaps';
import { hookRoutes } from './routes/hooks';
import { mountMeta } from './routes/meta';
import { phoneHookRoutes } from './routes/phone-hooks';
import { loopRoutes } from './routes/loops';
import { phoneRoutes } from './routes/phones';
import { pushbulletRoutes } from './routes/pushbullet';
import { smsRoutes } from './routes/sms';
import { statsRoutes } from './routes/stats';
import { templateRoutes } from './routes/templates';
import type { RunDoor } from './run-door';
import { createSubmitRequest } from './submit-request';

export interface ApiDeps {
  /** Under recon's own role. */
  readonly db: Db;
  readonly intake: Intake;
  readonly starter: SmsStarter;
  readonly door: RunDoor;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, 'metricsHandler'>;
  readonly redisProbe: Probe;
  readonly temporalProbe: Probe;
  readonly tokens: CallerTokens;
  readonly perCallerRequired: boolean;
  /** Secrets of the hooks by channel. */
  readonly hookSecrets: ReadonlyMap<string, readonly string[]>;
  /** Opens what is stored under SECRETS_KEY; undefined where that is not set. */
  readonly secretBox?: SecretBox | undefined;
  /** Default: nobody counts. */
  readonly countHook?: PhoneHookDeps['countHook'];
  /** Undefined: its routes say that nothing is configured. */
  readonly pushbullet?: PushbulletAccounts | undefined;
  readonly fourEyes: FourEyesThresholds;
  readonly reviewSlaMs: number;
  /** MATCH_BEFORE and MATCH_WAIT: which deposits fit a gap in balances. */
  readonly gapPolicy: GapPolicy;
  readonly defaultCountry: string | undefined;
  readonly temporalUi: { readonly url: string; readonly namespace: string };
  readonly version: string;
  /** Milliseconds; default 2,000: how long a person's request waits for its effect. */
  readonly updateWaitMs?: number;
  /** Milliseconds; default 1,000: how long showing an SMS waits for its run's own word. */
  readonly stateWaitMs?: number;
}

/** The wallet calls nobody here. */
const CALLERS_LET_IN: readonly Caller[] = ['admin', 'ops', 'recon'];

const BODY_LIMIT_BYTES = 64 * 1024;

export interface ApiRoutes {
  readonly internal: readonly Route[];
  readonly hooks: readonly HookRoute[];
}

/** @throws ConfigError where a hook's secret is malformed */
export function createApi(deps: ApiDeps): Express {
  const { db, logger } = deps;
  const { internal, hooks } = apiRoutes(deps);
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestLog(logger));
  for (const { route, handlers } of hooks) app.post(route.path, ...handlers);
  mountMeta(app, {
    probes: {
      database: () => queryRows(db, 'SELECT 1'),
      redis: deps.redisProbe,
      temporal: deps.temporalProbe,
    },
    version: deps.version,
    metricsHandler: deps.telemetry.metricsHandler,
    openApi: openApiDocument([...internal, ...hooks.map(({ route }) => route)], deps.version),
  });

  // The caller is known before a byte of its body is read.
  const { tokens, perCallerRequired } = deps;
  app.use('/internal', internalAuth({ tokens, perCallerRequired, callers: CALLERS_LET_IN }));
  const raw = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });
  for (const { method, path, handler } of internal) {
    if (method === 'get') app.get(path, handler);
    else app.post(path, raw, handler);
  }
  app.use(notFound);
  app.use(errorHandler(logger));
  return app;
}

/** Every route of the contract; the document is made from this list too. */
export function apiRoutes(deps: ApiDeps): ApiRoutes {
  const { db, door, defaultCountry } = deps;
  const submit = createSubmitRequest({
    db,
    door,
    starter: deps.starter,
    fourEyes: deps.fourEyes,
    logger: deps.logger,
    updateWaitMs: deps.updateWaitMs ?? 2_000,
  });
  return {
    internal: [
      ...templateRoutes({ db, submit, defaultCountry }),
      ...phoneRoutes({ db, submit, defaultCountry }),
      ...smsRoutes({
        db,
        door,
        submit,
        stateWaitMs: deps.stateWaitMs ?? 1_000,
        temporalUi: deps.temporalUi,
      }),
      ...deviceRoutes({ db, secretBox: deps.secretBox }),
      ...pushbulletRoutes({ accounts: deps.pushbullet }),
      ...gapRoutes({ db, policy: deps.gapPolicy }),
      ...statsRoutes({ db, reviewSlaMs: deps.reviewSlaMs }),
      ...loopRoutes({ db }),
    ],
    hooks: [
      hookRoutes({ intake: deps.intake, secrets: deps.hookSecrets.get('generic') ?? [], defaultCountry }),
      ...phoneHookRoutes({
        db,
        intake: deps.intake,
        hookSecrets: deps.hookSecrets,
        secretBox: deps.secretBox,
        defaultCountry,
        countHook: deps.countHook ?? (() => undefined),
      }),
    ],
  };
}
