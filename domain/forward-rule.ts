/**
 * Rules by which a forwarder's message is read back into the SMS that it carries: as a person writes one down, and made ready
 * for use. Patterns are RE2 (linear time, as templates) and are matched on the text as it came, since the body must be kept
 * to the letter.
 */
import { RE2JS } from 're2js';
import { compileDateFormat, type DateFormat } from './parse-date';
import { MAX_PROGRAM_SIZE } from './template-pattern';
import { wallClockReader, type ToInstant } from './time-zone';

export const FORWARD_GROUPS = ['sender', 'body', 'time', 'date', 'line', 'device', 'sim'] as const;
export type ForwardGroup = (typeof FORWARD_GROUPS)[number];

const MAX_PATTERN_LENGTH = 4_000;

export interface ForwardRuleDraft {
  readonly name: string;
  /**
   * Matches the whole message (a title, where there is one, is its first line) and names `sender` and `body`, and where the
   * message tells them `time` and `date`, `line` (the receiving number), `sim`, `device`.
   */
  readonly pattern: string;
  /** How `date` is written, such as `dd/MM/yyyy`; several with `|` between them, where only one can be meant. */
  readonly dateFormat?: string | undefined;
  /** Of a time without an offset. Without any such a time is not used, and the message's own is taken. */
  readonly timeZone?: string | undefined;
  /** Ids of the chats that it is for; without them every chat. */
  readonly chats?: readonly string[] | undefined;
  /** The phone that forwards, where the message does not name it. */
  readonly device?: string | undefined;
  /** The receiving number, where the message does not name it. */
  readonly line?: string | undefined;
  /** The receiving number by what the message calls it: `SIM1` and the like. */
  readonly lines?: Readonly<Record<string, string>> | undefined;
}

export interface ForwardRule {
  readonly name: string;
  readonly regex: RE2JS;
  readonly groups: ReadonlyMap<ForwardGroup, number>;
  readonly dateFormats: readonly DateFormat[];
  readonly toInstant: ToInstant | null;
  readonly chats: ReadonlySet<string> | null;
  readonly device: string | null;
  readonly line: string | null;
  /** By `lineKey`. */
  readonly lines: ReadonlyMap<string, string>;
}

export type ForwardRulesResult =
  | { readonly ok: true; readonly rules: readonly ForwardRule[] }
  /** `rule` is the name of the rule at fault. */
  | { readonly ok: false; readonly rule: string; readonly fault: string };

export const DEFAULT_DATE_FORMAT = 'yyyy-MM-dd|jalali:yyyy-MM-dd';

/** The first rule that matches a message reads it, so the order counts. Never throws; the first fault is the answer. */
export function compileForwardRules(
  drafts: readonly ForwardRuleDraft[],
  timeZone: string | undefined,
): ForwardRulesResult {
  const rules: ForwardRule[] = [];
  for (const draft of drafts) {
    const compiled = compile(draft, draft.timeZone ?? timeZone);
    if (typeof compiled === 'string') return { ok: false, rule: draft.name, fault: compiled };
    if (rules.some(({ name }) => name === draft.name))
      return { ok: false, rule: draft.name, fault: 'another rule has this name' };
    rules.push(compiled);
  }
  return { ok: true, rules };
}

function compile(draft: ForwardRuleDraft, timeZone: string | undefined): ForwardRule | string {
  if (draft.pattern.length > MAX_PATTERN_LENGTH) return `pattern is longer than ${MAX_PATTERN_LENGTH} characters`;
  const regex = regexOf(draft.pattern);
  if (typeof regex === 'string') return `pattern cannot be compiled: ${regex}`;
  if (regex.programSize() > MAX_PROGRAM_SIZE) return 'pattern grows too large when compiled; use smaller repeat counts';
  const groups = new Map<ForwardGroup, number>();
  for (const [name, place] of Object.entries(regex.namedGroups())) {
    if (!isGroup(name)) return `pattern has a group ${name}; known are ${FORWARD_GROUPS.join(', ')}`;
    groups.set(name, place);
  }
  if (!groups.has('sender') || !groups.has('body'))
    return 'pattern needs the groups (?P<sender>…) and (?P<body>…), or it reads no SMS';
  if (groups.has('date') && !groups.has('time')) return 'pattern has a group date and none for the time';
  const dateFormats = (draft.dateFormat ?? DEFAULT_DATE_FORMAT).split('|').map(compileDateFormat);
  const known = dateFormats.filter((format) => format !== null);
  if (known.length < dateFormats.length)
    return 'date_format is made of yyyy or yy, MM or MMM, and dd, such as dd/MM/yyyy';
  const toInstant = timeZone === undefined ? null : wallClockReader(timeZone);
  if (timeZone !== undefined && toInstant === null)
    return 'time_zone is an IANA name such as Asia/Tehran, or an offset such as +03:30';
  return {
    name: draft.name,
    regex,
    groups,
    dateFormats: known,
    toInstant,
    chats: draft.chats === undefined ? null : new Set(draft.chats),
    device: draft.device ?? null,
    line: draft.line ?? null,
    lines: new Map(Object.entries(draft.lines ?? {}).map(([called, line]) => [lineKey(called), line])),
  };
}

/** `SIM 1`, `sim1` and `Sim-1` are one slot. */
export function lineKey(called: string): string {
  return called
    .normalize('NFKC')
    .replace(/[\s_-]+/gu, '')
    .toLowerCase();
}

function regexOf(pattern: string): RE2JS | string {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    return error instanceof Error ? error.message : 'unknown fault';
  }
}

function isGroup(name: string): name is ForwardGroup {
  return FORWARD_GROUPS.some((group) => group === name);
}
