import assert from 'node:assert/strict';
import { parseConfig } from '../../service/config';
import path from 'node:path';
import { DEMO_PUSHBULLET, DEMO_TELEGRAM } from '../../sim/demo';
import { findFreePort } from '../../stand/ports';
import { createReconProcess, environmentOf } from '../../stand/processes';
import { openSecrets } from '../../stand/secrets';
import { demoPace } from '../../stand/demo-pace';
import { simulatedSources, simulatorsAreNeeded, whatIsSimulated } from '../../stand/simulated-sources';
import { scratchHome, testGuardian } from '../support/parts';

describe("the stand's sources", () => {
  const SIM = 'http://127.0.0.1:4400';

  it('are the simulators where nothing is given, in words that the processes take', () => {
    const sources = simulatedSources({}, SIM);
    assert.deepEqual(sources, {
      PUSHBULLET_API_URL: 'http://127.0.0.1:4400/pushbullet',
      PUSHBULLET_STREAM_URL: 'ws://127.0.0.1:4400/pushbullet/websocket',
      TELEGRAM_API_URL: 'http://127.0.0.1:4400/telegram',
      TELEGRAM_BOT_TOKEN: DEMO_TELEGRAM.token,
      TELEGRAM_CHATS: `${DEMO_TELEGRAM.chat}=${DEMO_TELEGRAM.line}`,
    });
    const config = parseConfig(sources, 'cli');
    assert.equal(config.PUSHBULLET_STREAM_URL, sources['PUSHBULLET_STREAM_URL']);
    assert.equal(config.TELEGRAM_CHATS.size, 1);
  });

  it('are left alone where one of a service is given: its other addresses stay the real ones', () => {
    for (const given of [{ PUSHBULLET_API_URL: 'https://p.example' }, { PUSHBULLET_STREAM_URL: 'wss://p.example' }])
      assert.deepEqual(Object.keys(simulatedSources(given, SIM)), [
        'TELEGRAM_API_URL',
        'TELEGRAM_BOT_TOKEN',
        'TELEGRAM_CHATS',
      ]);
  });

  it('never meet a real bot: its token alone keeps Telegram real', () => {
    assert.deepEqual(Object.keys(simulatedSources({ TELEGRAM_BOT_TOKEN: '1:given' }, SIM)), [
      'PUSHBULLET_API_URL',
      'PUSHBULLET_STREAM_URL',
    ]);
  });

  it('keep chats that are given', () => {
    assert.equal(
      simulatedSources({ TELEGRAM_CHATS: '-1001=+4915112345678' }, SIM)['TELEGRAM_CHATS'],
      '-1001=+4915112345678',
    );
  });

  it('are left to the generic hook by a demo day where they are the real ones, and so are chats of the user', () => {
    const given = { PUSHBULLET_STREAM_URL: 'wss://p.example' };
    assert.deepEqual(whatIsSimulated({}, true), { pushbullet: true, telegram: true, apps: true });
    assert.deepEqual(whatIsSimulated(given, true), { pushbullet: false, telegram: true, apps: true });
    assert.equal(whatIsSimulated({ TELEGRAM_BOT_TOKEN: '1:given' }, true).telegram, false);
    assert.equal(whatIsSimulated({ TELEGRAM_CHATS: '-1001' }, true).telegram, false);
    assert.deepEqual(whatIsSimulated({}, false), { pushbullet: false, telegram: false, apps: false });
  });

  it('are read at the pace of a demo day only where they are simulated, and never against what is given', () => {
    const pace = demoPace({ GAP_SETTLE: '30s' }, whatIsSimulated({}, true));
    assert.deepEqual(Object.keys(pace).sort(), [
      'GAP_BACKFILL_PAUSE',
      'PUSHBULLET_ID_SYNC_INTERVAL',
      'PUSHBULLET_SYNC_INTERVAL',
    ]);
    assert.equal(parseConfig(pace, 'cli').PUSHBULLET_SYNC_INTERVAL, 2_000);
    const real = { PUSHBULLET_API_URL: 'https://p.example' };
    assert.deepEqual(Object.keys(demoPace(real, whatIsSimulated(real, true))), ['GAP_SETTLE', 'GAP_BACKFILL_PAUSE']);
  });

  it('need no simulators where all are given; an empty value counts as not given', () => {
    assert.equal(simulatorsAreNeeded({}), true);
    assert.equal(simulatorsAreNeeded({ PUSHBULLET_API_URL: 'https://p.example' }), true);
    assert.equal(simulatorsAreNeeded({ PUSHBULLET_API_URL: '', TELEGRAM_API_URL: 'https://t.example' }), true);
    assert.equal(
      simulatorsAreNeeded({ PUSHBULLET_API_URL: 'https://p.example', TELEGRAM_BOT_TOKEN: '1:given' }),
      false,
    );
  });

  it('answer there with the accounts that the stand knows, by a process that is told no login and no secret', async function () {
    this.timeout(60_000);
    const home = scratchHome('simulators');
    const shared = { given: { PATH: process.env['PATH'] }, addresses: { MULTI_BRAND_ENFORCEMENT: 'enforce' } };
    const env = environmentOf('sim', shared, openSecrets(home), { recon: 'not told', wallet: 'not told' });
    const port = await findFreePort();
    const dist = path.resolve(__dirname, '../..');
    const sim = createReconProcess({ name: 'sim', env, port, home, dist }, { guardian: testGuardian() });
    await sim.start();
    try {
      const sources = simulatedSources({}, `http://127.0.0.1:${port}`);
      const user = await fetch(`${sources['PUSHBULLET_API_URL']}/v2/users/me`, {
        headers: { 'access-token': DEMO_PUSHBULLET.token },
      });
      assert.equal(((await user.json()) as { iden: string }).iden, DEMO_PUSHBULLET.account);
      const updates = await fetch(`${sources['TELEGRAM_API_URL']}/bot${sources['TELEGRAM_BOT_TOKEN']}/getUpdates`);
      assert.equal(((await updates.json()) as { ok: boolean }).ok, true);
    } finally {
      await sim.stop();
    }
  });
});
