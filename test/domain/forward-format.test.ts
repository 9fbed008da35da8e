import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_FORWARD_RULES } from '../../domain/forward-defaults';
import { parseForwarded, type Forwarded } from '../../domain/forward-format';
import { compileForwardRules, type ForwardRule, type ForwardRuleDraft } from '../../domain/forward-rule';

const SENT_AT = new Date('2024-03-05T10:45:00Z');
const BANK_TEXT = 'Rs.5,000.00 credited to a/c XX4711 on 05-03-24. Avl bal Rs.10,000.00 -HDFC Bank';
const LONG_TEXT = 'بانک ملی\nواریز: 500,000\nمانده: 1,200,000\n\n1402/12/15-14:10';

interface Sample {
  readonly shape: string;
  readonly text: string;
  readonly title?: string;
  readonly rule: string;
  readonly sender: string;
  readonly body: string;
  /** ISO; null where the message does not say. */
  readonly at: string | null;
  readonly line?: string;
  readonly sim?: string;
}

/** Read by the shipped rules, with Tehran (+03:30) as the zone of times without one. */
const SAMPLES: readonly Sample[] = [
  {
    shape: 'SmsForwarder without a template: five lines',
    text: `HDFCBK\n${BANK_TEXT}\nSIM1_Airtel_+919812345678\n2024-03-05 14:10:22\nXiaomi Mi 10`,
    rule: 'sms-forwarder',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
    line: '+919812345678',
  },
  {
    shape: 'the same without number and device name',
    text: `+989121234567\n${LONG_TEXT}\nSIM2_MCI\n2024-03-05 14:10:22`,
    rule: 'sms-forwarder',
    sender: '+989121234567',
    body: LONG_TEXT,
    at: '2024-03-05T10:40:22Z',
    sim: 'sim2',
  },
  {
    shape: 'sender, text, time on lines of their own',
    text: `HDFCBK\n${BANK_TEXT}\n2024-03-05 14:10:22`,
    rule: 'sender-text-time',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'the same with a text of many lines, kept to the letter',
    text: `10001234\n${LONG_TEXT}\n2024-03-05 14:10:22`,
    rule: 'sender-text-time',
    sender: '10001234',
    body: LONG_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'the same with seconds since 1970',
    text: `HDFCBK\n${BANK_TEXT}\n1709635222`,
    rule: 'sender-text-unix',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'the same with milliseconds since 1970',
    text: `HDFCBK\n${BANK_TEXT}\n1709635222123`,
    rule: 'sender-text-unix',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22.123Z',
  },
  {
    shape: 'Persian digits and a Jalali date',
    text: `۹۸۱۰۰۰۱۲۳۴\n${LONG_TEXT}\n۱۴۰۲/۱۲/۱۵ ۱۴:۱۰:۲۲`,
    rule: 'sender-text-time',
    sender: '۹۸۱۰۰۰۱۲۳۴',
    body: LONG_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'Arabic digits',
    text: `ALRAJHI\n${BANK_TEXT}\n٢٠٢٤-٠٣-٠٥ ١٤:١٠:٢٢`,
    rule: 'sender-text-time',
    sender: 'ALRAJHI',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'From and Text',
    text: `From: HDFCBK\nText: ${BANK_TEXT}`,
    rule: 'labelled',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: 'From and Message, the text below its label',
    text: `From: JD-HDFCBK-S\nMessage:\n${LONG_TEXT}`,
    rule: 'labelled',
    sender: 'JD-HDFCBK-S',
    body: LONG_TEXT,
    at: null,
  },
  {
    shape: 'a heading with an icon, labels with icons, an empty line',
    text: `📩 New SMS\n\n👤 From: HDFCBK\n💬 Message: ${BANK_TEXT}`,
    rule: 'labelled',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: 'textbee and its kin: labels, ISO time at the end, device',
    text: `From: +14155550123\nMessage: ${BANK_TEXT}\nReceived At: 2024-03-05T10:40:22.500Z\nDevice: Pixel 7`,
    rule: 'labelled-time-last',
    sender: '+14155550123',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'httpSMS and its kin: To and time before the content',
    text: `From: +14155550123\nTo: +1 415 555 0199\nTimestamp: 2024-03-05T14:10:22+03:30\nContent: ${BANK_TEXT}`,
    rule: 'labelled',
    sender: '+14155550123',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
    line: '+14155550199',
  },
  {
    shape: 'labels with SIM and a wall clock at the end',
    text: `Sender: HDFCBK\nBody: ${LONG_TEXT}\nSIM: SIM 1\nTime: 2024-03-05 02:10:22 PM`,
    rule: 'labelled-time-last',
    sender: 'HDFCBK',
    body: LONG_TEXT,
    at: '2024-03-05T10:40:22Z',
    sim: 'sim1',
  },
  {
    shape: 'only a clock behind its label: the last such time before it was forwarded',
    text: `From: HDFCBK\nText: ${BANK_TEXT}\nTime: 14:10:22`,
    rule: 'labelled-time-last',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'Persian labels',
    text: `فرستنده: ۱۰۰۰۱۲۳۴\nمتن: ${LONG_TEXT}\nزمان: ۱۴۰۲/۱۲/۱۵ ۱۴:۱۰:۲۲`,
    rule: 'labelled-time-last',
    sender: '۱۰۰۰۱۲۳۴',
    body: LONG_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'Chinese labels with full-width colons',
    text: `发件人：95555\n内容：${BANK_TEXT}\n时间：2024-03-05 14:10:22`,
    rule: 'labelled-time-last',
    sender: '95555',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'Telegram SMS',
    text: `[SIM1 Receive SMS]\nFrom: HDFCBK\nContent: ${LONG_TEXT}`,
    rule: 'telegram-sms',
    sender: 'HDFCBK',
    body: LONG_TEXT,
    at: null,
    sim: 'sim1',
  },
  {
    shape: 'Telegram SMS of a phone with one SIM',
    text: `[Receive SMS]\nFrom: HDFCBK\nContent: ${BANK_TEXT}`,
    rule: 'telegram-sms',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: "a shortcut's one line",
    text: `From HDFCBK: ${BANK_TEXT}`,
    rule: 'from-inline',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: "a shortcut's line and many more",
    text: `SMS from +98 912 123 4567:\n${LONG_TEXT}`,
    rule: 'from-inline',
    sender: '+98 912 123 4567',
    body: LONG_TEXT,
    at: null,
  },
  {
    shape: 'a note with its sender in the title',
    title: 'New SMS from HDFCBK (SIM 2)',
    text: LONG_TEXT,
    rule: 'from-inline',
    sender: 'HDFCBK',
    body: LONG_TEXT,
    at: null,
    sim: 'sim2',
  },
  {
    shape: 'a note with sender, text and time',
    title: 'SMS from HDFCBK',
    text: `${BANK_TEXT}\n2024-03-05 14:10:22`,
    rule: 'from-inline',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: '2024-03-05T10:40:22Z',
  },
  {
    shape: 'everything on one line with labels',
    text: `From: HDFCBK, Text: ${BANK_TEXT}`,
    rule: 'labelled-inline',
    sender: 'HDFCBK',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: 'a label for the sender only',
    text: `From: HDFCBK\n\n${LONG_TEXT}`,
    rule: 'labelled-sender',
    sender: 'HDFCBK',
    body: LONG_TEXT,
    at: null,
  },
  {
    shape: "a contact's name with the number behind it",
    text: `From: Bank Melli (+98 10001234)\nText: ${BANK_TEXT}`,
    rule: 'labelled',
    sender: '+98 10001234',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: 'a number with the name behind it',
    text: `From: +989121234567 (Bank Melli)\nText: ${BANK_TEXT}`,
    rule: 'labelled',
    sender: '+989121234567',
    body: BANK_TEXT,
    at: null,
  },
  {
    shape: 'a bare number and its text',
    text: `+9810001234: ${LONG_TEXT}`,
    rule: 'number-colon',
    sender: '+9810001234',
    body: LONG_TEXT,
    at: null,
  },
  {
    shape: "a bank's own date at the end of the text stays in it",
    text: 'From: BMELLI\nText: واریز 500,000\nتاریخ: 1402/12/15-14:10',
    rule: 'labelled',
    sender: 'BMELLI',
    body: 'واریز 500,000\nتاریخ: 1402/12/15-14:10',
    at: null,
  },
  {
    shape: 'Windows line ends, which stay in the body',
    text: 'From: HDFCBK\r\nText: Rs.5 credited\r\nto XX4711',
    rule: 'labelled',
    sender: 'HDFCBK',
    body: 'Rs.5 credited\r\nto XX4711',
    at: null,
  },
];

