/** `/control/phones`: the common doors, phones and their settings, heartbeats, and events that are no SMS. */
import { Router } from 'express';
import { z } from 'zod';
import { HttpError } from '../../service/http-errors';
import { controlRouter, parseControl } from '../control';
import { snakeDeep } from '../key-case';
import type { Random } from '../random';
import type { SentRecord } from '../record';
import type { PhoneDials } from './dials';
import { PHONE_APPS, type Phone } from './model';
import type { PhonesSim } from './phones-sim';

const phoneId = z.string().min(1).max(300);
const smsSchema = z.strictObject({
  phone: phoneId,
  sender: z.string().min(1).max(200),
  body: z.string().max(100_000),
  receivedAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
});
const vitals = {
  batteryPercent: z.int().min(0).max(100).optional(),
  network: z.enum(['wifi', 'cellular']).optional(),
};
const phoneSchema = z.strictObject({
  app: z.enum(PHONE_APPS),
  device: z.string().min(1).max(200),
  targetUrl: z.url({ protocol: /^https?$/ }),
  secret: z.string().min(1).max(255),
  nextSecret: z.string().min(1).max(255).nullish(),
  number: z.string().max(64).nullish(),
  ...vitals,
});
const heartbeatSchema = z.strictObject({ phone: phoneId, ...vitals });
const otherSchema = z.strictObject({ phone: phoneId });

export interface PhonesControlDeps {
  readonly random: Random;
  readonly dials: PhoneDials;
  readonly record: SentRecord;
}

export function phonesControl(sim: Omit<PhonesSim, 'control'>, deps: PhonesControlDeps): Router {
  const known = (id: string): void => {
    if (!sim.phone(id)) throw new HttpError(404, 'unknown_phone', 'no phone has this id');
  };
  const common = controlRouter({
    ...deps,
    scope: { name: 'phone', isKnown: (id) => sim.phone(id) !== undefined },
    smsSchema,
    sms(input) {
      known(input.phone);
      return sim.sms(input);
    },
    counters: sim.counters,
    reset: sim.reset,
  });
  // Behind the common doors, whose reader of bodies it shares.
  const own = Router();
  own.get('/phones', (_request, response) => void response.json({ phones: sim.phones().map(shown) }));
  own.post('/phones', (request, response) => {
    response.status(201).json(shown(sim.addPhone(parseControl(phoneSchema, request.body))));
  });
  own.post('/heartbeat', (request, response) => {
    const { phone, batteryPercent, network } = parseControl(heartbeatSchema, request.body);
    known(phone);
    const change = { ...(batteryPercent === undefined ? {} : { batteryPercent }), ...(network && { network }) };
    response.status(201).json({ posted: sim.heartbeat(phone, change) });
  });
  own.post('/other', (request, response) => {
    const { phone } = parseControl(otherSchema, request.body);
    known(phone);
    sim.other(phone);
    response.status(201).json({ posted: true });
  });
  return Router().use(common, own);
}

/** Without its secrets. */
function shown({ id, app, device, targetUrl, nextSecret, number, batteryPercent, network }: Phone): unknown {
  const hasNextSecret = nextSecret !== null;
  return snakeDeep({ id, app, device, targetUrl, hasNextSecret, number, batteryPercent, network });
}
