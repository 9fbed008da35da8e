/**
 * A wallet that misbehaves as it is told: a real HTTP server whose answers a test scripts by deposit. `forward` makes it a
 * proxy before a real wallet, so that a test can lose the answers of approvals that did happen.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubCall {
  readonly method: string;
  readonly orderId: string;
  readonly key: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  readonly body: string;
  readonly atMs: number;
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse, call: StubCall) => void | Promise<void>;

export interface StubWallet {
  readonly url: string;
  readonly calls: readonly StubCall[];
  approvals(orderId: string): StubCall[];
  /** Answers to approvals of this deposit, one a call; the last one stays. */
  script(orderId: string, ...behaviours: Behaviour[]): void;
  /** The answer to GET; 404 until told otherwise. */
  scriptLookUp(orderId: string, behaviour: Behaviour): void;
  scriptAllLookUps(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
export function reply(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_request, response) => void response.writeHead(status, headers).end(text);
}
export const errorCode = (status: number, code: string): Behaviour =>
  json(status, { error: { code, message: 'as told' } });
export const approve: Behaviour = (request, response, call) =>
  json(200, { status: 'approved', order_id: call.orderId, ledger_entry_id: `entry-${call.orderId}` })(
    request,
    response,
    call,
  );
export const drop: Behaviour = (request) => void request.socket.destroy();
/** Never answers; the caller gives up. */
export const hang: Behaviour = () => undefined;

/** Answers only when `open` is called; `reached` resolves with the first call. */
export function gate(then: Behaviour = approve): {
  readonly behaviour: Behaviour;
  readonly reached: Promise<void>;
  open(): void;
} {
  let open: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  return {
    reached,
    open: () => open(),
    async behaviour(request, response, call) {
      arrived();
      await opened;
      await then(request, response, call);
    },
  };
}

/** Passes the call on to a real wallet and its answer back, unless `lose` says to drop the answer on the floor. */
export function forward(target: () => string, lose: (call: StubCall) => boolean = () => false): Behaviour {
  return async (request, response, call) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
    for (const name of ['host', 'connection', 'content-length', 'transfer-encoding'])
      Reflect.deleteProperty(headers, name);
    const answer = await fetch(target() + (request.url ?? ''), {
      method: call.method,
      headers,
      ...(call.method === 'POST' ? { body: call.body } : {}),
    });
    const text = await answer.text();
    if (lose(call)) request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  };
}

export async function startStubWallet(usually: Behaviour = approve): Promise<StubWallet> {
  const calls: StubCall[] = [];
  const scripts = new Map<string, Behaviour[]>();
  const lookUps = new Map<string, Behaviour>();
  let lookUp = errorCode(404, 'unknown_deposit');

  function behaviourFor({ method, orderId }: StubCall): Behaviour {
    if (method === 'GET') return lookUps.get(orderId) ?? lookUp;
    const script = scripts.get(orderId);
    if (!script) return usually;
    return (script.length > 1 ? script.shift() : script[0]) ?? usually;
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = callOf(request, Buffer.concat(chunks).toString('utf8'));
      calls.push(call);
      void Promise.resolve(behaviourFor(call)(request, response, call)).catch(() => request.socket.destroy());
    });
  });
  const url = await listening(server);
  return {
    url,
    calls,
    approvals: (orderId) => calls.filter((call) => call.method === 'POST' && call.orderId === orderId),
    script: (orderId, ...behaviours) => void scripts.set(orderId, behaviours),
    scriptLookUp: (orderId, behaviour) => void lookUps.set(orderId, behaviour),
    scriptAllLookUps: (behaviour) => void (lookUp = behaviour),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function callOf(request: IncomingMessage, body: string): StubCall {
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  const orderId = decodeURIComponent(/\/deposits\/([^/?]+)/.exec(request.url ?? '')?.[1] ?? '');
  return {
    method: request.method ?? '',
    orderId,
    key: header('idempotency-key'),
    timestamp: header('x-brand-timestamp'),
    signature: header('x-brand-signature'),
    body,
    atMs: performance.now(),
  };
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}
