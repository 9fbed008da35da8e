import assert from 'node:assert/strict';
import path from 'node:path';
import { unknownContents } from '../../cli/histories/private-check';
import { historyToJson } from '../../cli/histories/history-json';
import { loadFiles, loadRun } from '../../cli/histories/load-histories';
import { writeWhole } from '../../cli/histories/save-history';
import { scrubHistory } from '../replay/scrub';
import { replayAll } from '../../cli/histories/replay';
import { projectRoot } from '../../stand/home';
import { startVictim, type Victim } from '../chaos/victim';
import { startStage, type Stage } from '../intake/pushbullet/stage';
import { creditText } from '../support/house';
import { until } from '../support/until';
import { WALLET_SIGNING_KEY, WALLET_TOKENS } from '../support/wallet';

/** UPDATE_HISTORIES=1 writes it anew; a change behind `patched()` gets a file of its own beside it. */
const SAVED = path.join(projectRoot(), 'test', 'replay', 'source-histories', 'handed-over-and-moved.v1.json');

/** Past this an SMS that comes live is taken in late by everybody's measure. */
const MOVED_WITHIN_MS = 30_000;

describe('the supervisor of a source', function () {
  this.timeout(180_000);
  let stage: Stage;
  let other: Victim;
  before(async () => {
    stage = await startStage();
    await stage.listening();
    other = startVictim(environmentOf(stage));
    await other.go();
  });
  after(async () => {
    await other.end();
    await stage.stop();
  });

  const ownerNow = async () => (await stage.loop())?.owner;
  const isHeldBy = async (who: RegExp) => {
    const state = await stage.loop();
    return stage.pushbullet.openSockets() === 1 && who.test(state?.owner ?? '') && state?.fault === null;
  };
  const arrivesOnce = async (body: string) => {
    await until(async () => (await stage.waysOf(body)).length > 0, MOVED_WITHIN_MS);
    assert.equal((await stage.waysOf(body)).length, 1);
  };

  it('has one listener, however many workers there are', async () => {
    const body = creditText();
    stage.sms(body);
    await arrivesOnce(body);
    assert.equal(stage.pushbullet.openSockets(), 1);
    assert.equal(await ownerNow(), 'test-house');
  });

  it('hands over at once when the owner stops as it should, and nothing is lost between', async () => {
    const startedAt = Date.now();
    const stopping = stage.house.stopWorker();
    const body = creditText();
    stage.sms(body);
    await stopping;
    await until(() => isHeldBy(/^chaos:/), MOVED_WITHIN_MS);
    // Before the heartbeat of the owner would have been missed.
    assert.ok(Date.now() - startedAt < 9_000, `${Date.now() - startedAt} ms`);
    await arrivesOnce(body);
  });

  it('moves the listener within 30 seconds of its owner’s death, and nothing is lost between', async () => {
    await stage.house.startWorker();
    assert.match((await ownerNow()) ?? '', /^chaos:/);
    const startedAt = Date.now();
    await other.end();
    const bodies = [creditText(), creditText()];
    for (const body of bodies) stage.sms(body);
    await until(() => isHeldBy(/^test-house$/), MOVED_WITHIN_MS);
    assert.ok(Date.now() - startedAt < MOVED_WITHIN_MS);
    for (const body of bodies) await arrivesOnce(body);
  });

  it('has a history that holds ids alone and replays with today’s code, as do those that were saved', async () => {
    const workflowId = `source-pushbullet-${stage.accountId}`;
    const run = await loadRun(stage.house.client, workflowId);
    assert.deepEqual(unknownContents(run.history), []);
    if (process.env['UPDATE_HISTORIES'] === '1') writeWhole(SAVED, scrubHistory(historyToJson(run.history)));
    const saved = loadFiles([path.dirname(SAVED)]);
    assert.ok(saved.length > 0);
    for await (const verdict of replayAll([...saved, run]))
      assert.equal(verdict.outcome, 'same', JSON.stringify(verdict));
  });
});

function environmentOf({ house: { config, databaseUrl } }: Stage): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    REDIS_URL: config.REDIS_URL ?? '',
    TEMPORAL_ADDRESS: config.TEMPORAL_ADDRESS ?? '',
    TEMPORAL_NAMESPACE: config.TEMPORAL_NAMESPACE,
    TEMPORAL_TASK_QUEUE: config.TEMPORAL_TASK_QUEUE,
    WALLET_SERVICE_URL: config.WALLET_SERVICE_URL,
    BRAND_SIGNING_KEY: WALLET_SIGNING_KEY,
    INTERNAL_SERVICE_TOKEN_RECON: WALLET_TOKENS.byCaller.get('recon')?.[0] ?? '',
    MULTI_BRAND_ENFORCEMENT: 'enforce',
    SECRETS_KEY: config.SECRETS_KEY ?? '',
    PUSHBULLET_API_URL: config.PUSHBULLET_API_URL,
    PUSHBULLET_STREAM_URL: config.PUSHBULLET_STREAM_URL,
    LOG_LEVEL: 'fatal',
  };
}
