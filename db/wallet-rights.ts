/** What the login of this process could write in the wallet's schema: recon's must be able to write nothing there. */
import type { Db } from './query';
import { queryRows } from './query';

/** Names of tables and functions through which this login could write money; empty is as it should be. */
export async function findWalletWriteRights(db: Db): Promise<string[]> {
  const rows = await queryRows<{ name: string }>(
    db,
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'wallet' AND c.relkind IN ('r', 'p', 'v')
       AND (has_table_privilege(c.oid, 'INSERT,UPDATE,DELETE,TRUNCATE') OR has_any_column_privilege(c.oid, 'INSERT,UPDATE'))
     UNION ALL
     SELECT n.nspname || '.' || p.proname || '()' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = 'wallet' AND p.prosecdef AND has_function_privilege(p.oid, 'EXECUTE')
     UNION ALL
     SELECT 'wallet (CREATE)' FROM pg_namespace WHERE nspname = 'wallet' AND has_schema_privilege(oid, 'CREATE')
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
