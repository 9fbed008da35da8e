/** An account's phones in `shooter_device`: those present when a person adds the account are that person's word, later ones are not. */
import type { DeviceFault } from '../domain/source-health';
import type { Db } from './query';
import { queryOne, queryRows } from './query';

export interface PhoneRow {
  readonly id: number;
  readonly accountIden: string;
  readonly iden: string;
  readonly name: string;
  readonly line: string | null;
  readonly trusted: boolean;
  readonly fault: DeviceFault | null;
  readonly lastSeenAt: Date;
}

export async function listPhones(db: Db): Promise<PhoneRow[]> {
  return queryRows<PhoneRow>(
    db,
    `SELECT id, source_account AS "accountIden", external_id AS iden, name, line, trusted, fault, last_seen_at AS "lastSeenAt"
     FROM shooter_device WHERE source = 'pushbullet' AND deleted_at IS NULL ORDER BY id`,
  );
}

interface Phone {
  readonly accountIden: string;
  readonly iden: string;
  readonly name: string;
}

/** Registers a phone and trusts it; true where it was not trusted before. */
export async function trustPhone(db: Db, phone: Phone, actor: string): Promise<{ id: number; turned: boolean }> {
  return queryOne<{ id: number; turned: boolean }>(
    db,
    `WITH before AS (
       SELECT trusted FROM shooter_device
       WHERE source = 'pushbullet' AND source_account = :accountIden AND external_id = :iden AND deleted_at IS NULL
     )
     INSERT INTO shooter_device (source, source_account, external_id, name, trusted, trusted_by, trusted_at)
     VALUES ('pushbullet', :accountIden, :iden, :name, true, :actor, now())
     ON CONFLICT (source, source_account, external_id) WHERE deleted_at IS NULL DO UPDATE SET name = EXCLUDED.name,
       trusted = true,
       trusted_by = CASE WHEN shooter_device.trusted THEN shooter_device.trusted_by ELSE EXCLUDED.trusted_by END,
       trusted_at = CASE WHEN shooter_device.trusted THEN shooter_device.trusted_at ELSE EXCLUDED.trusted_at END
     RETURNING id, NOT coalesce((SELECT trusted FROM before), false) AS turned`,
    { ...phone, actor },
  );
}

/** The phone as the service names it; registered untrusted where it was not known. Gives its row's id. */
export async function registerPhone(db: Db, phone: Phone): Promise<number> {
  const { id } = await queryOne<{ id: number }>(
    db,
    `INSERT INTO shooter_device (source, source_account, external_id, name)
     VALUES ('pushbullet', :accountIden, :iden, :name)
     ON CONFLICT (source, source_account, external_id) WHERE deleted_at IS NULL DO UPDATE SET name = EXCLUDED.name
     RETURNING id`,
    { ...phone },
  );
  return id;
}
