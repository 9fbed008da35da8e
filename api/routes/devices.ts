/** `/internal/recon/shooter/device/*`: the phones that deliver SMS, and which of them are trusted. */
import { z } from 'zod';
import { SOURCES } from '../../domain/sms';
import { writeAudit } from '../../db/audit';
import { deleteDevice, listDevices, trustDevice, type DeviceRow } from '../../db/devices';
import type { Db } from '../../db/query';
import { HttpError } from '../../service/http-errors';
import { done, getRoute, postRoute, type Route } from '../route';
import { deleted, iso, isoOrNull, nullableTime, time } from '../schemas/common';
import { deleteBody } from '../schemas/phones';
import { actor, emptyQuery, rowId } from '../text-rules';

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
  })
  .meta({ id: 'Device' });
const deviceList = z.object({ items: z.array(deviceRow) });
const trustBody = z.strictObject({ id: rowId, trusted: z.boolean(), actor: actor.optional() });

const BASE = '/internal/recon/shooter/device';

export function deviceRoutes({ db }: { readonly db: Db }): Route[] {
  const list = { path: `${BASE}/list`, summary: 'Devices, as they reported themselves', query: emptyQuery };
  const trust = { path: `${BASE}/trust`, summary: 'Trust a device or stop trusting it', body: trustBody };
  const remove = { path: `${BASE}/delete`, summary: 'Forget a device; it comes back untrusted', body: deleteBody };
  return [
    getRoute({ ...list, answer: deviceList }, async () => ({ items: (await listDevices(db)).map(presentDevice) })),
    postRoute({ ...trust, answer: deviceRow, errors: [404] }, async (body, caller) =>
      done(presentDevice(await trustAudited(db, body.id, body.trusted, body.actor ?? caller))),
    ),
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

async function deleteAudited(db: Db, id: number, by: string): Promise<void> {
  await db.transaction(async (trx) => {
    if (!(await deleteDevice(trx, id))) throw unknownDevice(id);
    await writeAudit(trx, { actor: by, byPerson: true, action: 'device.delete', subject: `device:${id}` });
  });
}

function unknownDevice(id: number): HttpError {
  return new HttpError(404, 'unknown_device', `there is no device ${id}`);
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
  };
}
