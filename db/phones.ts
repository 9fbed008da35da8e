/** The whitelist (`shooter_phone`): senders whose SMS may become money. One row for one sender, however it was written. */
import { uniqueViolation } from '../service/postgres';
import { writeAudit } from './audit';
import type { Db } from './query';
import { queryOne, queryRow, queryRows } from './query';

export interface PhoneRow {
  readonly id: number;
  /** As the person wrote it. */
  readonly sender: string;
  /** As `normaliseSender` reads it: what SMS are compared with. */
  readonly senderNormal: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

interface PhoneRecord {
  id: number;
  sender: string;
  sender_normal: string;
  label: string;
  created_at: Date;
  created_by: string;
}

const COLUMNS = `id, sender, sender_normal, label, created_at, created_by`;

function mapPhone(row: PhoneRecord): PhoneRow {
  return {
    id: row.id,
    sender: row.sender,
    senderNormal: row.sender_normal,
    label: row.label,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}

export async function listPhones(db: Db): Promise<PhoneRow[]> {
  const sql = `SELECT ${COLUMNS} FROM shooter_phone WHERE deleted_at IS NULL ORDER BY id`;
  return (await queryRows<PhoneRecord>(db, sql)).map(mapPhone);
}

export interface NewPhone {
  readonly sender: string;
  readonly senderNormal: string;
  readonly label: string;
  readonly actor: string;
}

/** `added` false: the sender is listed already, by the row that is given. */
export async function addPhone(
  db: Db,
  phone: NewPhone,
): Promise<{ readonly added: boolean; readonly phone: PhoneRow }> {
  try {
    return { added: true, phone: await db.transaction((trx) => insertPhone(trx, phone)) };
  } catch (error) {
    if (uniqueViolation(error) !== 'shooter_phone_listed') throw error;
    const sql = `SELECT ${COLUMNS} FROM shooter_phone WHERE sender_normal = :senderNormal AND deleted_at IS NULL`;
    const found = await queryRow<PhoneRecord>(db, sql, { senderNormal: phone.senderNormal });
    // Deleted between the two statements: the caller's next try will succeed.
    if (!found) throw error;
    return { added: false, phone: mapPhone(found) };
  }
}

async function insertPhone(trx: Db, { sender, senderNormal, label, actor }: NewPhone): Promise<PhoneRow> {
  const row = await queryOne<PhoneRecord>(
    trx,
    `INSERT INTO shooter_phone (sender, sender_normal, label, created_by) VALUES (:sender, :senderNormal, :label, :actor)
     RETURNING ${COLUMNS}`,
    { sender, senderNormal, label, actor },
  );
  const after = { sender: row.sender, sender_normal: row.sender_normal, label: row.label };
  await writeAudit(trx, { actor, byPerson: true, action: 'phone.add', subject: `phone:${row.id}`, after });
  return mapPhone(row);
}

/** The row stays, since SMS name it; the sender is no longer listed. False where there is no such phone. */
export async function deletePhone(db: Db, id: number, actor: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    const row = await queryRow<PhoneRecord>(
      trx,
      `UPDATE shooter_phone SET deleted_at = now() WHERE id = :id AND deleted_at IS NULL RETURNING ${COLUMNS}`,
      { id },
    );
    if (!row) return false;
    const before = { sender: row.sender, sender_normal: row.sender_normal, label: row.label };
    await writeAudit(trx, { actor, byPerson: true, action: 'phone.delete', subject: `phone:${id}`, before });
    return true;
  });
}
