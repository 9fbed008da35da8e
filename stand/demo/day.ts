/** What makes one demo day different from the one before: ids, references, and a little more money in every story. */
import type { Db } from '../../db/query';
import { queryOne } from '../../db/query';
import { BANKS } from './banks';
import { playerOf } from './players';
import type { Story } from './story';

/** Days until an amount comes again; by then nothing of it can be mistaken for the new one, or the home is very busy. */
export const DAYS_OF_AMOUNTS = 200;

export interface Day {
  /** 1 on a new home. */
  readonly number: number;
  /** What every delivery of this day names as its `source_account`. */
  readonly sourceAccount: string;
  orderId(story: Story, order: string): string;
  /** Of messages, reviews and requests. */
  idOf(story: Story, name: string): string;
  /** Ten digits; banks never give one twice, so neither do days. */
  referenceOf(story: Story, sms: string): string;
  amountMinor(story: Story, baseMinor?: number): number;
}

/** `stories`: the whole day, in its order; references number its SMS. */
export function createDay(number: number, stories: readonly Story[]): Day {
  const names = stories.flatMap((story) => Object.keys(story.expect).map((sms) => `${story.key}/${sms}`));
  const padded = String(number).padStart(4, '0');
  const idOf = (story: Story, name: string) => `demo-${padded}-${story.key}-${name}`;
  return {
    number,
    sourceAccount: `demo-day-${padded}`,
    orderId: idOf,
    idOf,
    referenceOf(story, sms) {
      const at = names.indexOf(`${story.key}/${sms}`);
      if (at < 0) throw new Error(`story ${story.key} has no SMS ${sms}`);
      return `4${padded.padStart(5, '0')}${String(at + 1).padStart(4, '0')}`;
    },
    amountMinor(story, baseMinor = story.amountMinor) {
      const { unitMinor } = BANKS[playerOf(story.player).bank];
      return baseMinor + ((number - 1) % DAYS_OF_AMOUNTS) * unitMinor;
    },
  };
}

/** Counted from the rows: a home that was wiped begins again with the first day. */
export async function nextDayNumber(db: Db): Promise<number> {
  const { last } = await queryOne<{ last: number | null }>(
    db,
    `SELECT max(day) AS last FROM (
       SELECT substring(source_account FROM '^demo-day-(\\d{4,6})$')::int AS day FROM shooter_sms
         WHERE source_account LIKE 'demo-day-%'
       UNION ALL
       SELECT substring(order_id FROM '^demo-(\\d{4,6})-')::int FROM wallet.player_deposit WHERE order_id LIKE 'demo-%'
     ) AS days`,
    {},
  );
  return (last ?? 0) + 1;
}
