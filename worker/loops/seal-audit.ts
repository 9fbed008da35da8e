/** Chains human actions by hash, off the straight path: whoever changes or removes one later breaks the chain. */
import { createHash } from 'node:crypto';
import type { Db } from '../../db/query';
import { queryRow, queryRows } from '../../db/query';

const BATCH = 200;
const GENESIS = '0'.repeat(64);
/** Rows of transactions that are still open have lower ids than rows already visible: seal only what is this old. */
const SETTLE_SECONDS = 20;

export interface AuditRecord {
  id: number;
  content: string;
}

/** The canonical text of an entry: PostgreSQL's own jsonb text, so that every reader hashes the same bytes. */
export const AUDIT_CONTENT = `jsonb_build_array(a.id, extract(epoch FROM a.at), a.actor, a.action, a.sms_id, a.subject, a.reason, a.before, a.after)::text`;

export function sealOf(previousHash: string, content: string): string {
  return createHash('sha256').update(previousHash).update('\n').update(content).digest('hex');
}

/** Seals one batch; gives how many. Copies of the loop take turns on an advisory lock. */
export async function sealAudit(db: Db): Promise<number> {
  return db.transaction(async (trx) => {
    const lock = await queryRow<{ taken: boolean }>(
      trx,
      `SELECT pg_try_advisory_xact_lock(hashtextextended('recon:audit-seal', 0)) AS taken`,
    );
    if (lock?.taken !== true) return 0;
    const last = await queryRow<{ seq: number; hash: string }>(
      trx,
      `SELECT seq, hash FROM recon_audit_seal ORDER BY seq DESC LIMIT 1`,
    );
    const rows = await queryRows<AuditRecord>(
      trx,
      `SELECT a.id, ${AUDIT_CONTENT} AS content FROM recon_audit a
       WHERE a.by_person AND a.at < now() - :settleSeconds * interval '1 second'
         AND NOT EXISTS (SELECT FROM recon_audit_seal s WHERE s.audit_id = a.id)
       ORDER BY a.id LIMIT :limit`,
      { settleSeconds: SETTLE_SECONDS, limit: BATCH },
    );
    let seq = last?.seq ?? 0;
    let previousHash = last?.hash ?? GENESIS;
    for (const row of rows) {
      seq += 1;
      const hash = sealOf(previousHash, row.content);
      await queryRows(
        trx,
        `INSERT INTO recon_audit_seal (seq, audit_id, previous_hash, hash) VALUES (:seq, :auditId, :previousHash, :hash)`,
        { seq, auditId: row.id, previousHash, hash },
      );
      previousHash = hash;
    }
    return rows.length;
  });
}
