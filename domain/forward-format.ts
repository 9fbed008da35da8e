/** Reads the SMS out of a message that a forwarder made: a post in a chat, a note of Pushbullet. */
import { lineKey, type ForwardGroup, type ForwardRule } from './forward-rule';
import { readForwardedTime } from './forward-time';
import { normaliseSender } from './phone';
import { normaliseText, textFault, withAsciiDigits } from './text';

/** Why a message is not taken in as an SMS. Closed: it is counted by, and shown to operators. */
export const FORWARD_REFUSALS = [
  /** There is no text in it. */
  'empty',
  /** Longer than any forwarder's message. */
  'too_long',
  /** No rule reads it. */
  'no_rule',
  /** A rule reads it, but what it takes for the sender is none. */
  'sender_not_valid',
  /** A rule reads it, but the text of the SMS is longer than is taken in, or broken. */
  'text_too_long',
  'text_not_valid',
] as const;
export type ForwardRefusal = (typeof FORWARD_REFUSALS)[number];

export interface ForwardedMessage {
  /** Null or empty where the channel knows no titles; else the first line of what rules are matched on. */
  readonly title: string | null;
  readonly text: string;
  /** Rules may be for certain chats only. */
  readonly chat?: string;
  /** When the message was sent. */
  readonly sentAt: Date;
}

export type Forwarded =
  | {
      readonly ok: true;
      readonly rule: string;
      readonly sender: string;
      /** To the letter. */
      readonly body: string;
      /** When the phone received it; null where the message does not say: its own time is the next best. */
      readonly receivedAt: Date | null;
      /** A time is told and cannot be read for certain. */
      readonly timeUnclear: boolean;
      /** The receiving number, as the message or the rule has it. */
      readonly line: string | null;
      /** The slot of the receiving SIM, where no rule says its number; see `lineKey`. */
      readonly sim: string | null;
      readonly device: string | null;
    }
  | { readonly ok: false; readonly refused: ForwardRefusal };

/** A chat's own limit is 4,096 characters; notes may be longer, an SMS is not. */
const MAX_MESSAGE_LENGTH = 10_000;
const MAX_SENDER_LENGTH = 64;

/** The first rule that matches reads it. Never throws. */
export function parseForwarded(message: ForwardedMessage, rules: readonly ForwardRule[]): Forwarded {
  const subject = message.title ? `${message.title}\n${message.text}` : message.text;
  if (subject.trim() === '') return refuse('empty');
  if (subject.length > MAX_MESSAGE_LENGTH) return refuse('too_long');
  for (const rule of rules) {
    if (rule.chats !== null && !rule.chats.has(message.chat ?? '')) continue;
    const found = match(rule, subject);
    if (found !== null) return read(rule, found, message.sentAt);
  }
  return refuse('no_rule');
}

type Found = (group: ForwardGroup) => string | null;

function match(rule: ForwardRule, subject: string): Found | null {
  const matcher = rule.regex.matcher(subject);
  if (!matcher.matches()) return null;
  return (group) => {
    const place = rule.groups.get(group);
    return place === undefined ? null : matcher.group(place);
  };
}

function read(rule: ForwardRule, found: Found, sentAt: Date): Forwarded {
  const sender = senderOf(found('sender') ?? '');
  const body = found('body') ?? '';
  if (sender === '' || sender.length > MAX_SENDER_LENGTH || textFault(sender) !== null)
    return refuse('sender_not_valid');
  if (normaliseText(body) === '') return refuse('empty');
  const fault = textFault(body);
  if (fault !== null) return refuse(fault);
  const told = readForwardedTime(rule, { date: found('date'), time: found('time') }, sentAt);
  return {
    ok: true,
    rule: rule.name,
    sender,
    body,
    receivedAt: told.time === 'read' ? told.at : null,
    timeUnclear: told.time === 'unclear',
    ...lineOf(rule, found),
    device: nameOf(found('device')) ?? rule.device,
  };
}

/** A number beside a contact's name is the sender; the name is only what the phone's owner calls it. */
const NAME_AND_NUMBER = /^.*\S\s*[(<[（]\s*(\+?[0-9][0-9 -]{2,20})\s*[)>\]）]$/u;
const NUMBER_AND_NAME = /^(\+?[0-9][0-9 -]{2,20}?)\s*[(<[（].*[)>\]）]$/u;

function senderOf(raw: string): string {
  const text = normaliseText(raw);
  const plain = withAsciiDigits(text);
  return (NAME_AND_NUMBER.exec(plain) ?? NUMBER_AND_NAME.exec(plain))?.[1]?.trim() ?? text;
}

/** Only a number is a line of the house; "SIM1" is one of some phone. */
function lineOf(rule: ForwardRule, found: Found): { readonly line: string | null; readonly sim: string | null } {
  const called = nameOf(found('line'));
  const slot = nameOf(found('sim'));
  for (const name of [called, slot]) {
    const listed = name === null ? undefined : rule.lines.get(lineKey(name));
    if (listed !== undefined) return { line: listed, sim: null };
  }
  const number = called === null ? null : normaliseSender(senderOf(called));
  if (number?.ok === true && number.sender.kind === 'number') return { line: number.sender.value, sim: null };
  if (rule.line !== null) return { line: rule.line, sim: null };
  return { line: null, sim: slot === null ? null : lineKey(slot) };
}

function nameOf(raw: string | null): string | null {
  const name = raw === null ? '' : normaliseText(raw).slice(0, MAX_SENDER_LENGTH);
  return name === '' ? null : name;
}

function refuse(refused: ForwardRefusal): Forwarded {
  return { ok: false, refused };
}
