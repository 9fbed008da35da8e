/** `/control/pushbullet`: the common doors, and what is Pushbullet's own. */
import type { Router } from 'express';
import { z } from 'zod';
import { HttpError } from '../../service/http-errors';
import { controlRouter } from '../control';
import type { Random } from '../random';
import type { SentRecord } from '../record';
import type { PushbulletDials } from './dials';
import type { PushbulletSim } from './pushbullet-sim';

const smsSchema = z.strictObject({
  device: z.string().min(1),
  sender: z.string().min(1).max(200),
  body: z.string().max(100_000),
  receivedAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  contact: z.string().min(1).optional(),
});

export interface PushbulletControlDeps {
  readonly random: Random;
  readonly dials: PushbulletDials;
  readonly record: SentRecord;
}

export function pushbulletControl(sim: Omit<PushbulletSim, 'control'>, deps: PushbulletControlDeps): Router {
  return controlRouter({
    ...deps,
    scope: { name: 'account', isKnown: (iden) => sim.account(iden) !== undefined },
    smsSchema,
    sms(input) {
      const hasPhone = sim
        .accounts()
        .some(({ devices }) => devices.some((one) => one.iden === input.device && one.phone));
      if (!hasPhone) throw new HttpError(404, 'unknown_device', 'no phone has this iden');
      return sim.sms(input);
    },
    counters: sim.counters,
    reset: sim.reset,
  });
}
