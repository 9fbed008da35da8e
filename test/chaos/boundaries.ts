/**
 * Where a worker can die. The product has no hook for this and needs none: everything that commits goes through the
 * database it is given, everything that is paid through the wallet client it is given, and both are parts of the
 * composition. The process that is to be killed gets them wrapped; every other process gets them as they are.
 */
import { asyncLocalStorage } from '@temporalio/activity';
import type { WalletClient } from '../../activities/ports';
import type { Db } from '../../db/query';

/** The commits of the straight path in their order, and the call of the wallet between the last two. */
export const STEPS = ['accept', 'whitelist', 'parse', 'match', 'handoff', 'wallet', 'record'] as const;
export type ChaosStep = (typeof STEPS)[number];

/**
 * `before`: everything is prepared and nothing sent (in a transaction: all rows written, none committed).
 * `during`: the commit or the call is under way, and nobody will hear how it ended.
 * `after`: it is done, and nothing that follows has begun.
 */
export const MOMENTS = ['before', 'during', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];

export type Boundary = `${ChaosStep}:${Moment}`;

export const BOUNDARIES: readonly Boundary[] = STEPS.flatMap((step) =>
  MOMENTS.map((moment): Boundary => `${step}:${moment}`),
);

/** Told of every boundary that is passed; where it is the one to die at, it does not return. */
export type Passing = (boundary: Boundary) => void;

/** Runs one commit or call between its boundaries. */
async function between<T>(step: ChaosStep, passing: Passing, work: () => PromiseLike<T>): Promise<T> {
  passing(`${step}:before`);
  const pending = Promise.resolve(work());
  passing(`${step}:during`);
  const result = await pending;
  passing(`${step}:after`);
  return result;
}

export function watchWallet<Wallet extends WalletClient>(wallet: Wallet, passing: Passing): Wallet {
  return { ...wallet, approve: (...asked) => between('wallet', passing, () => wallet.approve(...asked)) };
}

/** The same pool; statements and transactions that commit a step of the straight path are told. */
export function watchDb(db: Db, passing: Passing): Db {
  const raw = (sql: string, bindings: object) => {
    const statement = db.raw(sql, bindings as Record<string, string>);
    const step = stepOf(sql);
    if (step !== undefined) {
      // A statement runs once it is awaited; until then more may be said about it.
      const run = statement.then.bind(statement) as Promise<unknown>['then'];
      const watched: Pick<Promise<unknown>, 'then'> = {
        then: (resolve, reject) => between(step, passing, () => ({ then: run })).then(resolve, reject),
      };
      Object.assign(statement, watched);
    }
    return statement;
  };
  const transaction = async (work: (trx: Db) => Promise<unknown>, config?: object) => {
    const step = stepOf('a transaction');
    if (step === undefined) return db.transaction((trx) => work(trx), config);
    const result = await db.transaction(async (trx) => {
      const written = await work(trx);
      passing(`${step}:before`);
      passing(`${step}:during`);
      return written;
    }, config);
    passing(`${step}:after`);
    return result;
  };
  return new Proxy(db, {
    get: (target, property) => {
      if (property === 'raw') return raw;
      return property === 'transaction' ? transaction : (Reflect.get(target, property) as unknown);
    },
  });
}

/** Statements that only read commit nothing; a function that writes is known by its name. */
const WRITES = /^a transaction$|\b(INSERT INTO|UPDATE \w|DELETE FROM|recon_take_in)\b/;

/** Which commit this is, by the activity that asks for it; intake is none. Undefined: none of the straight path. */
function stepOf(sql: string): ChaosStep | undefined {
  if (!WRITES.test(sql)) return undefined;
  const activity = asyncLocalStorage.getStore()?.info.activityType;
  switch (activity) {
    case undefined:
      return sql === 'a transaction' || sql.includes('recon_take_in') ? 'accept' : undefined;
    case 'checkWhitelist':
      return 'whitelist';
    case 'parseSms':
      return 'parse';
    case 'matchDeposit':
      return 'match';
    case 'requestWalletApproval':
    case 'askWalletAgain':
      return sql.includes('INSERT INTO recon_handoff') ? 'handoff' : 'record';
    default:
      return undefined;
  }
}
