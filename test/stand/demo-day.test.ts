import assert from 'node:assert/strict';
import { normaliseSender } from '../../domain/phone';
import { parseSms } from '../../domain/parse';
import { REVIEW_REASONS, SMS_STATUSES } from '../../domain/sms';
import { TEMPLATE_LIBRARY } from '../../domain/template-library';
import { PHONE_APPS } from '../../domain/phone-apps';
import { parseForwarded } from '../../domain/forward-format';
import { DEFAULT_FORWARD_RULES } from '../../domain/forward-defaults';
import { compileForwardRules } from '../../domain/forward-rule';
import { FORWARDERS, writtenBy } from '../../sim/telegram/forwarders';
import { BANKS } from '../../stand/demo/banks';
import { composeSms, type ComposedSms } from '../../stand/demo/compose';
import { createDay, DAYS_OF_AMOUNTS } from '../../stand/demo/day';
import { BRANDS, PLAYERS, playerOf } from '../../stand/demo/players';
import { DEMO_PHONES, LISTED_LATE } from '../../stand/demo/seeds';
import { STORIES } from '../../stand/demo/stories';
import type { Expected, SendStep, Story } from '../../stand/demo/story';
import { possibleWay, usualWay, type Way } from '../../stand/demo/ways';
import { librarySet } from '../domain/library-set';

const WAIT_MS = 30 * 60_000;
const NOW = new Date('2026-03-05T12:00:00Z');
const ALL_EXPECTED = STORIES.flatMap(({ expect }) => Object.values(expect));

/** On their way, never at rest: that they were passed is counted from the rows. */
const PASSING = new Set(['received', 'matched', 'approving']);
/** Faults, which tests make and a demo does not. */
const FAULTS = new Set(['internal_error', 'wallet_unknown']);

const times = (fits: (expected: Expected) => boolean) => ALL_EXPECTED.filter(fits).length;

interface Composed extends ComposedSms {
  readonly story: Story;
  readonly name: string;
}

function composeDay(number: number): Composed[] {
  const day = createDay(number, STORIES);
  return STORIES.flatMap((story) => {
    const sent = new Map<string, ComposedSms>();
    const context = { day, now: NOW, matchWaitMs: WAIT_MS, sent };
    for (const step of story.steps) {
      if (step.do === 'send') sent.set(step.sms, composeSms(story, step, context));
      if (step.do === 'bring_over') sent.set(step.sms, composeSms(story, { sms: step.sms, text: {} }, context));
    }
    return [...sent].map(([name, sms]) => ({ story, name, ...sms }));
  });
}

const WITH_ALL = { pushbullet: true, telegram: true, apps: true } as const;

/** As `deliver` chooses it. */
function wayOf(story: Story, step: SendStep): Way {
  if (step.device !== undefined || step.messageOf !== undefined) return { by: 'hook' };
  return step.way ?? usualWay(playerOf(story.player).bank);
}

/** What of a way counts apart: the hook, each app, each forwarder, each thing that a phone tells Pushbullet, and if it encrypts. */
function kindsOf(way: Way): string[] {
  switch (way.by) {
    case 'hook':
      return ['hook'];
    case 'telegram':
      return [`telegram ${way.forwarder}`];
    case 'app':
      return [`app ${way.app}`];
    case 'pushbullet': {
      const sealed = way.phone === 'sealed' ? ['pushbullet encrypted'] : [];
      return [...(way.ways ?? ['live', 'thread']).map((one) => `pushbullet ${one}`), ...sealed];
    }
  }
}

const SENT = STORIES.flatMap((story) =>
  story.steps.flatMap((step) => (step.do === 'send' ? [{ story, step, way: wayOf(story, step) }] : [])),
);

function moneyOf(story: Story): number[] {
  const given = story.steps.flatMap((step) => {
    if (step.do === 'deposit') return step.amountMinor ?? [];
    return step.do === 'send' && 'amountMinor' in step.text ? (step.text.amountMinor ?? []) : [];
  });
  return [...new Set([story.amountMinor, ...given])].filter((amount) => amount > 0);
}

