/** The REST API under `/pushbullet`: who may ask, what goes wrong, and the lists. */
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import type { Counters } from '../counters';
import { PushbulletApiError, sendApiError } from './api-error';
import { createDeviceCalls } from './device-calls';
import type { PushbulletDials } from './dials';
import type { Encryption } from './encryption';
import type { Account } from './model';
import { serviceJson } from './float-json';
import { pageOf, type Listed } from './paging';
import { createPermanents } from './permanents';
import { createRestFaults } from './rest-faults';
import type { Stream } from './stream';
import { deviceJson, pushJson, userJson } from './wire';
import type { World } from './world';

export interface RestDeps {
  readonly world: World;
  readonly dials: PushbulletDials;
  readonly counters: Counters;
  readonly encryption: Encryption;
  readonly stream: Stream;
  readonly nowMs: () => number;
}

export function createRest(deps: RestDeps): { router: Router; close: () => void } {
  const { dials, nowMs } = deps;
  const faults = createRestFaults(deps);
  const permanents = createPermanents(deps);
  const devices = createDeviceCalls(deps);
  const router = Router();

  const list = <Item extends Listed>(account: Account, items: readonly Item[], request: Request) =>
    pageOf(items, request.query, {
      nowMs: nowMs(),
      ...dials.settings(account.iden),
      cursorBroken: () => dials.strikes('invalidCursor', account.iden),
    });
  type Answer = (account: Account, request: Request) => object;
  const route = (method: 'get' | 'post' | 'delete', path: string, answer: Answer) =>
    router[method](path, async (request, response) => {
      const account = await faults.pass(request, response);
      if (account) response.type('application/json').send(serviceJson(answer(account, request)));
    });

  router.use(faults.count, express.json({ limit: '1mb', strict: false }));
  route('get', '/v2/users/me', userJson);
  route('get', '/v2/devices', (account, request) => {
    const { items, cursor } = list(account, account.devices, request);
    return { devices: items.map(deviceJson), ...(cursor === undefined ? {} : { cursor }) };
  });
  route('post', '/v2/devices', (account, request) => deviceJson(devices.create(account, request.body)));
  route('post', '/v2/devices/:iden', (account, request) =>
    deviceJson(devices.rename(account, String(request.params['iden']), request.body)),
  );
  route('delete', '/v2/devices/:iden', (account, request) => devices.remove(account, String(request.params['iden'])));
  route('get', '/v2/pushes', (account, request) => {
    const { items, cursor } = list(account, account.pushes, request);
    return { pushes: items.map((push) => pushJson(push, account)), ...(cursor === undefined ? {} : { cursor }) };
  });
  route('get', '/v2/permanents/:key', (account, request) => permanents.read(account, String(request.params['key'])));
  route('post', '/v3/get-permanent', (account, request) => ({ data: permanents.readAsked(account, request.body) }));

  router.use(() => {
    throw new PushbulletApiError(404, 'The resource could not be found.');
  });
  router.use(apiErrors);
  return { router, close: faults.close };
}

const apiErrors: ErrorRequestHandler = (error: unknown, _request, response: Response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof PushbulletApiError) return sendApiError(response, error);
  if (error instanceof SyntaxError) return sendApiError(response, new PushbulletApiError(400, 'Failed to parse JSON.'));
  return next(error);
};
