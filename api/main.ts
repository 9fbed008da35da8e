/** The recon service's process. */
import { version } from '../package.json';
import { requireFitDatabase } from '../db/fit-database';
import { readNeedCheck } from '../db/read/need-check';
import { createIntake } from '../intake/accept-sms';
import { createPushbulletAccounts } from '../intake/pushbullet/accounts';
import { createPushbulletClient } from '../intake/pushbullet/client';
import { createSmsStarter } from '../intake/start-sms';
import { readConfig } from '../service/config';
import { listen } from '../service/http-server';
import { createLogger } from '../service/logger';
import { createKnex } from '../service/postgres';
import { createReconMetrics } from '../service/recon-metrics';
import { runProcess } from '../service/run-process';
import { createSecretBox } from '../service/secret-box';
import { createTelemetry } from '../service/telemetry';
import { createApi } from './app';
import { createHookCounter } from './hooks/count-hooks';
import { linkRedis } from './redis-link';
import { createRunDoor } from './run-door';
import { linkTemporal } from './temporal-client';

const logger = createLogger('api');

void runProcess(logger, async () => {
  const config = readConfig('api');
  logger.level = config.LOG_LEVEL;
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = config;
  // readConfig refuses to start this process without them.
  if (databaseUrl === undefined || redisUrl === undefined) throw new Error('the configuration is not complete');

  const db = createKnex({ url: databaseUrl, applicationName: 'recon-api', poolSize: config.DATABASE_POOL_SIZE });
  await requireFitDatabase(db, { production: config.NODE_ENV === 'production' });

  const temporal = linkTemporal(config);
  const redis = linkRedis(redisUrl, logger);
  const telemetry = createTelemetry('recon-api', { otlpEndpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT });
  createReconMetrics(telemetry, config.MULTI_BRAND_ENFORCEMENT).showNeedCheck(() => readNeedCheck(db));
  const starter = createSmsStarter({
    client: temporal.client,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    reviewUrl: config.ADMIN_SERVICE_URL,
    eager: false,
    workflowTaskTimeoutMs: config.WORKFLOW_TASK_TIMEOUT,
  });
  const intake = createIntake({ db, starter, logger, defaultCountry: config.DEFAULT_COUNTRY });
  const pushbulletClient = createPushbulletClient({ baseUrl: config.PUSHBULLET_API_URL });
  const pushbulletBox = config.SECRETS_KEY === undefined ? undefined : createSecretBox(config.SECRETS_KEY);
  const app = createApi({
    db,
    intake,
    starter,
    door: createRunDoor(temporal.client),
    logger,
    telemetry,
    redisProbe: () => redis.probe(),
    temporalProbe: () => temporal.probe(),
    tokens: config.callerTokens,
    perCallerRequired: config.PER_CALLER_TOKEN_REQUIRED,
    hookSecrets: config.hookSecrets,
    secretBox: config.SECRETS_KEY === undefined ? undefined : createSecretBox(config.SECRETS_KEY),
    countHook: createHookCounter(telemetry),
    pushbullet: createPushbulletAccounts({ db, client: pushbulletClient, box: pushbulletBox }),
    fourEyes: config.FOUR_EYES_AMOUNT_MINOR,
    reviewSlaMs: config.REVIEW_SLA,
    gapPolicy: { beforeMs: config.MATCH_BEFORE, waitMs: config.MATCH_WAIT },
    defaultCountry: config.DEFAULT_COUNTRY,
    temporalUi: { url: config.TEMPORAL_UI_URL, namespace: config.TEMPORAL_NAMESPACE },
    version,
  });
  const listening = await listen(app, {
    host: config.RECON_HOST,
    port: config.RECON_API_PORT,
    variable: 'RECON_API_PORT',
  });
  logger.info({ url: listening.url }, 'listening');
  return {
    stop: async () => {
      await listening.close();
      await intake.drain();
      await pushbulletClient.close();
      await telemetry.shutdown();
      redis.close();
      await temporal.close();
      await db.destroy();
    },
  };
});
