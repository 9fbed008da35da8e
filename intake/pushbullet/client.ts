/**
 * Pushbullet over REST (base https://api.pushbullet.com, header `Access-Token`): who the account is, its devices and pushes,
 * and the threads of its phones. The last are not in the service's own documentation, yet widely used.
 */
import { Agent, request } from 'undici';
import type { z } from 'zod';
import type { Cipher } from './crypto';
import { decodeReply, errorReply, sealed } from './decode-reply';
import {
  PushbulletError,
  type PushbulletDevice,
  type PushbulletFault,
  type PushbulletUser,
  type PushPage,
  type ThreadHead,
  type ThreadMessage,
} from './protocol';

export interface PushbulletOptions {
  /** PUSHBULLET_API_URL. */
  readonly baseUrl: string;
  /** Milliseconds for one call, its body included; default 15,000. */
  readonly timeoutMs?: number;
  /** Items of a list that were not as the protocol has them, and so were left out. */
  readonly onUnreadable?: (list: ListName, count: number) => void;
}

type ListName = 'devices' | 'pushes' | 'threads' | 'thread';

export interface Credentials {
  readonly token: string;
  /** Opens what is encrypted end to end; null: no password was given. */
  readonly cipher: Cipher | null;
}

/** One account's calls. Each rejects with a `PushbulletError`, or with the signal's reason. */
export interface PushbulletApi {
  me(): Promise<PushbulletUser>;
  devices(): Promise<PushbulletDevice[]>;
  /** One page, newest first. `modifiedAfter`: unix seconds with a fraction, as text. */
  pushes(given: { readonly modifiedAfter: string; readonly cursor: string | null }): Promise<PushPage>;
  threads(deviceIden: string): Promise<ThreadHead[]>;
  /** A recent window, newest first. */
  thread(deviceIden: string, threadId: string): Promise<ThreadMessage[]>;
}

export interface PushbulletClient {
  /** `signal` ends what is under way. */
  of(credentials: Credentials, signal?: AbortSignal): PushbulletApi;
  close(): Promise<void>;
}

const MAX_REPLY_BYTES = 16 * 1024 * 1024;
const PAGE_LIMIT = 500;
/** Pages of devices that are followed; an account has a few dozen devices at most. */
const MAX_PAGES = 20;

export function createPushbulletClient(options: PushbulletOptions): PushbulletClient {
  const timeoutMs = options.timeoutMs ?? 15_000;
  const agent = new Agent({ connections: 20, keepAliveTimeout: 30_000 });

  async function get(path: string, token: string, signal: AbortSignal | undefined): Promise<unknown> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const reply = await request(options.baseUrl + path, {
        dispatcher: agent,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        headers: { accept: 'application/json', 'access-token': token },
      });
      const body = await readBounded(reply.body);
      const fault = faultOf(reply.statusCode, reply.headers['x-ratelimit-reset'], body);
      if (fault) throw new PushbulletError(fault);
      return jsonOf(body);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      if (error instanceof PushbulletError) throw error;
      // The cause stays behind: undici's messages name addresses.
      throw new PushbulletError({ kind: 'unreachable' });
    }
  }

  function decodeList<Schema extends z.ZodType>(
    name: ListName,
    schema: Schema,
    reply: unknown,
    count: CountOf<Schema>,
  ) {
    const decoded = decode(schema, reply);
    const raw: unknown = typeof reply === 'object' && reply !== null ? Reflect.get(reply, name) : undefined;
    const unreadable = Array.isArray(raw) ? raw.length - count(decoded) : 0;
    if (unreadable > 0) options.onUnreadable?.(name, unreadable);
    return decoded;
  }

  return {
    of({ token, cipher }, signal) {
      const ask = (path: string) => get(path, token, signal);
      return {
        me: async () => decode(decodeReply.user, await ask('/v2/users/me')),
        async devices() {
          const found: PushbulletDevice[] = [];
          let cursor = '';
          for (let pages = 0; pages < MAX_PAGES; pages += 1) {
            const page = await ask(`/v2/devices${cursor}`);
            const reply = decodeList('devices', decodeReply.devices, page, (list) => list.devices.length);
            found.push(...reply.devices);
            if (reply.cursor == null) break;
            cursor = `?cursor=${encodeURIComponent(reply.cursor)}`;
          }
          return found;
        },
        async pushes({ modifiedAfter, cursor }) {
          const query = new URLSearchParams({
            modified_after: modifiedAfter,
            active: 'true',
            limit: String(PAGE_LIMIT),
          });
          if (cursor !== null) query.set('cursor', cursor);
          const reply = await ask(`/v2/pushes?${query.toString()}`);
          return decodeList('pushes', decodeReply.pushes, reply, (page) => page.pushes.length);
        },
        async threads(deviceIden) {
          const reply = await ask(`/v2/permanents/${encodeURIComponent(deviceIden)}_threads`);
          return decodeList('threads', decodeReply.threads, opened(reply, 'threads', cipher), lengthOf);
        },
        async thread(deviceIden, threadId) {
          const key = `${encodeURIComponent(deviceIden)}_thread_${encodeURIComponent(threadId)}`;
          const reply = opened(await ask(`/v2/permanents/${key}`), 'thread', cipher);
          return decodeList('thread', decodeReply.thread, reply, lengthOf);
        },
      };
    },
    close: () => agent.close(),
  };
}

