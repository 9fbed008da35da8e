/** The append-only log of who did what: `shooter_*` rows say how things are, this says how they came to be. */
import type { Db } from './query';
import { json, queryRows } from './query';

export interface AuditEntry {
  /** A reviewer's or operator's name, or the part of the machine: `sweeper`, `workflow`, `api`. */
  readonly actor: string;
  /** Human actions are chained by hash later, by the sealing loop. */
  readonly byPerson: boolean;
  /** A verb: `sms.approve`, `phone.add`, `message.dropped`. */
  readonly action: string;
  readonly smsId?: number;
  /** What was acted on where it is no SMS: `phone:12`, `template:3`. */
  readonly subject?: string;
  readonly reason?: string | null;
  readonly before?: unknown;
  readonly after?: unknown;
}

export async function writeAudit(db: Db, entry: AuditEntry): Promise<void> {
  await queryRows(
    db,
    `INSERT INTO recon_audit (actor, by_person, action, sms_id, subject, reason, before, after)
     VALUES (:actor, :byPerson, :action, :smsId, :subject, :reason, :before::jsonb, :after::jsonb)`,
    {
      actor: entry.actor,
      byPerson: entry.byPerson,
      action: entry.action,
      smsId: entry.smsId ?? null,
      subject: entry.subject ?? null,
      reason: entry.reason ?? null,
      before: entry.before === undefined ? null : json(entry.before),
      after: entry.after === undefined ? null : json(entry.after),
    },
  );
}
