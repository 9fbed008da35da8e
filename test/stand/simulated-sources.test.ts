import assert from 'node:assert/strict';
import { parseConfig } from '../../service/config';
import { DEMO_TELEGRAM } from '../../sim/demo';
import { simulatedSources, simulatorsAreNeeded } from '../../stand/simulated-sources';

describe("the stand's sources", () => {
  const SIM = 'http://127.0.0.1:4400';

  it('are the simulators where nothing is given, in words that the processes take', () => {
    const sources = simulatedSources({}, SIM);
    assert.deepEqual(sources, {
      PUSHBULLET_API_URL: 'http://127.0.0.1:4400/pushbullet',
      PUSHBULLET_STREAM_URL: 'ws://127.0.0.1:4400/pushbullet/websocket',
      TELEGRAM_API_URL: 'http://127.0.0.1:4400/telegram',
      TELEGRAM_BOT_TOKEN: DEMO_TELEGRAM.token,
      TELEGRAM_CHATS: DEMO_TELEGRAM.chat,
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

  it('need no simulators where all are given; an empty value counts as not given', () => {
    assert.equal(simulatorsAreNeeded({}), true);
    assert.equal(simulatorsAreNeeded({ PUSHBULLET_API_URL: 'https://p.example' }), true);
    assert.equal(simulatorsAreNeeded({ PUSHBULLET_API_URL: '', TELEGRAM_API_URL: 'https://t.example' }), true);
    assert.equal(
      simulatorsAreNeeded({ PUSHBULLET_API_URL: 'https://p.example', TELEGRAM_BOT_TOKEN: '1:given' }),
      false,
    );
  });
});
