/** A database of its own, filled to a given size, in which prepared SMS are matched one after the other. */
import { migrateUp } from '../db/migrate';
import type { Db } from '../db/query';
import { matchDepositRow, type MatchSettings } from '../db/transitions/match-deposit';
import { createKnex } from '../service/postgres';
import type { DatabaseUrls } from '../stand/migrate-databases';
import { migrateWallet } from '../wallet/migrate';
import { fillHouse, type HouseSize } from './match-fill';

export interface MatchHouse {
  /** Under recon's own role. */
  readonly db: Db;
  /** Of a prepared SMS that is not matched yet. */
  nextSmsId(): number;
  /** Matches the next prepared SMS; gives the milliseconds that it took. */
  matchNext(): Promise<number>;
  close(): Promise<void>;
}

const SETTINGS: MatchSettings = {
  beforeMs: 24 * 3_600_000,
  waitMs: 30 * 60_000,
  brandEnforcement: 'enforce',
  autoApproval: true,
  lookAgainMs: [30_000],
};

export async function createMatchHouse(urls: DatabaseUrls, name: string, size: HouseSize): Promise<MatchHouse> {
  const maintenance = createKnex({ url: urls.owner, applicationName: 'bench-owner', poolSize: 1 });
  try {
    await maintenance.raw(`CREATE DATABASE ${name}`);
  } finally {
    await maintenance.destroy();
  }
  const owner = createKnex({
    url: inDatabase(urls.owner, name),
    applicationName: 'bench-owner',
    poolSize: 1,
    statementTimeoutMs: 600_000,
  });
  let prepared: number[];
  try {
    await migrateWallet(owner);
    await migrateUp(owner);
    prepared = await fillHouse(owner, size);
  } finally {
    await owner.destroy();
  }
  const db = createKnex({ url: inDatabase(urls.recon, name), applicationName: 'bench-match', poolSize: 2 });
  return {
    db,
    nextSmsId: () => next(prepared),
    async matchNext() {
      const smsId = next(prepared);
      prepared.shift();
      const startedMs = performance.now();
      const { outcome } = await matchDepositRow(db, { smsId, attempt: 1 }, SETTINGS);
      const elapsedMs = performance.now() - startedMs;
      if (outcome !== 'matched') throw new Error(`a prepared SMS came to ${outcome} instead of a match`);
      return elapsedMs;
    },
    close: () => db.destroy(),
  };
}

function next(prepared: readonly number[]): number {
  const [smsId] = prepared;
  if (smsId === undefined) throw new Error('there is no prepared SMS left to match');
  return smsId;
}

function inDatabase(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.toString();
}