type CountOf<Schema extends z.ZodType> = (decoded: z.output<Schema>) => number;

function lengthOf(list: readonly unknown[]): number {
  return list.length;
}

function decode<Schema extends z.ZodType>(schema: Schema, reply: unknown): z.output<Schema> {
  const result = schema.safeParse(reply);
  if (result.success) return result.data;
  throw new PushbulletError({ kind: 'unexpected_answer' });
}

/** A permanent is encrypted as a whole, or in the field that carries it. */
function opened(reply: unknown, field: 'threads' | 'thread', cipher: Cipher | null): unknown {
  const whole = sealed.safeParse(reply);
  if (whole.success) {
    const plain = open(whole.data.ciphertext, cipher);
    return Array.isArray(plain) ? { [field]: plain } : plain;
  }
  const inner = typeof reply === 'object' && reply !== null ? sealed.safeParse(Reflect.get(reply, field)) : undefined;
  return inner?.success === true ? { [field]: open(inner.data.ciphertext, cipher) } : reply;
}

function open(ciphertext: string, cipher: Cipher | null): unknown {
  const plain = cipher?.open(ciphertext);
  if (plain === undefined) throw new PushbulletError({ kind: 'encrypted' });
  return jsonOf(plain);
}

/** Null where the answer is a 200. */
function faultOf(status: number, reset: string | string[] | undefined, body: string): PushbulletFault | null {
  if (status === 200) return null;
  if (status === 401 || status === 403) return { kind: 'token_refused' };
  if (status === 429) return { kind: 'rate_limited', resetAt: resetOf(reset) };
  if (status === 404) return { kind: 'not_found' };
  if (status >= 500 || status === 408) return { kind: 'unreachable' };
  return { kind: status === 400 && speaksOfCursor(body) ? 'invalid_cursor' : 'unexpected_answer' };
}

function speaksOfCursor(body: string): boolean {
  const reply = errorReply.safeParse(jsonOrUndefined(body));
  if (!reply.success) return false;
  const { type = '', code = '', message = '' } = reply.data.error;
  return /cursor/i.test(`${type} ${code} ${message}`);
}

/** `X-Ratelimit-Reset` is a unix time in seconds. */
function resetOf(header: string | string[] | undefined): Date | null {
  const at = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(at) && at > 0 ? new Date(at * 1000) : null;
}

function jsonOf(text: string): unknown {
  const value = jsonOrUndefined(text);
  if (value === undefined) throw new PushbulletError({ kind: 'unexpected_answer' });
  return value;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_REPLY_BYTES) throw new PushbulletError({ kind: 'unexpected_answer' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
