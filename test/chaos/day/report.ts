/** The day for people, as tables, and for programs, as one line of JSON. */
import { isSound, type DayReport } from './run-day';

const FINDINGS_SHOWN = 20;

export function report(day: DayReport): string {
  const { verdict, audit, recoveries, faults, leftOut, unfinished, deaths, seed, sms } = day;
  const { received, approved, review, closed, open, lost } = audit.conservation;
  const sources = Object.entries(verdict.bySource).map(([source, one]) => [
    source,
    ...[one.sent, one.neverLeft, one.received, one.paired, one.late, one.gaveUp].map(String),
  ]);
  const minutes = Math.round(day.feedMs / 600) / 100;
  const wrong = [
    ...verdict.findings.map(({ kind, happening, smsId, detail }) => `${kind}: ${idsOf(happening, smsId)} ${detail}`),
    ...audit.findings.map(
      ({ kind, smsId, orderId, detail }) => `auditor: ${kind} SMS ${smsId ?? '-'}, deposit ${orderId ?? '-'} ${detail}`,
    ),
    ...unfinished.map((what) => `unfinished: ${what}`),
    ...deaths.map((death) => `died: ${death}`),
  ];
  return [
    '',
    ...aligned([
      ['source', 'sent', 'never left the phone', 'received', 'paired', `late (> 10 s)`, 'app gave up'],
      ...sources,
    ]),
    '',
    `  ${verdict.sent} SMS left their phones, ${verdict.received} sightings of them are here, in ${verdict.rows} rows; ` +
      `${verdict.inDoubt} of the rows are in doubt and before a person`,
    `  received ${received} = approved ${approved} + review ${review} + closed ${closed} + open ${open}; lost ${lost}; ` +
      `${audit.creditCount} credits, ${audit.doubleCredits} double`,
    '',
    ...aligned([
      ['disturbed', 'kills', 'restarts', 'slowest until every source brought new SMS'],
      ...disturbedRows(recoveries),
    ]),
    '',
    `  faults of the outside world: ${Object.entries(faults)
      .map(([dial, count]) => `${dial} ${count}`)
      .join(', ')}`,
    `  what they came to: ${struckBy(day.counters)}`,
    ...(leftOut.length === 0 ? [] : [`  left out, too slow for a day of ${minutes} min: ${leftOut.join(', ')}`]),
    '',
    ...wrong.slice(0, FINDINGS_SHOWN).map((line) => `  ✗ ${line}`),
    ...(wrong.length > FINDINGS_SHOWN ? [`  ✗ … and ${wrong.length - FINDINGS_SHOWN} more`] : []),
    `  ${isSound(day) ? 'nothing lost, nothing doubled' : `${wrong.length} FAULTS`}; settled ${seconds(day.settledMs)} after ` +
      `the last SMS, ${seconds(day.tookMs)} in all`,
    `  seed ${seed}; the same day again: npm run chaos -- --sms ${sms} --minutes ${minutes} --seed ${seed}`,
    '',
  ].join('\n');
}

export function jsonLine(day: DayReport): string {
  const { verdict, audit, unfinished, deaths, recoveries, ...rest } = day;
  return JSON.stringify({
    ...rest,
    sound: isSound(day),
    sent: verdict.sent,
    received: verdict.received,
    rows: verdict.rows,
    in_doubt: verdict.inDoubt,
    lost: verdict.findings.filter(({ kind }) => kind === 'lost' || kind === 'merged' || kind === 'sighting_missing')
      .length,
    doubled: verdict.findings.filter(({ kind }) => kind === 'doubled' || kind === 'invented').length,
    by_source: verdict.bySource,
    findings: verdict.findings,
    conservation: audit.conservation,
    audit_findings: audit.findings,
    double_credits: audit.doubleCredits,
    unfinished,
    deaths,
    recoveries,
    slowest_recovery_ms: Math.max(0, ...recoveries.map(({ recoveredMs }) => recoveredMs ?? 0)),
  });
}

function disturbedRows(recoveries: DayReport['recoveries']): string[][] {
  return [...new Set(recoveries.map(({ of }) => of))].map((part) => {
    const own = recoveries.filter(({ of }) => of === part);
    const slowest = Math.max(0, ...own.map(({ recoveredMs }) => recoveredMs ?? 0));
    const killed = own.filter(({ how }) => how === 'kill').length;
    return [part, String(killed), String(own.length - killed), seconds(slowest)];
  });
}

/** The simulators' counts of what went wrong: sockets, refusals, cut answers, tries again. */
const TROUBLE = /sockets_(dropped|silenced|refused)|conflicts|dial_|tries_again|given_up|[: ][45]\d\d$|no.answer$/;

function struckBy(counters: DayReport['counters']): string {
  const trouble = Object.entries(counters).filter(([name, count]) => TROUBLE.test(name) && count > 0);
  return trouble.map(([name, count]) => `${name} ${count}`).join(', ');
}

function idsOf(happening: number | null, smsId: number | null): string {
  return [happening === null ? '' : `happening ${happening}`, smsId === null ? '' : `SMS ${smsId}`]
    .filter(Boolean)
    .join(', ');
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) =>
    `  ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ')}`.trimEnd(),
  );
}