describe('messages of forwarders', () => {
  const rules = rulesOf(DEFAULT_FORWARD_RULES, 'Asia/Tehran');

  for (const sample of SAMPLES) {
    it(`reads ${sample.shape}`, () => {
      const { title = null, text } = sample;
      const read = parseForwarded({ title, text, sentAt: SENT_AT }, rules);
      assert.deepEqual(read, {
        ok: true,
        rule: sample.rule,
        sender: sample.sender,
        body: sample.body,
        receivedAt: sample.at === null ? null : new Date(sample.at),
        timeUnclear: false,
        line: sample.line ?? null,
        sim: sample.sim ?? null,
        device: null,
      } satisfies Forwarded);
    });
  }

  for (const [what, text] of [
    ['chatter', 'Good morning, is the phone charged?'],
    ['chatter of several lines', 'Good morning\nis the phone charged?\nthanks'],
    ['a sender without a text', 'From: HDFCBK'],
    ['a heartbeat of the forwarder', 'Battery: 80%'],
  ] as const) {
    it(`takes ${what} for no SMS`, () => {
      assert.deepEqual(parseForwarded({ title: null, text, sentAt: SENT_AT }, rules), {
        ok: false,
        refused: 'no_rule',
      });
    });
  }

  it('says why it refuses what a rule reads', () => {
    const refusal = (text: string): string => {
      const read = parseForwarded({ title: null, text, sentAt: SENT_AT }, rules);
      return read.ok ? 'read' : read.refused;
    };
    assert.equal(refusal(' \n '), 'empty');
    assert.equal(refusal('x'.repeat(10_001)), 'too_long');
    assert.equal(refusal(`From: HDFCBK\nText: ${'x'.repeat(2_001)}`), 'text_too_long');
    assert.equal(refusal('From: HDFCBK\nText: a\0b'), 'text_not_valid');
    assert.equal(refusal(`From: ${'x'.repeat(70)}\nText: hello`), 'sender_not_valid');
    assert.equal(refusal('From: \u200f\nText: hello'), 'sender_not_valid');
  });

  it('uses no wall clock where no zone is known, and takes whole moments all the same', () => {
    const zoneless = rulesOf(DEFAULT_FORWARD_RULES, undefined);
    const wall = read(zoneless, 'HDFCBK\nhello\n2024-03-05 14:10:22');
    assert.deepEqual([wall.receivedAt, wall.timeUnclear, wall.body], [null, false, 'hello']);
    const whole = read(zoneless, 'HDFCBK\nhello\n2024-03-05 14:10:22+0330');
    assert.equal(whole.receivedAt?.toISOString(), '2024-03-05T10:40:22.000Z');
  });

  it('says that a time is unclear rather than guess', () => {
    for (const time of ['2024-02-31 14:10:22', '2024-03-05 25:10:22', '0001-03-05 14:10:22'])
      assert.deepEqual([read(rules, `HDFCBK\nhello\n${time}`).timeUnclear], [true], time);
  });

  const ownRule: ForwardRuleDraft = {
    name: 'own',
    pattern: String.raw`(?P<sender>\w+) \| (?P<body>[^|]+) \| (?P<date>[\d/]+) (?P<time>[\d:]+)(?: \| (?P<device>\w+))?(?: \| (?P<sim>\w+))?`,
    dateFormat: 'dd/MM/yyyy|MM/dd/yyyy',
    timeZone: '+03:30',
    lines: { 'SIM 1': '+989121234567' },
  };

  it('tells day and month apart by the day of the message, and by nothing else', () => {
    const own = rulesOf([ownRule], undefined);
    const at = (text: string, sentAt: string): string | null => {
      const result = parseForwarded({ title: null, text, sentAt: new Date(sentAt) }, own);
      assert.ok(result.ok);
      assert.equal(result.timeUnclear, result.receivedAt === null);
      return result.receivedAt?.toISOString() ?? null;
    };
    assert.equal(at('BANK | hi | 05/03/2024 14:10', '2024-03-05T10:41:00Z'), '2024-03-05T10:40:00.000Z');
    assert.equal(at('BANK | hi | 05/03/2024 14:10', '2024-05-03T10:41:00Z'), '2024-05-03T10:40:00.000Z');
    assert.equal(at('BANK | hi | 05/03/2024 14:10', '2024-07-01T10:41:00Z'), null);
    assert.equal(at('BANK | hi | 25/03/2024 14:10', '2024-07-01T10:41:00Z'), '2024-03-25T10:40:00.000Z');
  });

  it('gives the device that a rule names, and the number that it knows a SIM by', () => {
    const own = rulesOf([ownRule], undefined);
    const named = read(own, 'BANK | hi | 25/03/2024 14:10 | pixel7 | SIM1');
    assert.deepEqual([named.device, named.line, named.sim], ['pixel7', '+989121234567', null]);
    assert.equal(read(own, 'BANK | hi | 25/03/2024 14:10 | pixel7 | SIM2').sim, 'sim2');
    const fixed = rulesOf([{ ...ownRule, device: 'desk', line: '+4930123456' }], undefined);
    const filled = read(fixed, 'BANK | hi | 25/03/2024 14:10');
    assert.deepEqual([filled.device, filled.line], ['desk', '+4930123456']);
  });

  it('uses a rule for its own chats only, and before the shipped ones', () => {
    const own = rulesOf([{ ...ownRule, chats: ['-1001'] }, ...DEFAULT_FORWARD_RULES], undefined);
    const inChat = (chat?: string): Forwarded =>
      parseForwarded(
        { title: null, text: 'BANK | hi | 25/03/2024 14:10', sentAt: SENT_AT, ...(chat ? { chat } : {}) },
        own,
      );
    assert.equal(inChat('-1001').ok, true);
    assert.deepEqual(
      [inChat('-1002'), inChat()].map(({ ok }) => ok),
      [false, false],
    );
  });

  it('names what is wrong with a rule', () => {
    const fault = (given: Partial<ForwardRuleDraft>): string => {
      const result = compileForwardRules([{ ...ownRule, ...given }], undefined);
      return result.ok ? '' : `${result.rule}: ${result.fault}`;
    };
    assert.match(fault({ pattern: '(?P<sender>a' }), /^own: pattern cannot be compiled: .*missing/);
    assert.match(fault({ pattern: '(?P<sender>a)(?=b)(?P<body>b)' }), /^own: pattern cannot be compiled/);
    assert.match(fault({ pattern: '(?P<sender>a)' }), /needs the groups/);
    assert.match(fault({ pattern: '(?P<sender>a)(?P<body>b)(?P<amount>c)' }), /group amount; known are sender/);
    assert.match(fault({ pattern: '(?P<sender>a)(?P<body>b)(?P<date>c)' }), /date and none for the time/);
    assert.match(
      fault({
        pattern: `(?P<sender>a)(?P<body>${['b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `${letter}{1000}`).join('')})`,
      }),
      /grows too large/,
    );
    assert.match(fault({ pattern: 'a'.repeat(4_001) }), /longer than 4000/);
    assert.match(fault({ dateFormat: 'dd/hh' }), /date_format is made of/);
    assert.match(fault({ timeZone: 'Mars/Olympus' }), /time_zone is an IANA name/);
    const twice = compileForwardRules([ownRule, ownRule], undefined);
    assert.deepEqual(twice, { ok: false, rule: 'own', fault: 'another rule has this name' });
  });

  it('reads every text back to the letter, whatever is in it', () => {
    const line = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => /^\S.*\S$/su.test(text));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const body = lines.join('\n');
        const result = parseForwarded(
          { title: null, text: `[SIM1 Receive SMS]\nFrom: HDFCBK\nContent: ${body}`, sentAt: SENT_AT },
          rules,
        );
        if (result.ok) assert.equal(result.body, body);
        else assert.ok(['text_not_valid', 'empty'].includes(result.refused), result.refused);
      }),
      { numRuns: 300 },
    );
  });

  it('answers within milliseconds whatever it is given', () => {
    for (const text of [`From: ${'a '.repeat(4_900)}`, 'a\n'.repeat(4_900), `From: a\nText: ${'\n1:1'.repeat(480)}`]) {
      const began = performance.now();
      parseForwarded({ title: null, text, sentAt: SENT_AT }, rules);
      assert.ok(performance.now() - began < 1_500, 'too slow');
    }
  });
});

function rulesOf(drafts: readonly ForwardRuleDraft[], timeZone: string | undefined): readonly ForwardRule[] {
  const result = compileForwardRules(drafts, timeZone);
  if (!result.ok) throw new Error(`${result.rule}: ${result.fault}`);
  return result.rules;
}

function read(rules: readonly ForwardRule[], text: string): Extract<Forwarded, { ok: true }> {
  const result = parseForwarded({ title: null, text, sentAt: SENT_AT }, rules);
  if (!result.ok) throw new Error(result.refused);
  return result;
}
