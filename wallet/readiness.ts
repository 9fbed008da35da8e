/** Ready is: the database answers under this role, and the newest migration is in. */
import type { Knex } from 'knex';

export async function isReady(knex: Knex): Promise<boolean> {
  try {
    const { rows } = await knex.raw<{ rows: { ready: boolean }[] }>(
      `SELECT has_function_privilege(
         to_regprocedure('wallet.approve_deposit(text,text,text,bigint,text,text,text)'), 'EXECUTE') AS ready`,
    );
    return rows[0]?.ready === true;
  } catch {
    return false;
  }
}
