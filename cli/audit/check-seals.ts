/** Walks the hash chain over the log of human actions: whoever changed or removed an entry later has broken it. */
import { queryRows, type Db } from '../../db/query';
import { AUDIT_CONTENT, sealOf } from '../../worker/loops/seal-audit';
import type { Finding } from './findings';

interface SealRecord {
  seq: number;
  audit_id: number;
  previous_hash: string;
  hash: string;
  content: string | null;
}

const PAGE = 5_000;

/** The first break only: every hash behind it is wrong for the same reason. */
export async function checkSeals(trx: Db): Promise<Finding[]> {
  let previous = { seq: 0, hash: '0'.repeat(64) };
  for (;;) {
    const seals = await queryRows<SealRecord>(
      trx,
      `SELECT s.seq, s.audit_id, s.previous_hash, s.hash, CASE WHEN a.id IS NOT NULL THEN ${AUDIT_CONTENT} END AS content
       FROM recon_audit_seal s LEFT JOIN recon_audit a ON a.id = s.audit_id
       WHERE s.seq > :seq ORDER BY s.seq LIMIT :limit`,
      { seq: previous.seq, limit: PAGE },
    );
    for (const seal of seals) {
      const fault = faultOf(previous, seal);
      if (fault !== null) return [broken(seal, fault)];
      previous = seal;
    }
    if (seals.length < PAGE) return [];
  }
}

function faultOf(previous: { seq: number; hash: string }, seal: SealRecord): string | null {
  if (seal.seq !== previous.seq + 1) return 'a seal before it is gone';
  if (seal.previous_hash !== previous.hash) return 'it does not follow the seal before it';
  if (seal.content === null) return 'its entry is gone';
  return sealOf(seal.previous_hash, seal.content) === seal.hash ? null : 'its entry was changed';
}

function broken(seal: SealRecord, fault: string): Finding {
  const detail = `seal ${seal.seq} of entry ${seal.audit_id}: ${fault}`;
  return { kind: 'audit_seal_broken', smsId: null, orderId: null, detail };
}
