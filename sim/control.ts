/** The control doors that every simulator has: dials, one SMS, the record, a fresh start. */
import express, { Router, type Request } from 'express';
import { z } from 'zod';
import { HttpError } from '../service/http-errors';
import { camelOf, snakeDeep, snakeOf } from './key-case';
import type { Random } from './random';
import type { SentRecord } from './record';

export interface ControlDeps<Sms extends z.ZodType> {
  readonly random: Random;
  readonly dials: {
    readonly put: (body: unknown, scope?: string) => void;
    readonly show: () => ShownDials;
  };
  /** The query's name of a scope, such as `account`; its `isKnown` keeps a typing error from being a dial of nobody. */
  readonly scope: { readonly name: string; readonly isKnown: (scope: string) => boolean };
  /** Fields in camelCase. */
  readonly smsSchema: Sms;
  readonly sms: (input: z.output<Sms>) => unknown;
  readonly record: SentRecord;
  readonly counters: () => Record<string, number>;
  readonly reset: () => void;
}

export interface ShownDials {
  readonly everyone: Record<string, unknown>;
  readonly scopes: Record<string, Record<string, unknown>>;
}

const BODY_LIMIT = '8mb';
const resetSchema = z.strictObject({ seed: z.int().min(0).max(0xffff_ffff).optional() });

export function controlRouter<Sms extends z.ZodType>(deps: ControlDeps<Sms>): Router {
  const router = Router();
  router.use(express.json({ limit: BODY_LIMIT, strict: false }));
  router.get('/dials', (_request, response) => {
    response.json(shownDials(deps));
  });
  router.put('/dials', (request, response) => {
    deps.dials.put(request.body, scopeOf(request, deps.scope));
    response.json(shownDials(deps));
  });
  router.post('/sms', (request, response) => {
    response.status(201).json(snakeDeep(deps.sms(parseControl(deps.smsSchema, request.body))));
  });
  router.get('/record', (_request, response) => {
    const sms = deps.record.list();
    response.json(snakeDeep({ count: sms.length, sms }));
  });
  router.get('/counters', (_request, response) => void response.json({ counters: deps.counters() }));
  router.post('/reset', (request, response) => {
    const { seed } = parseControl(resetSchema, request.body ?? {});
    if (seed !== undefined) deps.random.restart(seed);
    deps.reset();
    response.json({ seed: deps.random.seed() });
  });
  return router;
}

/** The names of scopes are ids and stay as they are. */
function shownDials({ random, dials }: Pick<ControlDeps<z.ZodType>, 'random' | 'dials'>): object {
  const { everyone, scopes } = dials.show();
  return {
    seed: random.seed(),
    everyone: snakeDeep(everyone),
    scopes: Object.fromEntries(Object.entries(scopes).map(([scope, own]) => [scope, snakeDeep(own)])),
  };
}

/** Takes snake_case fields, all the way down. @throws HttpError 400 naming the fields at fault in snake_case. */
export function parseControl<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(camelDeep(body));
  if (result.success) return result.data;
  const issues = result.error.issues
    .slice(0, 5)
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `${snakeOf(key).slice(0, 60)} is not known here`)
        : [`${snakeOf(issue.path.join('.')) || 'the body'}: ${issue.message}`],
    );
  throw new HttpError(400, 'bad_request', issues.join('; '));
}

function camelDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelDeep);
  if (typeof value !== 'object' || value === null) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.map(([name, inner]) => [camelOf(name), camelDeep(inner)]));
}

function scopeOf(request: Request, scope: ControlDeps<z.ZodType>['scope']): string | undefined {
  const value = request.query[scope.name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && scope.isKnown(value)) return value;
  throw new HttpError(404, 'unknown_scope', `there is no such ${scope.name}`);
}
