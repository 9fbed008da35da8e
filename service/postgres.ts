/** Knex over pg, set up alike for every process: bigint as number, UTC, bounded waits, a name in pg_stat_activity. */
import { knex, type Knex } from 'knex';
import pg from 'pg';

const INT8_OID = 20;
const INT8_ARRAY_OID = 1016;
const NUMERIC_OID = 1700;

/** Ids and money are int8 with a CHECK below 2^53; anything larger is refused here rather than rounded in silence. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError('a bigint from PostgreSQL does not fit a safe integer');
  return value;
}

export interface PostgresOptions {
  readonly url: string;
  /** Shows in pg_stat_activity: `recon-worker`, `recon-api`, … */
  readonly applicationName: string;
  readonly poolSize: number;
  /** Milliseconds to wait for a free connection or a new one before the caller is told that PostgreSQL is away. */
  readonly acquireTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

/** Nothing connects until the first query. Close with `knex.destroy()`. */
export function createKnex(options: PostgresOptions): Knex {
  const acquireTimeoutMs = options.acquireTimeoutMs ?? 3_000;
  return knex({
    client: 'pg',
    connection: {
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: acquireTimeoutMs,
      statement_timeout: options.statementTimeoutMs ?? 15_000,
      idle_in_transaction_session_timeout: 15_000,
      keepAlive: true,
      types: int8AsNumber(),
    },
    pool: { min: 0, max: options.poolSize, acquireTimeoutMillis: acquireTimeoutMs, propagateCreateError: true },
    // Query texts and bindings carry SMS texts: knex's own debug and error logging stays off.
    log: { warn: silent, error: silent, debug: silent, deprecate: silent },
  });
}

function silent(): void {
  // Errors reach the caller, who logs them by code (service/logger.ts).
}

function int8AsNumber() {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8_OID, parseInt8);
  types.setTypeParser(NUMERIC_OID, parseInt8);
  types.setTypeParser(INT8_ARRAY_OID, (text) => text.slice(1, -1).split(',').filter(Boolean).map(parseInt8));
  return {
    getTypeParser: (oid: number, format?: string): unknown =>
      format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text'),
  };
}

/** SQLSTATE classes and socket faults that say "PostgreSQL is away or busy", not "the query is wrong". */
const TRANSIENT_SQLSTATE = /^(08|53|57P|40001|40P01|55P03|25P03|57014)/;
const TRANSIENT_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);
const TRANSIENT_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Timeout acquiring a connection|Client has encountered a connection error|Connection ended unexpectedly|aborted/;

/** True where the same query may succeed a little later: callers retry, or answer 503 and acknowledge nothing. */
export function isTransientPostgresError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    TRANSIENT_CODES.has(code) ||
    TRANSIENT_SQLSTATE.test(code) ||
    TRANSIENT_MESSAGE.test(error.message) ||
    error.name === 'KnexTimeoutError'
  );
}

/** The constraint that a unique violation (23505) names; undefined for every other error. */
export function uniqueViolation(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505') return undefined;
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : '';
}
