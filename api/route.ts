/** A route is its schemas and what it does with the checked input: express and the OpenAPI document are made from the same. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Caller } from '../service/caller-tokens';
import { callerOf } from '../service/internal-auth';
import { check, readJson } from './check-input';
import { emptyQuery } from './text-rules';

/** What express and the document need to know of a route, whatever its schemas are. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly summary: string;
  readonly description: string | undefined;
  readonly query: z.ZodObject;
  readonly body: z.ZodObject | undefined;
  /** Of a hook: what signs the request. */
  readonly headers?: z.ZodObject;
  /** Default: JSON alone. */
  readonly mediaTypes?: readonly string[];
  /** By status; every other status has the shape of an error. */
  readonly answers: Readonly<Record<number, z.ZodType>>;
  /** Statuses of errors beyond those that every route has. */
  readonly errors: readonly number[];
  readonly handler: RequestHandler;
}

/** A door that is signed, and judges a request by its headers before it reads the body. */
export interface HookRoute {
  readonly route: Route;
  readonly handlers: readonly (RequestHandler | ErrorRequestHandler)[];
}

interface Described {
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly errors?: readonly number[];
}

/** A read: its input is the query, and an unknown parameter is refused. */
export function getRoute<Query extends z.ZodObject, Reply extends z.ZodType>(
  described: Described & { readonly query: Query; readonly answer: Reply },
  read: (query: z.output<Query>, caller: Caller) => Promise<z.input<Reply>>,
): Route {
  const { path, summary, description, query, answer, errors = [] } = described;
  const handler: RequestHandler = async (request, response) => {
    send(response, 200, await read(check(query, request.query, 'the query'), callerOf(request)));
  };
  const route = { method: 'get', path, summary, description, query, body: undefined, errors, handler } as const;
  return { ...route, answers: { 200: answer } };
}

/** What a change answers: 200 with its effect, or 202 where it is recorded and has had none yet. */
export type Reply<Done, Recorded = never> =
  { readonly status: 200; readonly body: Done } | { readonly status: 202; readonly body: Recorded };

export function done<Body>(body: Body): { readonly status: 200; readonly body: Body } {
  return { status: 200, body };
}

/** A change: its input is the body, strict in every field; it takes no query. */
export function postRoute<Body extends z.ZodObject, Done extends z.ZodType, Recorded extends z.ZodType = z.ZodNever>(
  described: Described & { readonly body: Body; readonly answer: Done; readonly recorded?: Recorded },
  change: (body: z.output<Body>, caller: Caller) => Promise<Reply<z.input<Done>, z.input<Recorded>>>,
): Route {
  const { path, summary, description, body, answer, recorded, errors = [] } = described;
  const handler: RequestHandler = async (request, response) => {
    check(emptyQuery, request.query, 'the query');
    const reply = await change(check(body, readJson(request), 'the body'), callerOf(request));
    send(response, reply.status, reply.body);
  };
  const answers: Record<number, z.ZodType> = recorded === undefined ? { 200: answer } : { 200: answer, 202: recorded };
  return { method: 'post', path, summary, description, query: emptyQuery, body, answers, errors, handler };
}

function send(response: Response, status: number, body: unknown): void {
  response.status(status).json(body);
}
