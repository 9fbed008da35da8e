import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../stand/home';
import { readTemporalSettings, temporalArguments } from '../../stand/temporal-settings';
import { scratchHome } from '../support/parts';

describe('temporal-dev.yml', () => {
  const ours = () => readFileSync(path.join(projectRoot(), 'temporal-dev.yml'), 'utf8');

  function read(content: string) {
    const file = path.join(scratchHome('settings'), 'temporal-dev.yml');
    writeFileSync(file, content);
    return readTemporalSettings(file);
  }

  it('gives retention in milliseconds and every search attribute', () => {
    const settings = readTemporalSettings();
    assert.equal(settings.retentionMs, 30 * 86_400_000);
    assert.deepEqual(Object.keys(settings.searchAttributes), [
      'ReconStatus',
      'ReconReviewReason',
      'ReconSource',
      'ReconBrand',
    ]);
  });

  it('becomes the words that start the dev server', () => {
    const words = temporalArguments(readTemporalSettings(), {
      ip: '127.0.0.1',
      port: 7233,
      uiPort: 8233,
      dbFile: '/data/temporal.db',
    });
    const line = words.join(' ');
    assert.match(
      line,
      /^server start-dev --ip 127\.0\.0\.1 --port 7233 --ui-port 8233 --db-filename \/data\/temporal\.db/,
    );
    for (const expected of [
      '--namespace default',
      '--search-attribute ReconStatus=Keyword',
      '--dynamic-config-value history.transferProcessorMaxPollRPS=2000',
      '--dynamic-config-value system.enableEagerWorkflowStart=true',
      '--sqlite-pragma journal_mode=WAL',
      '--sqlite-pragma synchronous=NORMAL',
    ])
      assert.ok(line.includes(expected), expected);
  });

  it('starts a server without UI, file and journal where none is asked for', () => {
    const line = temporalArguments(readTemporalSettings(), { ip: '127.0.0.1', port: 1 }).join(' ');
    assert.match(line, /--headless/);
    assert.doesNotMatch(line, /--ui-port|--db-filename|--sqlite-pragma/);
  });

  it('writes dynamic configuration as JSON, so that a text keeps its quotes', () => {
    const settings = { ...readTemporalSettings(), dynamicConfig: { 'a.b': 'text', 'c.d': true } };
    const words = temporalArguments(settings, { ip: '127.0.0.1', port: 1 });
    assert.ok(words.includes('a.b="text"'));
    assert.ok(words.includes('c.d=true'));
  });

  it('is refused with every setting that is wrong', () => {
    const wrong = ours()
      .replace('retention: 30d', 'retention: 30m')
      .replace('ReconBrand: Keyword', 'ReconBrand: Words');
    assert.throws(() => read(wrong), /retention: is not a duration of a day or more[^]*search_attributes\.ReconBrand/);
  });

  it('is refused where it holds a setting that nobody reads, is no YAML, or is missing', () => {
    assert.throws(() => read(`${ours()}\nretentoin: 3d\n`), /retentoin/);
    assert.throws(() => read('a: [1'), /cannot be read/);
    assert.throws(() => readTemporalSettings('/nowhere/temporal-dev.yml'), /cannot be read: ENOENT/);
  });
});
