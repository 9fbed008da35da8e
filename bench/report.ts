/** The figures for people, as a table with their bounds, and for programs, as one line of JSON. */
import { COUNT_NAMES, COUNT_RULES, RATIO_NAMES, RATIO_RULES, type RatioName } from './figures';
import type { PartResult } from './results';
import { rounded, spreadOf } from './statistics';

type Results = Required<PartResult>;

export interface Machine {
  /** Name and value of whatever was set on the servers, and how busy the machine was. */
  readonly [what: string]: string;
}

/** Medians of the ratios, and the counts; names of parts that were not run are absent. */
export function jsonLine(results: Results): string {
  const ratios = RATIO_NAMES.flatMap((name) => {
    const values = results.ratios[name];
    return values === undefined ? [] : [[name, rounded(spreadOf(values).median)] as const];
  });
  const counts = COUNT_NAMES.flatMap((name) => {
    const value = results.counts[name];
    return value === undefined ? [] : [[name, Number.isInteger(value) ? value : rounded(value)] as const];
  });
  return JSON.stringify({ ratios: Object.fromEntries(ratios), counts: Object.fromEntries(counts) });
}

export function table(results: Results, machine: Machine): string {
  const ratios = RATIO_NAMES.flatMap((name) => ratioRow(name, results.ratios[name]));
  const counts = COUNT_NAMES.flatMap((name) => {
    const value = results.counts[name];
    if (value === undefined) return [];
    const rule: { readonly says: string; readonly atMost?: number } = COUNT_RULES[name];
    const bound = rule.atMost === undefined ? '' : `at most ${rule.atMost}`;
    const mark = rule.atMost === undefined ? '' : value <= rule.atMost ? 'met' : 'MISSED';
    return [[name, String(rounded(value)), '', bound, mark, rule.says]];
  });
  const background = results.background.map(({ says, values, unit }) => {
    const { median, lowest, highest } = spreadOf(values);
    return [says, String(rounded(median)), rangeOf(lowest, highest), unit];
  });
  return [
    ...aligned([['figure', 'median', 'range', 'bound', '', ''], ...ratios, ...counts]),
    '',
    ...aligned([['behind them', 'median', 'range', 'unit'], ...background]),
    '',
    ...aligned(Object.entries(machine)),
  ].join('\n');
}

function ratioRow(name: RatioName, values: readonly number[] | undefined): string[][] {
  if (values === undefined) return [];
  const { median, lowest, highest } = spreadOf(values);
  const rule: { readonly says: string; readonly aim?: number } = RATIO_RULES[name];
  const { bound } = RATIO_RULES[name];
  const met = 'atLeast' in bound ? median >= bound.atLeast : median <= bound.atMost;
  const words = 'atLeast' in bound ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
  const aim = rule.aim === undefined ? '' : `, aim ${rule.aim}`;
  return [[name, String(rounded(median)), rangeOf(lowest, highest), words + aim, met ? 'met' : 'MISSED', rule.says]];
}

function rangeOf(lowest: number, highest: number): string {
  return lowest === highest ? '' : `${rounded(lowest)} to ${rounded(highest)}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}
