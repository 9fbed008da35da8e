/** The thin edge to knex: named bindings in, typed rows out. Repositories take a knex or a transaction, and cannot tell which. */
import type { Knex } from 'knex';

/** A pool or a transaction. */
export type Db = Knex;
export type Transaction = Knex.Transaction;

type Binding = string | number | boolean | Date | null | readonly string[] | readonly number[];

type Bindings = Readonly<Record<string, Binding>>;

/**
 * A statement of the straight path: its bindings are found once, and each connection parses and plans it once. Only for
 * texts that are constants, since a connection keeps every one of them for as long as it lives.
 */
export interface Prepared {
  readonly name: string;
  /** With `$1`, `$2`, … */
  readonly text: string;
  /** The binding of each, in their order. */
  readonly names: readonly string[];
}

/** Each occurrence is a parameter of its own, so that PostgreSQL finds its type where it stands. */
export function prepared(name: string, sql: string): Prepared {
  const names: string[] = [];
  const text = sql.replace(/(?<![:\w]):([a-z]\w*)/gi, (_occurrence, binding: string) => `$${names.push(binding)}`);
  return { name, text, names };
}

/** Runs one statement with `:name` bindings. The row type is the caller's word for what its SQL selects. */
export async function queryRows<Row extends object>(
  db: Db,
  sql: string | Prepared,
  bindings: Bindings = {},
): Promise<Row[]> {
  const result = await (typeof sql === 'string'
    ? db.raw<{ rows: Row[] }>(sql, bindings)
    : db.raw<{ rows: Row[] }>(sql.text).options({ name: sql.name, values: valuesOf(sql, bindings) }));
  return result.rows;
}

/** The options of a raw query are handed to pg as they are: knex itself knows nothing of prepared statements. */
function valuesOf({ name, names }: Prepared, bindings: Bindings): Binding[] {
  return names.map((binding) => {
    const value = bindings[binding];
    if (value === undefined) throw new Error(`the statement ${name} was not given its binding ${binding}`);
    return value;
  });
}

export async function queryRow<Row extends object>(
  db: Db,
  sql: string | Prepared,
  bindings: Bindings = {},
): Promise<Row | undefined> {
  const [row] = await queryRows<Row>(db, sql, bindings);
  return row;
}

/** For statements that must give exactly one row (an INSERT … RETURNING, an aggregate). */
export async function queryOne<Row extends object>(
  db: Db,
  sql: string | Prepared,
  bindings: Bindings = {},
): Promise<Row> {
  const row = await queryRow<Row>(db, sql, bindings);
  if (row === undefined) throw new Error('a statement that always gives a row gave none');
  return row;
}

/** jsonb bindings go in as text and are cast in the SQL (`:detail::jsonb`). */
export function json(value: unknown): string {
  return JSON.stringify(value);
}
