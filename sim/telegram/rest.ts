/** The Bot API over HTTP: `/bot<token>/<method>`, by GET or POST, in the query, as a form or as JSON. */
import express, { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Counters } from '../counters';
import type { Bot, PollEnd } from './bot';
import { OTHER_POLL } from './bot';
import type { TelegramDials } from './dials';

export interface RestDeps {
  readonly botByToken: (token: string) => Bot | undefined;
  readonly dials: TelegramDials;
  readonly counters: Counters;
}

const pollSchema = z.object({
  offset: z.coerce.number().int().catch(0),
  limit: z.coerce.number().int().min(1).max(100).catch(100),
  timeout: z.coerce.number().int().catch(0),
});
const updateKinds = z.array(z.string());

export function telegramRest(deps: RestDeps): { readonly router: Router; readonly close: () => void } {
  const hanging = new Set<Response>();
  const router = Router();
  router.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: false, limit: '1mb' }));
  router.all('/bot:token/:method', async (request, response) => {
    const { token, method } = request.params;
    const name = method.toLowerCase();
    deps.counters.add(name === 'getupdates' ? 'polls' : 'other_calls');
    const bot = deps.botByToken(token);
    if (!bot)
      return fail(response, 401, /^\d+:[\w-]+$/.test(token) ? 'Unauthorized' : 'Unauthorized: invalid token specified');
    if (await spoilt(deps, bot, response, hanging)) return undefined;
    return call(deps, bot, name, request, response);
  });
  router.use((_request, response) => fail(response, 404, 'Not Found'));
  return {
    router,
    close: () => hanging.forEach((response) => response.destroy()),
  };
}

async function call(deps: RestDeps, bot: Bot, method: string, request: Request, response: Response): Promise<void> {
  const given = parametersOf(request);
  switch (method) {
    case 'getme':
      return succeed(response, {
        id: Number(bot.id),
        is_bot: true,
        first_name: 'Simulated',
        username: 'simulated_bot',
      });
    case 'getupdates':
      return getUpdates(deps, bot, given, response);
    case 'setwebhook':
      bot.setWebhook(z.string().catch('').parse(given['url']));
      return succeed(response, true);
    case 'deletewebhook':
      bot.setWebhook('');
      return succeed(response, true);
    case 'getwebhookinfo':
      return succeed(response, { url: bot.webhook(), pending_update_count: bot.queue.pending() });
    default:
      return fail(response, 404, 'Not Found');
  }
}

async function getUpdates(
  { dials, counters }: RestDeps,
  bot: Bot,
  given: Record<string, unknown>,
  response: Response,
): Promise<void> {
  const { offset, limit, timeout } = pollSchema.parse(given);
  const ended: PollEnd = await bot.poll({
    offset,
    limit,
    timeoutSeconds: timeout,
    allowedUpdates: allowedOf(given['allowed_updates']),
    onGone: (act) => response.once('close', act),
  });
  if (ended.end === 'gone') return void response.destroy();
  if (ended.end === 'conflict') {
    counters.add('conflicts');
    return fail(response, 409, ended.description);
  }
  const again = bot.queue.confirmed();
  const repeated = again !== undefined && dials.strikes('duplicateDelivery', bot.id);
  const updates = repeated ? [again, ...ended.updates] : ended.updates;
  counters.add('updates_sent', updates.length);
  if (updates.length > 0 && dials.strikes('dropAnswer', bot.id)) return cut(response, updates);
  return succeed(response, updates);
}

/** What a dial does to a call before it is looked at; true where it was answered, or never will be. */
async function spoilt(
  { dials, counters }: RestDeps,
  bot: Bot,
  response: Response,
  hanging: Set<Response>,
): Promise<boolean> {
  const strikes = (name: Parameters<typeof dials.strikes>[0]): boolean => {
    const struck = dials.strikes(name, bot.id);
    if (struck) counters.add(`dial_${name}`);
    return struck;
  };
  const { slowMs, retryAfterSeconds, serverErrorStatus, htmlStatus } = dials.settings(bot.id);
  if (strikes('slow')) await new Promise((resolve) => setTimeout(resolve, slowMs));
  if (strikes('hang')) {
    hanging.add(response);
    response.once('close', () => hanging.delete(response));
  } else if (strikes('unauthorized')) fail(response, 401, 'Unauthorized');
  else if (strikes('conflict')) fail(response, 409, OTHER_POLL);
  else if (strikes('rateLimited'))
    fail(response, 429, `Too Many Requests: retry after ${retryAfterSeconds}`, { retry_after: retryAfterSeconds });
  else if (strikes('serverError')) fail(response, serverErrorStatus, 'Internal Server Error');
  else if (strikes('html'))
    response.status(htmlStatus).type('html').send('<html><body><h1>Bad Gateway</h1></body></html>');
  else if (strikes('malformed')) response.type('json').send('{"ok":true,"result":[{"update_id":');
  else if (strikes('wrongShape')) response.json({ ok: true, result: { update_id: 1 } });
  else return false;
  return true;
}

/** Half of an answer, and the end of the connection. */
function cut(response: Response, updates: unknown): void {
  const text = JSON.stringify({ ok: true, result: updates });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.write(text.slice(0, Math.floor(text.length / 2)), () => response.destroy());
}

function parametersOf(request: Request): Record<string, unknown> {
  const body = z.record(z.string(), z.unknown()).safeParse(request.body);
  return { ...request.query, ...(body.success ? body.data : {}) };
}

/** An array, or the text of one. */
function allowedOf(given: unknown): readonly string[] | undefined {
  if (typeof given !== 'string') return updateKinds.safeParse(given).data;
  try {
    return updateKinds.safeParse(JSON.parse(given)).data;
  } catch {
    return undefined;
  }
}

function succeed(response: Response, result: unknown): void {
  response.json({ ok: true, result });
}

function fail(response: Response, code: number, description: string, parameters?: object): void {
  response.status(code).json({ ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
}
