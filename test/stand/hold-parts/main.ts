/** Stands in for a stand in a process of its own: brings the three parts, says where they are, and stays until SIGTERM. */
import { startGuardian } from '../../../stand/guardian/guardian';
import { ensureHome, homeOf, lockHome, projectRoot } from '../../../stand/home';
import { createStderrProgress } from '../../../stand/progress';
import { provisionPostgres, provisionRedis, provisionTemporal, type StandContext } from '../../../stand/provision';
import { openSecrets } from '../../../stand/secrets';
import { readTemporalSettings } from '../../../stand/temporal-settings';

async function hold(): Promise<void> {
  const home = homeOf(process.env);
  ensureHome(home);
  const release = lockHome(home);
  const progress = createStderrProgress();
  const context: StandContext = {
    env: process.env,
    root: projectRoot(),
    home,
    settings: readTemporalSettings(),
    secrets: openSecrets(home),
    guardian: startGuardian(),
    progress,
    supervision: { report: progress.note, onGivenUp: progress.note },
  };
  const postgres = await provisionPostgres(context);
  const redis = await provisionRedis(context);
  const temporal = await provisionTemporal(context);
  const { address, namespace } = temporal;
  process.stdout.write(`${JSON.stringify({ ownerUrl: postgres.ownerUrl, redisUrl: redis.url, address, namespace })}\n`);
  const alive = setInterval(() => undefined, 60_000);
  await new Promise((resolve) => process.once('SIGTERM', resolve));
  for (const part of [temporal, redis, postgres]) await part.stop();
  clearInterval(alive);
  release();
}

hold().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
