/** `/control/pushbullet`: the common doors, and what is Pushbullet's own. */
import type { Router } from 'express';
import { z } from 'zod';
import { controlRouter, parseControl } from '../control';
import { snakeDeep } from '../key-case';
import type { Random } from '../random';
import type { SentRecord } from '../record';
import { badFrame } from './bad-frames';
import { BAD_FRAMES, type PushbulletDials } from './dials';
import type { Account } from './model';
import { PHONE_WAYS } from './phone-sms';
import type { PushbulletSim } from './pushbullet-sim';

const iden = z.string().min(1).max(100);
const smsSchema = z.strictObject({
  device: iden,
  sender: z.string().min(1).max(200),
  body: z.string().max(100_000),
  receivedAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional(),
  contact: z.string().min(1).optional(),
  ways: z.array(z.enum(PHONE_WAYS)).optional(),
  threadAfterMs: z.int().min(0).max(86_400_000).optional(),
});
const accountSchema = z.strictObject({
  iden: iden.optional(),
  email: z.email(),
  name: z.string().optional(),
  tokens: z.array(z.string().min(1)).min(1),
  password: z.string().min(1).optional(),
});
const changeSchema = z.strictObject({
  account: iden,
  tokens: z.array(z.string().min(1)).optional(),
  password: z.string().min(1).nullable().optional(),
});
const deviceSchema = z.strictObject({
  account: iden,
  iden: iden.optional(),
  nickname: z.string().min(1),
  hasSms: z.boolean().default(true),
});
const phoneSchema = z.discriminatedUnion('happening', [
  z.strictObject({ device: iden, happening: z.literal(['wiped', 'offline', 'online', 'seen']) }),
  z.strictObject({ device: iden, happening: z.literal('outgoing'), to: z.string().min(1), body: z.string() }),
]);
const socketSchema = z.discriminatedUnion('action', [
  z.strictObject({ account: iden.optional(), action: z.literal('silence') }),
  z.strictObject({ account: iden.optional(), action: z.literal('drop'), code: z.int().min(1000).max(4999).optional() }),
]);
const frameSchema = z.union([
  z.strictObject({ account: iden, bad: z.enum(BAD_FRAMES) }),
  z.strictObject({ account: iden, text: z.string() }),
]);
const noteSchema = z.strictObject({
  account: iden,
  title: z.string(),
  body: z.string(),
  device: iden.optional(),
});

export interface PushbulletControlDeps {
  readonly random: Random;
  readonly dials: PushbulletDials;
  readonly record: SentRecord;
}

export function pushbulletControl(sim: Omit<PushbulletSim, 'control'>, deps: PushbulletControlDeps): Router {
  const router = controlRouter({
    ...deps,
    scope: { name: 'account', isKnown: (account) => sim.account(account) !== undefined },
    smsSchema,
    sms: sim.sms,
    counters: sim.counters,
    reset: sim.reset,
  });
  const door = <Schema extends z.ZodType>(path: string, schema: Schema, act: (input: z.output<Schema>) => object) =>
    router.post(path, (request, response) => {
      response.json(snakeDeep(act(parseControl(schema, request.body))));
    });

  router.get('/accounts', (_request, response) => {
    response.json(snakeDeep({ accounts: sim.accounts().map(accountView) }));
  });
  door('/accounts', accountSchema, (given) => accountView(sim.addAccount(given)));
  door('/accounts/change', changeSchema, ({ account, tokens, password }) => {
    if (tokens !== undefined) sim.setTokens(account, tokens);
    if (password !== undefined) sim.setPassword(account, password);
    return { account };
  });
  door('/devices', deviceSchema, ({ account, ...given }) => ({ device: sim.addDevice(account, given).iden }));
  door('/phones', phoneSchema, (input) => {
    switch (input.happening) {
      case 'wiped':
        sim.wipe(input.device);
        break;
      case 'offline':
      case 'online':
        sim.setOnline(input.device, input.happening === 'online');
        break;
      case 'seen':
        sim.seen(input.device);
        break;
      case 'outgoing':
        sim.outgoing(input);
        break;
    }
    return { device: input.device };
  });
  door('/sockets', socketSchema, (input) => ({
    sockets: input.action === 'silence' ? sim.silence(input.account) : sim.drop(input.account, input.code),
  }));
  door('/frames', frameSchema, (input) => {
    const { hugeFrameBytes } = deps.dials.settings(input.account);
    sim.frame(input.account, 'bad' in input ? badFrame(input.bad, hugeFrameBytes) : input.text);
    return { account: input.account };
  });
  door('/notes', noteSchema, ({ account, title, body, device }) => ({
    push: sim.note(account, { title, body, deviceIden: device }).iden,
  }));
  return router;
}

/** Tokens and passwords stay inside. */
function accountView({ iden: account, email, devices, password, pushes }: Account): object {
  return {
    account,
    email,
    encrypted: password !== null,
    pushes: pushes.length,
    devices: devices.map((device) => ({
      device: device.iden,
      nickname: device.nickname,
      active: device.active,
      hasSms: device.phone !== null,
      online: device.phone?.online ?? null,
      threads: device.phone?.threads.length ?? 0,
    })),
  };
}
