/** What signs the requests of a phone's app: at most two secrets at once, sealed, and never shown again once they are made. */
import type { PhoneApp } from '../domain/phone-apps';
import type { Db } from './query';
import { queryRow } from './query';

export interface HookDevice {
  readonly id: number;
  readonly app: string | null;
  /** Newest first; empty where the device has none of its own. */
  readonly sealedSecrets: readonly string[];
  readonly fault: string | null;
}

/** What a sealed secret of a device belongs to: moved to another row, it does not open. */
export function deviceSecretOwner(deviceId: number): string {
  return `device:secret:${deviceId}`;
}

interface SecretRecord {
  id: number;
  app: string | null;
  fault: string | null;
  secret_sealed: string | null;
  previous_secret_sealed: string | null;
}

function mapHookDevice(row: SecretRecord): HookDevice {
  const sealed = [row.secret_sealed, row.previous_secret_sealed].filter((secret) => secret !== null);
  return { id: row.id, app: row.app, sealedSecrets: sealed, fault: row.fault };
}

/** The device as its app names it; undefined before its first contact. */
export async function findHookDevice(db: Db, app: PhoneApp, externalId: string): Promise<HookDevice | undefined> {
  const row = await queryRow<SecretRecord>(
    db,
    `SELECT id, app, fault, secret_sealed, previous_secret_sealed FROM shooter_device
     WHERE source = 'webhook' AND source_account = :app AND external_id = :externalId AND deleted_at IS NULL`,
    { app, externalId },
  );
  return row && mapHookDevice(row);
}

export type GiveSecretResult = 'given' | 'unknown_device' | 'not_an_app' | 'rotation_under_way';

/**
 * Puts a new secret in front; what was the newest is the former from then on and still counts. While there is a former
 * already, only a newest that was `lost` before it came into the phone can be replaced. Locks the row.
 */
export async function giveDeviceSecret(
  db: Db,
  input: { readonly id: number; readonly sealed: string; readonly lost: boolean; readonly apps: readonly PhoneApp[] },
): Promise<GiveSecretResult> {
  const { id, sealed, lost, apps } = input;
  const row = await queryRow<SecretRecord & { source_account: string }>(
    db,
    `SELECT id, app, fault, secret_sealed, previous_secret_sealed, source_account FROM shooter_device
     WHERE id = :id AND deleted_at IS NULL FOR UPDATE`,
    { id },
  );
  if (!row) return 'unknown_device';
  if (!apps.some((app) => app === row.source_account)) return 'not_an_app';
  if (row.previous_secret_sealed !== null && !lost) return 'rotation_under_way';
  const former = lost ? row.previous_secret_sealed : row.secret_sealed;
  const sql = `UPDATE shooter_device SET secret_sealed = :sealed, previous_secret_sealed = :former WHERE id = :id`;
  await queryRow(db, sql, { id, sealed, former });
  return 'given';
}

/** The former secret counts no more. `false` where there was none. */
export async function retireDeviceSecret(db: Db, id: number): Promise<boolean | 'unknown_device'> {
  const row = await queryRow<{ had: boolean }>(
    db,
    `UPDATE shooter_device d SET previous_secret_sealed = NULL
     FROM (SELECT id, previous_secret_sealed IS NOT NULL AS had FROM shooter_device WHERE id = :id FOR UPDATE) former
     WHERE d.id = former.id AND d.deleted_at IS NULL RETURNING former.had`,
    { id },
  );
  return row === undefined ? 'unknown_device' : row.had;
}