describe('the demo day', () => {
  it('has every status in which an SMS can rest at least twice', () => {
    for (const status of SMS_STATUSES.filter((one) => !PASSING.has(one)))
      assert.ok(times((expected) => expected.status === status) >= 2, status);
  });

  it('has every review reason at least twice', () => {
    for (const reason of REVIEW_REASONS.filter((one) => !FAULTS.has(one)))
      assert.ok(times((expected) => expected.reason === reason) >= 2, reason);
  });

  it('has at least 60 SMS of every bank of the library, of several brands and currencies', () => {
    assert.ok(ALL_EXPECTED.length >= 60);
    const banks = new Set(STORIES.map(({ player }) => playerOf(player).bank));
    assert.deepEqual([...banks].sort(), Object.keys(BANKS).sort());
    const credits = TEMPLATE_LIBRARY.filter(({ kind }) => kind === 'credit').map(({ name }) => name);
    assert.deepEqual(
      Object.values(BANKS)
        .map(({ template }) => template)
        .sort(),
      credits.sort(),
    );
    assert.deepEqual(new Set(Object.values(PLAYERS).map(({ brand }) => brand)), new Set(BRANDS));
    assert.ok(new Set(Object.values(BANKS).map(({ currency }) => currency)).size >= 15);
  });

  it('shows every source and every way at least twice, and most SMS by the simulators', () => {
    const counts = new Map<string, number>();
    for (const { way } of SENT) for (const kind of kindsOf(way)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const kinds = [
      'hook',
      ...['live', 'thread', 'mirror', 'push', 'encrypted'].map((one) => `pushbullet ${one}`),
      ...PHONE_APPS.map((app) => `app ${app}`),
      ...FORWARDERS.map((forwarder) => `telegram ${forwarder}`),
    ];
    for (const kind of kinds) assert.ok((counts.get(kind) ?? 0) >= 2, `${kind}: ${counts.get(kind) ?? 0}`);
    assert.ok(SENT.filter(({ way }) => way.by !== 'hook').length > SENT.length / 2);
  });

  it('shows SMS that several ways and sources bring, and balances that break: some for good, some mended', () => {
    const steps = STORIES.flatMap((story) => story.steps);
    const gaps = steps.flatMap((step) => (step.do === 'await_gap' ? step.is : []));
    assert.ok(steps.filter((step) => step.do === 'sighted' && step.as.length === 3).length >= 2);
    assert.ok(steps.filter((step) => step.do === 'also').length >= 2);
    for (const status of ['awaiting_review', 'mended'] as const)
      assert.ok(gaps.filter((one) => one === status).length >= 2, status);
  });

  it('sends all of it by the hook where no simulator stands in for a service, save what is about that service', () => {
    const without = { pushbullet: false, telegram: false, apps: false } as const;
    const left = SENT.filter(({ story }) => story.onlyWith === undefined);
    assert.deepEqual(new Set(left.map(({ way }) => possibleWay(way, without).by)), new Set(['hook']));
    assert.deepEqual(new Set(SENT.map(({ way }) => possibleWay(way, WITH_ALL) === way)), new Set([true]));
    const expected = STORIES.filter(({ onlyWith }) => onlyWith === undefined).flatMap(({ expect }) =>
      Object.values(expect),
    );
    for (const status of SMS_STATUSES.filter((one) => !PASSING.has(one)))
      assert.ok(expected.filter((one) => one.status === status).length >= 2, status);
    for (const reason of REVIEW_REASONS.filter((one) => !FAULTS.has(one)))
      assert.ok(expected.filter((one) => one.reason === reason).length >= 2, reason);
  });

  it('gives Telegram posts that the shipped formats read back: sender, text, and the time where it is told', () => {
    const compiled = compileForwardRules(DEFAULT_FORWARD_RULES, undefined);
    assert.ok(compiled.ok);
    const texts = composeDay(1);
    for (const { story, step, way } of SENT) {
      if (way.by !== 'telegram') continue;
      const sms = texts.find((one) => one.story === story && one.name === step.sms);
      assert.ok(sms);
      const text = writtenBy(way.forwarder, sms);
      const read = parseForwarded({ title: null, text, chat: '-1', sentAt: sms.receivedAt }, compiled.rules);
      assert.ok(read.ok, story.key);
      const at = read.receivedAt ?? sms.receivedAt;
      assert.deepEqual([read.sender, read.body, at, read.timeUnclear], [sms.sender, sms.body, sms.receivedAt, false]);
    }
  });

  it('sends no text twice to one phone within a day, so that none is taken for another', () => {
    const seen = new Set<string>();
    const texts = composeDay(1);
    for (const { story, step, way } of SENT) {
      if (way.by === 'hook') continue;
      const sms = texts.find((one) => one.story === story && one.name === step.sms);
      const key = JSON.stringify([way, sms?.sender, sms?.body]);
      assert.ok(!seen.has(key), story.key);
      seen.add(key);
    }
  });

  it('keeps the books of the accounts whose balances it tells', () => {
    const told = composeDay(3).filter(({ body }) => /Saldo CHF|Kontostand/.test(body));
    assert.equal(told.length, 10);
    const templates = librarySet();
    for (const { sender, body, receivedAt } of told) {
      const result = parseSms({ sender: normal(sender), body, receivedAt }, templates);
      assert.ok(result.outcome === 'parsed' && result.movement.balanceMinor !== null);
    }
  });

  it('says of each of its SMS what must come of it', () => {
    for (const { key, steps, expect } of STORIES) {
      const sent = steps.flatMap((step) => (step.do === 'send' || step.do === 'bring_over' ? step.sms : []));
      assert.deepEqual(sent.sort(), Object.keys(expect).sort(), key);
    }
    assert.equal(new Set(STORIES.map(({ key }) => key)).size, STORIES.length);
  });

  it('writes what the templates read: the money of the story, from a listed sender', () => {
    const listed = new Set([...DEMO_PHONES.map(({ sender }) => sender), ...LISTED_LATE].map(normal));
    const templates = librarySet();
    for (const number of [1, 7, 150]) {
      const day = createDay(number, STORIES);
      for (const { story, name, sender, body, receivedAt } of composeDay(number)) {
        const what = `day ${number}, ${story.key}, ${name}`;
        const expected = story.expect[name];
        if (expected?.status === 'not_whitelisted') {
          assert.ok(!listed.has(normal(sender)), what);
          continue;
        }
        assert.ok(listed.has(normal(sender)), what);
        const result = parseSms({ sender: normal(sender), body, receivedAt }, templates);
        if (expected?.status === 'not_a_credit') {
          assert.equal(result.outcome, 'not_a_credit', what);
          continue;
        }
        const step = story.steps.find((one) => one.do === 'send' && one.sms === name);
        if (step?.do === 'send' && 'body' in step.text) {
          assert.equal(result.outcome, 'parse_failed', what);
          continue;
        }
        assert.ok(result.outcome === 'parsed', `${what}: ${JSON.stringify(result)}`);
        const bank = BANKS[playerOf(story.player).bank];
        const amounts = moneyOf(story).map((amount) => day.amountMinor(story, amount));
        assert.ok(amounts.includes(result.payment.amountMinor), `${what}: ${result.payment.amountMinor}`);
        assert.equal(result.payment.currency, bank.currency, what);
        assert.equal(result.payment.accountTail, bank.accountTail, what);
        assert.equal(result.payment.reference !== null, bank.hasReference, what);
      }
    }
  });

  it('means the same money in no two stories, and on no two days that follow', () => {
    const all = STORIES.flatMap((story) => {
      const { currency, unitMinor } = BANKS[playerOf(story.player).bank];
      return moneyOf(story).map((amount) => ({
        what: `${story.key} ${amount} ${currency}`,
        amount,
        currency,
        unitMinor,
      }));
    });
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1).filter(({ currency }) => currency === one.currency)) {
        const apart = Math.abs(one.amount - other.amount);
        const needed = DAYS_OF_AMOUNTS * Math.max(one.unitMinor, other.unitMinor);
        assert.ok(apart >= needed, `${one.what} and ${other.what}`);
      }
    }
  });

  it('gives every bank reference once, on whatever day', () => {
    const seen = new Set<string>();
    for (const number of [1, 2, 3]) {
      const day = createDay(number, STORIES);
      for (const story of STORIES) for (const sms of Object.keys(story.expect)) seen.add(day.referenceOf(story, sms));
    }
    assert.equal(seen.size, ALL_EXPECTED.length * 3);
  });
});

function normal(sender: string): string {
  const result = normaliseSender(sender);
  assert.ok(result.ok, sender);
  return result.sender.value;
}
