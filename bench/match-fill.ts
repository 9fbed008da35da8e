/**
 * Fills a database to the size of a house that has been at work for long: most SMS approved with their matches, some of them
 * waiting for people, and the deposits that are pending today.
 */
import type { Db, Transaction } from '../db/query';
import { queryRows } from '../db/query';

export interface HouseSize {
  readonly sms: number;
  /** Pending. */
  readonly deposits: number;
  /** Of both: pairs that fit each other alone, to be matched. */
  readonly toMatch: number;
}

/** Amounts of the pairs: nothing else has them. */
const FIRST_PAIR_MINOR = 900_000_000;

/** Spread over 5,000 amounts and a year; one in a hundred stands before a person unmatched, and rivals for deposits. */
const SMS_SQL = `
  INSERT INTO shooter_sms (source, source_account, sender, sender_normal, body, received_at, ingested_at, line, fingerprint,
    status, step, review_reason, bank, amount_minor, currency, brand_id, brand_origin, order_id, match_kind)
  SELECT 'webhook', 'bench-line', 'RHEINBANK', 'RHEINBANK', 'Zahlungseingang ' || n, at, at, 'bench-line', md5(n::text),
    CASE WHEN waits THEN 'awaiting_review' ELSE 'approved' END, CASE WHEN waits THEN 'match' ELSE 'wallet' END,
    CASE WHEN waits THEN 'unmatched' END, 'Rheinbank', 1000 * (1 + n % 5000), 'EUR',
    CASE WHEN waits THEN NULL ELSE 'north' END, CASE WHEN waits THEN NULL ELSE 'match' END,
    CASE WHEN waits THEN NULL ELSE 'old-' || n END, CASE WHEN waits THEN NULL ELSE 'auto' END
  FROM (SELECT n, n % 100 = 0 AS waits, now() - (1 + n % 525600) * interval '1 minute' AS at
        FROM generate_series(1, :sms::int) AS n) AS old`;

const MATCHES_SQL = `
  INSERT INTO recon_match (sms_id, order_id, attempt, kind, amount_minor, currency, brand_id, bank, reference, created_at, created_by)
  SELECT id, order_id, 1, 'auto', amount_minor, currency, brand_id, bank, 'OLD-' || id, ingested_at, 'machine'
  FROM shooter_sms WHERE status = 'approved'`;

const DEPOSITS_SQL = `
  WITH player AS (INSERT INTO wallet.player (player_id, brand_id) VALUES ('player', 'north') RETURNING player_id, brand_id)
  INSERT INTO wallet.player_deposit (order_id, player_id, brand_id, amount_minor, currency, created_at)
  SELECT 'order-' || n, player_id, brand_id,
    CASE WHEN n <= :toMatch THEN ${FIRST_PAIR_MINOR} + n ELSE 1000 * (1 + n % 500) END, 'EUR', now() - interval '1 minute'
  FROM player, generate_series(1, :deposits::int) AS n`;

const PAIRS_SQL = `
  INSERT INTO shooter_sms (source, source_account, sender, sender_normal, body, received_at, line, fingerprint, status, step,
    bank, amount_minor, currency, reference)
  SELECT 'webhook', 'bench-line', 'RHEINBANK', 'RHEINBANK', 'Zahlungseingang', now(), 'bench-line', 'pair-' || n, 'received',
    'match', 'Rheinbank', ${FIRST_PAIR_MINOR} + n, 'EUR', 'PAIR-' || n
  FROM generate_series(1, :toMatch::int) AS n RETURNING id`;

/** Gives the ids of the SMS to be matched. */
export async function fillHouse(owner: Db, size: HouseSize): Promise<number[]> {
  const { toMatch } = size;
  const prepared = await owner.transaction(async (trx) => {
    const rebuild = await setIndexesAside(trx);
    await queryRows(trx, SMS_SQL, { sms: size.sms - toMatch });
    await queryRows(trx, MATCHES_SQL);
    await queryRows(trx, DEPOSITS_SQL, { deposits: size.deposits, toMatch });
    const pairs = await queryRows<{ id: number }>(trx, PAIRS_SQL, { toMatch });
    await rebuild();
    return pairs.map(({ id }) => id);
  });
  for (const table of ['shooter_sms', 'recon_match', 'wallet.player_deposit'])
    await owner.raw(`VACUUM ANALYZE ${table}`);
  await owner.raw('CHECKPOINT');
  return prepared;
}

/** A million rows are indexed in one go afterwards, in a third of the time. Foreign keys are not looked at meanwhile. */
async function setIndexesAside(trx: Transaction): Promise<() => Promise<void>> {
  await trx.raw(`SET LOCAL session_replication_role = replica`);
  await trx.raw(`SET LOCAL maintenance_work_mem = '256MB'`);
  const indexes = await queryRows<{ name: string; definition: string }>(
    trx,
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid IN ('shooter_sms'::regclass, 'recon_match'::regclass) AND NOT indisprimary`,
  );
  for (const { name } of indexes) await trx.raw(`DROP INDEX ${name}`);
  return async () => {
    for (const { definition } of indexes) await trx.raw(definition);
  };
}
