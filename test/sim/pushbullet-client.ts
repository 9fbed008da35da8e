/** A plain client of Pushbullet, as little clever as can be: what the wire carries is what the tests look at. */
import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'undici';
import { WebSocket, type RawData } from 'ws';
import { startTestSim, type TestSim } from '../support/sim';
import { until } from '../support/until';

export const TOKEN = 'o.token-of-the-tests';
export const ACCOUNT = 'ujTestAccount';
export const PHONE = 'ujTestAccountsjPhone';
export const SECOND_PHONE = 'ujTestAccountsjSecond';

export interface ListedJson {
  readonly [field: string]: unknown;
  readonly iden: string;
  readonly modified: number;
  readonly nickname: string;
  readonly title: string;
}
export interface MessageJson {
  readonly id: string;
  readonly timestamp: number;
  readonly direction: string;
  readonly body: string;
  readonly status?: string;
}
/** Every answer in one shape: a test looks at what it asked for. */
export interface ServiceJson extends ListedJson {
  readonly error: { type: string; message: string; cat: string; code: string };
  readonly devices: ListedJson[];
  readonly pushes: ListedJson[];
  readonly cursor?: string;
  readonly threads: { id: string; latest?: MessageJson }[];
  readonly thread: MessageJson[];
  readonly encrypted?: boolean;
  readonly ciphertext: string;
}
export interface FrameJson {
  readonly type: string;
  readonly subtype?: string;
  readonly push: {
    readonly [field: string]: unknown;
    readonly ciphertext: string;
    readonly body: string;
    readonly notifications?: { body: string }[];
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: ServiceJson;
}

export interface Line {
  readonly socket: WebSocket;
  /** Frames as text, in the order of their coming. */
  readonly frames: string[];
  /** The same without nops, parsed. */
  readonly live: () => FrameJson[];
  readonly closed: () => { code: number } | undefined;
}

export interface Scene extends TestSim {
  /** With the account's token unless told otherwise. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Reply>;
  /** `/control/pushbullet…` */
  control(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<Reply>;
  connect(token?: string): Promise<Line>;
  sms(body: string, over?: Record<string, unknown>): void;
}

/** One account with two phones and a browser; nops far apart, so that they do not disturb. */
export async function startScene(given: Parameters<typeof startTestSim>[0] = {}): Promise<Scene> {
  const test = await startTestSim(given);
  const { pushbullet } = test.sim;
  pushbullet.addAccount({ iden: ACCOUNT, email: 'Cashier@Recon.example', name: 'Cashier', tokens: [TOKEN] });
  pushbullet.addDevice(ACCOUNT, { iden: PHONE, nickname: 'Phone' });
  pushbullet.addDevice(ACCOUNT, { iden: SECOND_PHONE, nickname: 'Second phone' });
  pushbullet.addDevice(ACCOUNT, { nickname: 'Browser', hasSms: false });
  const lines: WebSocket[] = [];
  const call = async (
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Reply> => {
    const answer = await request(url, {
      method: method as 'GET',
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headersTimeout: 5_000,
      bodyTimeout: 5_000,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, headers: answer.headers, text, json: jsonOf(text) as ServiceJson };
  };
  return {
    ...test,
    get: (path, headers = { 'access-token': TOKEN }) => call('GET', test.pushbulletApiUrl + path, headers),
    send: (method, path, body) => call(method, test.pushbulletApiUrl + path, { 'access-token': TOKEN }, body),
    control: (method, path, body) => call(method, `${test.url}/control/pushbullet${path}`, {}, body),
    async connect(token = TOKEN) {
      const before = pushbullet.openSockets();
      const socket = new WebSocket(`${test.pushbulletStreamUrl}/${token}`);
      lines.push(socket);
      const line = listen(socket);
      await Promise.race([once(socket, 'open'), once(socket, 'close')]);
      if (token === TOKEN) await until(() => pushbullet.openSockets() > before);
      return line;
    },
    sms: (body, over = {}) => void pushbullet.sms({ device: PHONE, sender: 'RHEINBANK', body, ...over }),
    async stop() {
      for (const socket of lines) socket.terminate();
      await test.stop();
    },
  };
}

function listen(socket: WebSocket): Line {
  const frames: string[] = [];
  let closed: { code: number } | undefined;
  socket.on('message', (data: RawData) => frames.push(Buffer.from(data as Buffer).toString('utf8')));
  socket.on('close', (code) => (closed = { code }));
  socket.on('error', () => undefined);
  return {
    socket,
    frames,
    live: () => frames.map((text) => jsonOf(text) as FrameJson).filter((frame) => frame.type !== 'nop'),
    closed: () => closed,
  };
}

export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts of the SMS that frames carried, in their order. */
export function textsOf(frames: readonly Partial<FrameJson>[]): string[] {
  return frames.flatMap(({ push }) => (push?.notifications ?? []).map(({ body }) => body));
}

/** As the facts describe the format, written apart from the simulator. */
export function decrypt(ciphertext: string, password: string, userIden: string): unknown {
  const bytes = Buffer.from(ciphertext, 'base64');
  if (bytes[0] !== 0x31) throw new Error('not version 1');
  const key = pbkdf2Sync(password, userIden, 30_000, 32, 'sha256');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(17, 29));
  decipher.setAuthTag(bytes.subarray(1, 17));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]).toString('utf8'));
}
