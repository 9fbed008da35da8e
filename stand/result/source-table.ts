/** How the SMS came, for people. */
import type { Via } from '../../domain/delivery';
import { aligned, type Row } from './aligned';
import { nameOf, type CameBy, type SourceCounts } from './count-sources';

const PUSHBULLET_WAYS: Readonly<Record<Via, readonly [name: string, remark: string]>> = {
  live: ['live', 'told as it happened'],
  thread: ['thread', "read from the phone's threads: what was missed, and each SMS's own id"],
  mirror: ['mirror', 'a notification of the messaging app'],
  push: ['push', 'a note that an app on the phone made of it'],
  direct: ['brought over', 'from an older system'],
};

const ORDER: readonly Via[] = ['live', 'thread', 'mirror', 'push', 'direct'];

export function sourceTable({ cameBy, gaps }: SourceCounts): string {
  const of = (source: CameBy['source']) =>
    cameBy.filter((one) => one.source === source).sort((a, b) => ORDER.indexOf(a.via) - ORDER.indexOf(b.via));
  const rows: Row[] = [
    ...grouped('Pushbullet', of('pushbullet'), ({ via }) => PUSHBULLET_WAYS[via]),
    ...grouped('Telegram', of('telegram'), () => ['channel', 'posted by a forwarder']),
    ...grouped('webhooks', of('webhook'), ({ app }) => [
      app ?? 'generic',
      app === null ? 'the signed generic hook' : "the app's own door and signature",
    ]),
    ...grouped('by hand', of('manual'), (one) => [nameOf(one), '']),
  ];
  const titled = rows.length === 0 ? '' : `${aligned([['how they came', 'sightings'], ...rows])}\n\n`;
  return `${titled}${aligned([['gaps in balances', gapWords(gaps)]])}`;
}

function grouped(
  title: string,
  ways: readonly CameBy[],
  wordsOf: (one: CameBy) => readonly [name: string, remark: string],
): Row[] {
  if (ways.length === 0) return [];
  const first = ways.reduce((sum, { sms }) => sum + sms, 0);
  const total = ways.reduce((sum, { sightings }) => sum + sightings, 0);
  return [
    [`  ${title}`, total, `${first} SMS came here first`],
    ...ways.map((one): Row => {
      const [name, remark] = wordsOf(one);
      return [`    ${name}`, one.sightings, remark];
    }),
  ];
}

function gapWords({ backfilling, awaiting_review: waiting, mended, dismissed }: SourceCounts['gaps']): string {
  if (backfilling + waiting + mended + dismissed === 0) return 'none';
  const parts = [
    `${waiting} wait for a person`,
    `${mended} mended: the SMS came late`,
    ...(backfilling > 0 ? [`${backfilling} being looked for`] : []),
    ...(dismissed > 0 ? [`${dismissed} dismissed`] : []),
  ];
  return parts.join(', ');
}
