/** Calls that change devices; each is told to the account's clients by a `device` tickle. */
import { z } from 'zod';
import { PushbulletApiError } from './api-error';
import type { Account, Device } from './model';
import type { Stream } from './stream';
import type { World } from './world';

const createSchema = z.object({
  nickname: z.string().min(1),
  manufacturer: z.string().optional(),
  model: z.string().optional(),
  has_sms: z.boolean().default(false),
});
const changeSchema = z.object({ nickname: z.string().min(1).optional() });

export function createDeviceCalls({ world, stream }: { world: World; stream: Stream }) {
  const told = (account: Account, device: Device): Device => {
    stream.live(account, { type: 'tickle', subtype: 'device' });
    return device;
  };
  return {
    create(account: Account, body: unknown): Device {
      const { has_sms: hasSms, ...given } = checked(createSchema, body);
      return told(account, world.addDevice(account, { ...given, hasSms }));
    },
    rename(account: Account, iden: string, body: unknown): Device {
      const device = deviceOf(account, iden);
      device.nickname = checked(changeSchema, body).nickname ?? device.nickname;
      device.modified = world.clock.float();
      return told(account, device);
    },
    /** Deleted is `active:false`; its threads are gone. */
    remove(account: Account, iden: string): object {
      const device = deviceOf(account, iden);
      device.active = false;
      device.modified = world.clock.float();
      told(account, device);
      return {};
    },
  };
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new PushbulletApiError(400, 'The device is not valid.');
}

function deviceOf(account: Account, iden: string): Device {
  const device = account.devices.find((one) => one.iden === iden && one.active);
  if (device) return device;
  throw new PushbulletApiError(404, 'The resource could not be found.');
}
