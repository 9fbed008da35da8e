/** The figures by their contractual names: what each says, which part of the run makes it, and what it must come to. */

export const PART_NAMES = ['throughput', 'history', 'hook', 'latency', 'outage', 'match', 'sources'] as const;
export type PartName = (typeof PART_NAMES)[number];

interface RatioRule {
  readonly part: PartName;
  readonly says: string;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  readonly aim?: number;
}

export const RATIO_RULES = {
  pipeline_vs_bare: {
    part: 'throughput',
    says: 'SMS a second from door to wallet, against workflows with one remote activity that does nothing',
    bound: { atLeast: 1 },
    aim: 1.3,
  },
  pipeline_vs_empty: {
    part: 'throughput',
    says: 'the same against empty workflows with eager start: the ceiling of one workflow for each SMS',
    bound: { atLeast: 0.55 },
    aim: 0.8,
  },
  pipeline_vs_four_remote: {
    part: 'throughput',
    says: 'the same against the same four steps as four remote activities',
    bound: { atLeast: 2 },
  },
  hook_pipeline_vs_bare: {
    part: 'hook',
    says: 'SMS a second through the signed hook of the api process, against bare',
    bound: { atLeast: 0.7 },
  },
  latency_p50_vs_bare: {
    part: 'latency',
    says: 'time from POST to approval at 5 a second, against a bare workflow (medians)',
    bound: { atMost: 2 },
  },
  match_1m_vs_1k: {
    part: 'match',
    says: 'time of one match with 1,000,000 SMS and 10,000 pending deposits, against 1,000 of each',
    bound: { atMost: 2 },
  },
} as const satisfies Record<string, RatioRule>;
export type RatioName = keyof typeof RATIO_RULES;

interface CountRule {
  /** Undefined: of the whole run. */
  readonly part?: PartName;
  readonly says: string;
  readonly atMost?: number;
}

export const COUNT_RULES = {
  events: { part: 'history', says: 'events in the history of a straight path', atMost: 12 },
  transitions: { part: 'history', says: 'state transitions of a straight path', atMost: 4 },
  hook_ack_p99_ms: { part: 'outage', says: 'ms to the answer of the hook while the worker is down (p99)' },
  drain_per_s: { part: 'outage', says: 'SMS a second approved once the worker is back' },
  live_frame_p95_ms: {
    part: 'sources',
    says: "ms from a frame of Pushbullet's stream to the wallet's approval at 5 a second (p95)",
    atMost: 2_000,
  },
  half_open_recovery_s: {
    part: 'sources',
    says: 's from a socket that falls silent to the approval of what it swallowed, and a socket that speaks',
    atMost: 60,
  },
  items: { says: 'SMS sent in this run' },
  lost: { says: 'SMS that the database or the wallet does not know as approved', atMost: 0 },
  doubled: { says: 'deposits or SMS credited more than once', atMost: 0 },
} as const satisfies Record<string, CountRule>;
export type CountName = keyof typeof COUNT_RULES;

export const RATIO_NAMES = namesOf(RATIO_RULES);
export const COUNT_NAMES = namesOf(COUNT_RULES);

/** The parts that make these figures; a part's own name stands for all of its figures. Undefined names are given back. */
export function partsFor(names: readonly string[]): {
  readonly parts: readonly PartName[];
  readonly unknown: string[];
} {
  const wanted = new Set<PartName>();
  const unknown: string[] = [];
  for (const name of names) {
    const part = PART_NAMES.find((known) => known === name) ?? partOfFigure(name);
    if (part === undefined) unknown.push(name);
    else wanted.add(part);
  }
  return { parts: PART_NAMES.filter((part) => wanted.has(part)), unknown };
}

function partOfFigure(name: string): PartName | undefined {
  const ratio = RATIO_NAMES.find((known) => known === name);
  if (ratio !== undefined) return RATIO_RULES[ratio].part;
  const count = COUNT_NAMES.find((known) => known === name);
  const rule: CountRule | undefined = count && COUNT_RULES[count];
  return rule?.part;
}

function namesOf<T extends object>(rules: T): (keyof T & string)[] {
  return Object.keys(rules).filter((name): name is keyof T & string => name in rules);
}
