import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseForwarded } from '../../domain/forward-format';
import { readForwardRules } from '../../intake/forward-rules';
import { ConfigError, parseConfig } from '../../service/config';
import { readDoc } from '../docs/read-doc';

describe('rules for forwarders, as an operator writes them', () => {
  let home = '';
  before(() => void (home = mkdtempSync(path.join(tmpdir(), 'recon-forward-'))));
  after(() => rmSync(home, { recursive: true }));

  const RULE = { name: 'relay', pattern: '(?P<sender>[A-Z]+) said (?P<body>.+) at (?P<time>[0-9:]+)', lines: {} };
  function rulesOf(content: unknown, zone?: string): ReturnType<typeof readForwardRules> {
    const file = path.join(home, 'formats.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readForwardRules({ FORWARD_FORMATS_FILE: file, FORWARD_TIME_ZONE: zone });
  }
  const ruleFor = (text: string, rules: ReturnType<typeof readForwardRules>): string => {
    const read = parseForwarded({ title: null, text, sentAt: new Date() }, rules);
    return read.ok ? read.rule : read.refused;
  };

  it('come before the shipped ones, or alone', () => {
    const both = rulesOf({ rules: [RULE] });
    assert.equal(ruleFor('BANK said hello at 10:00', both), 'relay');
    assert.equal(ruleFor('From: BANK\nText: hello', both), 'labelled');
    const alone = rulesOf({ defaults: false, rules: [RULE] });
    assert.equal(ruleFor('From: BANK\nText: hello', alone), 'no_rule');
    const shipped = readForwardRules({ FORWARD_FORMATS_FILE: undefined, FORWARD_TIME_ZONE: 'Asia/Tehran' });
    assert.equal(ruleFor('From: BANK\nText: hello', shipped), 'labelled');
  });

  it('are read as docs/sources.md shows them', () => {
    const example = /```json\n(\{\n {2}"defaults"[\s\S]*?)```/.exec(readDoc('docs/sources.md'))?.[1];
    assert.ok(example);
    const message = { title: null, chat: '-1001234567890', sentAt: new Date('2024-03-05T12:00:00Z') };
    const read = parseForwarded(
      { ...message, text: 'Bank MELLI, SIM 2\nhello\nworld\n05/03/2024 14:10' },
      rulesOf(example),
    );
    assert.ok(read.ok);
    assert.deepEqual(
      [read.sender, read.body, read.line, read.receivedAt?.toISOString()],
      ['MELLI', 'hello\nworld', '+989127654321', '2024-03-05T10:40:00.000Z'],
    );
  });

  it('stop the process where one is wrong, naming it and its fault', () => {
    const fault = (content: unknown): string => {
      try {
        rulesOf(content);
        return 'no fault';
      } catch (error) {
        assert.ok(error instanceof ConfigError);
        return error.message;
      }
    };
    assert.match(fault('{'), /^FORWARD_FORMATS_FILE names a file that is not JSON$/);
    assert.match(fault({ rules: [{ ...RULE, pattern: '(' }] }), /^FORWARD_FORMATS_FILE: rule "relay": pattern cannot/);
    assert.match(fault({ rules: [RULE, { ...RULE, date_format: 7, name: 'b' }] }), /rule "b" date_format: /);
    assert.match(fault({ rules: [{ pattern: 'a' }] }), /rule number 1 name: /);
    assert.match(fault({ rules: [{ ...RULE, sender: 'X' }] }), /rule "relay": .*sender/);
    assert.match(fault({ rules: [{ ...RULE, name: 'labelled' }] }), /rule "labelled": another rule has this name/);
    assert.match(fault({ rulez: [] }), /FORWARD_FORMATS_FILE: /);
    assert.throws(
      () => readForwardRules({ FORWARD_FORMATS_FILE: path.join(home, 'none.json'), FORWARD_TIME_ZONE: undefined }),
      /names a file that cannot be read/,
    );
  });
});

describe('the settings of Telegram', () => {
  const chatsOf = (text: string): unknown => [...parseConfig({ TELEGRAM_CHATS: text }, 'cli').TELEGRAM_CHATS];

  it('list chats, each perhaps with the number on which its phone receives', () => {
    assert.deepEqual(chatsOf('-1001=+989121234567, -1002,42'), [
      ['-1001', '+989121234567'],
      ['-1002', null],
      ['42', null],
    ]);
  });

  it('are refused by their names, never by their values', () => {
    for (const given of ['@channel', '-1001=', '-1001,,', '-1001,-1001=+98912'])
      assert.throws(() => chatsOf(given), /^ConfigError: TELEGRAM_CHATS is not a list of chat ids/, given);
    const token = 'not-a-token-but-a-secret';
    assert.throws(
      () => parseConfig({ TELEGRAM_BOT_TOKEN: token }, 'cli'),
      (error: Error) => /TELEGRAM_BOT_TOKEN is not a bot token/.test(error.message) && !error.message.includes(token),
    );
    assert.throws(
      () => parseConfig({ FORWARD_TIME_ZONE: 'Mars/Olympus' }, 'cli'),
      /FORWARD_TIME_ZONE is not a time zone/,
    );
  });
});
