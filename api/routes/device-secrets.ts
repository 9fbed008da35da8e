/** `/internal/recon/shooter/device/secret*`: a device's own secret, shown once; a second one counts while it is rotated. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { writeAudit } from '../../db/audit';
import {
  deviceSecretOwner,
  giveDeviceSecret,
  retireDeviceSecret,
  type GiveSecretResult,
} from '../../db/device-secrets';
import type { Db } from '../../db/query';
import { PHONE_APPS } from '../../domain/phone-apps';
import { HttpError } from '../../service/http-errors';
import type { SecretBox } from '../../service/secret-box';
import { unknownDevice } from '../device-errors';
import { done, postRoute, type Route } from '../route';
import { actor, rowId } from '../text-rules';

export interface DeviceSecretRouteDeps {
  readonly db: Db;
  /** Undefined where SECRETS_KEY is not set: secrets cannot be kept then. */
  readonly secretBox: SecretBox | undefined;
  readonly base: string;
}

const secretBody = z.strictObject({
  id: rowId,
  lost: z
    .boolean()
    .default(false)
    .meta({ description: 'The newest never came into the phone: it is replaced, and the former stays' }),
  actor: actor.optional(),
});
const secretGiven = z.object({
  id: rowId,
  secret: z.string().meta({ description: 'Shown this once: put it into the app' }),
});
const retireBody = z.strictObject({ id: rowId, actor: actor.optional() });
const retired = z.object({
  id: rowId,
  retired: z.boolean().meta({ description: 'False: there was no former secret' }),
});

/** Letters and digits that every app takes, in a length that textbee (20) and httpSMS (255) allow. */
const SECRET_BYTES = 24;

export function deviceSecretRoutes({ db, secretBox, base }: DeviceSecretRouteDeps): Route[] {
  const give = {
    path: `${base}/secret`,
    summary: "Make a new secret of a phone app's device, shown once",
    description:
      'The former stays valid until it is retired. From the first own secret on, the one of the app counts no more.',
    body: secretBody,
  };
  const retire = {
    path: `${base}/secret/retire`,
    summary: "A device's former secret counts no more",
    body: retireBody,
  };
  return [
    postRoute({ ...give, answer: secretGiven, errors: [404, 409, 422] }, async ({ id, lost, actor: by }, caller) => {
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      await giveAudited(db, requireBox(secretBox), { id, lost, secret, by: by ?? caller });
      return done({ id, secret });
    }),
    postRoute({ ...retire, answer: retired, errors: [404] }, async ({ id, actor: by }, caller) =>
      done({ id, retired: await retireAudited(db, id, by ?? caller) }),
    ),
  ];
}

function requireBox(secretBox: SecretBox | undefined): SecretBox {
  if (secretBox) return secretBox;
  throw new HttpError(409, 'secrets_key_not_set', 'SECRETS_KEY is not set: a secret cannot be kept without it');
}

interface NewSecret {
  readonly id: number;
  readonly lost: boolean;
  readonly secret: string;
  readonly by: string;
}

async function giveAudited(db: Db, box: SecretBox, { id, lost, secret, by }: NewSecret): Promise<void> {
  await db.transaction(async (trx) => {
    const sealed = box.seal(secret, deviceSecretOwner(id));
    const result = await giveDeviceSecret(trx, { id, sealed, lost, apps: PHONE_APPS });
    if (result !== 'given') throw refused(id, result);
    const after = { lost };
    await writeAudit(trx, { actor: by, byPerson: true, action: 'device.secret', subject: `device:${id}`, after });
  });
}

function refused(id: number, why: Exclude<GiveSecretResult, 'given'>): HttpError {
  switch (why) {
    case 'unknown_device':
      return unknownDevice(id);
    case 'not_an_app':
      return new HttpError(422, why, `device ${id} comes by no door of a phone app: it signs nothing of its own`);
    case 'rotation_under_way':
      return new HttpError(
        409,
        why,
        `device ${id} has two secrets already: retire the former, or say that the newest is lost`,
      );
  }
}

async function retireAudited(db: Db, id: number, by: string): Promise<boolean> {
  return db.transaction(async (trx) => {
    const had = await retireDeviceSecret(trx, id);
    if (had === 'unknown_device') throw unknownDevice(id);
    if (had)
      await writeAudit(trx, { actor: by, byPerson: true, action: 'device.secret_retire', subject: `device:${id}` });
    return had;
  });
}
