/** `/internal/recon/shooter/device/*`: the phones that deliver SMS, and which of them are trusted. */
import { z } from 'zod';
import { SOURCES } from '../../domain/sms';
import { writeAudit } from '../../db/audit';
import { deleteDevice, listDevices, trustDevice, updateDevice, type DeviceRow } from '../../db/devices';
import type { Db } from '../../db/query';
import { DEVICE_FAULTS } from '../../domain/source-health';
import type { SecretBox } from '../../service/secret-box';
import { unknownDevice } from '../device-errors';
import { done, getRoute, postRoute, type Route } from '../route';
import { deleted, iso, isoOrNull, nullableTime, time } from '../schemas/common';
import { deleteBody } from '../schemas/phones';
import { actor, emptyQuery, name, rowId } from '../text-rules';
import { deviceSecretRoutes } from './device-secrets';

const deviceRow = z
  .object({
    id: rowId,
    source: z.enum(SOURCES),
    source_account: z.string(),
    external_id: z.string(),
    name: z.string(),
    line: z.string().nullable(),
    trusted: z.boolean(),
    trusted_by: z.string().nullable(),
    trusted_at: nullableTime,
    first_seen_at: time,
    last_seen_at: time,
    has_secret: z.boolean().meta({ description: "Its requests are signed with a secret of its own, not the app's" }),
    has_former_secret: z.boolean().meta({ description: 'A rotation is under way: two secrets count' }),
    app: z.string().nullable(),
    app_version: z.string().nullable(),
    battery_percent: z.int().nullable(),
    network: z.string().nullable(),
    heartbeat_at: nullableTime,
    fault: z.enum(DEVICE_FAULTS).nullable(),
    fault_since: nullableTime,
  })
  .meta({ id: 'Device' });
const deviceList = z.object({ items: z.array(deviceRow) });
const trustBody = z.strictObject({ id: rowId, trusted: z.boolean(), actor: actor.optional() });
const updateBody = z.strictObject({
  id: rowId,
  name: name(100).optional(),
  line: name(64).nullable().optional().meta({
    description: 'The number or SIM that receives: pairs what several sources bring of one SMS; null: as the app says',
  }),
  actor: actor.optional(),
});

const BASE = '/internal/recon/shooter/device';

export interface DeviceRouteDeps {
  readonly db: Db;
  readonly secretBox: SecretBox | undefined;
}

export function deviceRoutes({ db, secretBox }: DeviceRouteDeps): Route[] {
  const list = { path: `${BASE}/list`, summary: 'Devices, as they reported themselves', query: emptyQuery };
  const trust = { path: `${BASE}/trust`, summary: 'Trust a device or stop trusting it', body: trustBody };
  const update = { path: `${BASE}/update`, summary: 'Name a device, or say which line it receives', body: updateBody };
  const remove = { path: `${BASE}/delete`, summary: 'Forget a device; it comes back untrusted', body: deleteBody };
  return [
    getRoute({ ...list, answer: deviceList }, async () => ({ items: (await listDevices(db)).map(presentDevice) })),
    postRoute({ ...trust, answer: deviceRow, errors: [404] }, async (body, caller) =>
      done(presentDevice(await trustAudited(db, body.id, body.trusted, body.actor ?? caller))),
    ),
    postRoute({ ...update, answer: deviceRow, errors: [404] }, async (body, caller) =>
      done(presentDevice(await updateAudited(db, body, body.actor ?? caller))),
    ),
    ...deviceSecretRoutes({ db, secretBox, base: BASE }),
    postRoute({ ...remove, answer: deleted, errors: [404] }, async ({ id, actor: by }, caller) => {
      await deleteAudited(db, id, by ?? caller);
      return done({ id, deleted: true } as const);
    }),
  ];
}

/** What was held for want of trust is run by the loop over rows. */
async function trustAudited(db: Db, id: number, trusted: boolean, by: string): Promise<DeviceRow> {
  return db.transaction(async (trx) => {
    const device = await trustDevice(trx, id, trusted, by);
    if (!device) throw unknownDevice(id);
    const action = trusted ? 'device.trust' : 'device.distrust';
    await writeAudit(trx, { actor: by, byPerson: true, action, subject: `device:${id}` });
    return device;
  });
}

async function updateAudited(db: Db, { id, ...change }: z.output<typeof updateBody>, by: string): Promise<DeviceRow> {
  return db.transaction(async (trx) => {
    const changed = await updateDevice(trx, id, change);
    if (!changed) throw unknownDevice(id);
    const shown = (device: DeviceRow) => ({ name: device.name, line: device.line });
    await writeAudit(trx, {
      actor: by,
      byPerson: true,
      action: 'device.update',
      subject: `device:${id}`,
      before: shown(changed.before),
      after: shown(changed.after),
    });
    return changed.after;
  });
}

async function deleteAudited(db: Db, id: number, by: string): Promise<void> {
  await db.transaction(async (trx) => {
    if (!(await deleteDevice(trx, id))) throw unknownDevice(id);
    await writeAudit(trx, { actor: by, byPerson: true, action: 'device.delete', subject: `device:${id}` });
  });
}

function presentDevice(device: DeviceRow): z.input<typeof deviceRow> {
  return {
    id: device.id,
    source: device.source,
    source_account: device.sourceAccount,
    external_id: device.externalId,
    name: device.name,
    line: device.line,
    trusted: device.trusted,
    trusted_by: device.trustedBy,
    trusted_at: isoOrNull(device.trustedAt),
    first_seen_at: iso(device.firstSeenAt),
    last_seen_at: iso(device.lastSeenAt),
    has_secret: device.hasSecret,
    has_former_secret: device.hasFormerSecret,
    app: device.app,
    app_version: device.appVersion,
    battery_percent: device.batteryPercent,
    network: device.network,
    heartbeat_at: isoOrNull(device.heartbeatAt),
    fault: device.fault,
    fault_since: isoOrNull(device.faultSince),
  };
}
