/**
 * The shapes that common forwarders make, from the most particular to the loosest. A time at the end of a message is taken
 * for the forwarder's only where it is whole, to the second: banks end their texts with dates and times too, and the body
 * must stay what the phone received.
 */
import type { ForwardRuleDraft } from './forward-rule';

const DAY = String.raw`\p{Nd}{4}[-/.]\p{Nd}{1,2}[-/.]\p{Nd}{1,2}`;
const CLOCK = String.raw`\p{Nd}{1,2}:\p{Nd}{2}:\p{Nd}{2}(?:[.,]\p{Nd}{1,9})?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?[Zz]| ?[+-]\p{Nd}{2}:?\p{Nd}{2})?`;
const UNIX = String.raw`1\p{Nd}{9}(?:\p{Nd}{3})?`;
/** `2024-03-05 14:10:00`, with or without an offset. */
const MOMENT = String.raw`(?P<date>${DAY})[ T,،-]{1,3}(?P<time>${CLOCK})`;
/** The same, or seconds or milliseconds since 1970; behind a label. */
const STAMP = String.raw`(?:(?P<date>${DAY})[ T,،-]{1,3})?(?P<time>${CLOCK}|${UNIX})`;
/** No colon in it: that makes a label, or the beginning of a text. */
const SENDER = String.raw`(?P<sender>[^\n:：]{1,80}?)`;
const BODY = String.raw`(?P<body>(?s:.+?))`;
const SIM = String.raw`(?P<sim>(?i:sim|卡|سیم[ \x{200c}]?کارت)[ _-]?\p{Nd})`;

/** Bullets, icons and marks of direction before a label. */
const MARK = String.raw`[^\p{L}\p{Nd}\n]{0,6}`;
const EOL = String.raw`[ \t]*\r?\n`;
const label = (words: string): string => String.raw`${MARK}(?i:${words})[ \t]*[:：][ \t]*`;
const FROM = label('from|sender|phone|number|phone number|contact|de|von|от|فرستنده|از|发件人|发送方|来自');
const TO = `${label('to|line|recipient|receiver|an|به|گیرنده|خط|收件人')}(?P<line>[^\\n]{1,40}?)${EOL}`;
const SLOT = `${label('sim|slot|سیم')}(?P<sim>[^\\n]{1,40}?)${EOL}`;
const TEXT = `${label('text|message|msg|body|content|sms|nachricht|текст|متن|پیام|内容|短信')}\\n?`;
const TIME = label(
  'time|date|timestamp|received|received at|receive time|received time|sent|sent at|zeit|время|زمان|تاریخ|时间|接收时间',
);
const DEVICE = `${label('device|model|دستگاه|设备')}[^\\n]{0,80}`;
/** A line above the labels: an icon, "New SMS", "SMS received". */
const HEADING = String.raw`(?:[^\n:：]{1,40}\n+)?`;
const END = String.raw`\s*`;

export const DEFAULT_FORWARD_RULES: readonly ForwardRuleDraft[] = [
  {
    // [SIM1 Receive SMS], From: …, Content: …
    name: 'telegram-sms',
    pattern: String.raw`\[[^\]\n]*?(?:${SIM})?[^\]\n]*\]${EOL}${FROM}${SENDER}${EOL}(?:${TO})?${TEXT}${BODY}${END}`,
  },
  {
    // Sender, text, SIM1_operator_number, time, name of the phone: what SmsForwarder makes without a template.
    name: 'sms-forwarder',
    pattern: String.raw`${SENDER}${EOL}${BODY}\r?\n${SIM}(?:[_ -][^\n]*?)?(?P<line>\+\p{Nd}{8,15})?${EOL}${MOMENT}(?:\r?\n[^\n]{0,80})?${END}`,
  },
  {
    // From: …, Text: …, and after it SIM, time and device.
    name: 'labelled-time-last',
    pattern: String.raw`${HEADING}${FROM}${SENDER}${EOL}(?:${TO})?${TEXT}${BODY}\n+(?:${SLOT})?${TIME}${STAMP}(?:\r?\n+${DEVICE})?${END}`,
  },
  {
    // From: …, perhaps To, SIM, time and device, then Text: … to the end.
    name: 'labelled',
    pattern: String.raw`${HEADING}${FROM}${SENDER}${EOL}(?:${TO})?(?:${SLOT})?(?:${TIME}${STAMP}${EOL})?(?:${DEVICE}\r?\n)?\n?${TEXT}${BODY}${END}`,
  },
  {
    // From: … Text: … on one line.
    name: 'labelled-inline',
    pattern: String.raw`${FROM}${SENDER}[ \t,;|-]+${TEXT}${BODY}${END}`,
  },
  {
    // From: … and then the text without a label.
    name: 'labelled-sender',
    pattern: String.raw`${HEADING}${FROM}${SENDER}${EOL}(?:${TIME}${STAMP}${EOL})?\n*${BODY}${END}`,
  },
  {
    // "SMS from …:", "From …: …", as shortcuts, relays and titles of notes have it.
    name: 'from-inline',
    pattern: String.raw`${MARK}(?i:(?:new |incoming )?(?:sms |message |text )?(?:received )?from):? ${SENDER}(?: \(${SIM}\))?[ \t]*(?:[:：][ \t]*\r?\n?|\r?\n)\n*${BODY}(?:\n+${MOMENT})?${END}`,
  },
  {
    // Sender, text and time on lines of their own.
    name: 'sender-text-time',
    pattern: String.raw`${SENDER}${EOL}${BODY}\n+${MOMENT}${END}`,
  },
  {
    // The same with seconds or milliseconds since 1970.
    name: 'sender-text-unix',
    pattern: String.raw`${SENDER}${EOL}${BODY}\n+(?P<time>${UNIX})${END}`,
  },
  {
    // A bare number and its text: "+989…: …".
    name: 'number-colon',
    pattern: String.raw`(?P<sender>\+?\p{Nd}[\p{Nd} ()-]{4,20})[ \t]*[:：][ \t]*\r?\n?${BODY}${END}`,
  },
];
