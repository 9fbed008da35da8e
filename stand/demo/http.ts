/** JSON over HTTP as one caller of the house, with refusals told in words. */
import { request } from 'undici';
import { z } from 'zod';
import { reasonOf } from '../stand-error';

export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

/** An answer that the demo did not ask for; the message names the route, the code and the service's own words. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Service {
  get(path: string): Promise<unknown>;
  /** @throws Refused for everything but 2xx */
  post(path: string, body: object): Promise<Reply>;
}

const LIMIT_MS = 15_000;
const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export function createService(baseUrl: string, caller: string, token: string): Service {
  const headers = { 'x-caller-service': caller, 'x-internal-service-token': token };
  return {
    get: async (path) => (await call(baseUrl, path, { method: 'GET', headers })).json,
    post: (path, body) =>
      call(baseUrl, path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** @throws Refused for everything but 2xx, and where nobody answers (status 0) */
export async function call(baseUrl: string, path: string, options: Call): Promise<Reply> {
  const where = `${options.method} ${path}`;
  const reply = await send(new URL(path, baseUrl), options).catch((error: unknown) => {
    throw new Refused(0, 'no_answer', `${where}: no answer (${reasonOf(error)})`);
  });
  if (reply.status >= 200 && reply.status < 300) return reply;
  const { data } = errorBody.safeParse(reply.json);
  const { code, message } = data?.error ?? { code: `http_${reply.status}`, message: 'no words given' };
  throw new Refused(reply.status, code, `${where}: ${reply.status} ${code} (${message})`);
}

async function send(url: URL, options: Call): Promise<Reply> {
  const { statusCode, body } = await request(url, { ...options, headersTimeout: LIMIT_MS, bodyTimeout: LIMIT_MS });
  const text = await body.text();
  return { status: statusCode, json: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
