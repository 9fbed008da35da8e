/**
 * One connection to the stream (wss://stream.pushbullet.com/websocket/<token>). The service says `nop` about every 30
 * seconds; where no frame comes for longer than the watchdog's time the socket is dead, even if it looks open.
 */
import { WebSocket, type RawData } from 'ws';

export type StreamEnd =
  /** Nothing came for the watchdog's time. */
  | 'silent'
  /** The service will not have this token, or this client: close 1008 or 4xxx, or 401/403 in the handshake. */
  | 'refused'
  /** 429 in the handshake. */
  | 'rate_limited'
  /** Closed or broken; another try may help at once. */
  | 'closed'
  /** It could not be opened. */
  | 'unreachable'
  /** We closed it. */
  | 'stopped';

export interface StreamOptions {
  /** PUSHBULLET_STREAM_URL, without the token. */
  readonly url: string;
  readonly token: string;
  /** PUSHBULLET_WATCHDOG, in milliseconds. */
  readonly watchdogMs: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  onOpen(): void;
  /** Every frame, however bad. Must not throw. */
  onFrame(data: Buffer, isBinary: boolean): void;
}

const HANDSHAKE_LIMIT_MS = 10_000;
/** What is larger ends the connection; what is merely too large to be of use is read over (decode-frame.ts). */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;

/** Resolves with why it ended. Never rejects, and says nothing of the address, which holds the token. */
export function runStream(options: StreamOptions): Promise<StreamEnd> {
  const { signal, watchdogMs } = options;
  if (signal.aborted) return Promise.resolve('stopped');
  return new Promise((resolve) => {
    const socket = new WebSocket(`${options.url}/${encodeURIComponent(options.token)}`, {
      handshakeTimeout: HANDSHAKE_LIMIT_MS,
      maxPayload: MAX_PAYLOAD_BYTES,
      followRedirects: false,
      perMessageDeflate: false,
    });
    let opened = false;
    let ended = false;
    let watchdog: NodeJS.Timeout | undefined;

    function end(reason: StreamEnd): void {
      if (ended) return;
      ended = true;
      clearTimeout(watchdog);
      signal.removeEventListener('abort', stop);
      // A half-open peer answers no goodbye.
      socket.terminate();
      resolve(reason);
    }
    function stop(): void {
      end('stopped');
    }
    function feed(): void {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => end('silent'), watchdogMs);
    }

    signal.addEventListener('abort', stop);
    socket.on('open', () => {
      opened = true;
      feed();
      options.onOpen();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (ended) return;
      feed();
      options.onFrame(bytesOf(data), isBinary);
    });
    socket.on('unexpected-response', (_request, response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      end(status === 401 || status === 403 ? 'refused' : status === 429 ? 'rate_limited' : 'unreachable');
    });
    socket.on('close', (code) => end(endOf(code, opened)));
    socket.on('error', () => end(opened ? 'closed' : 'unreachable'));
  });
}

function endOf(code: number, opened: boolean): StreamEnd {
  if (code === 1008 || (code >= 4000 && code <= 4999)) return 'refused';
  return opened ? 'closed' : 'unreachable';
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
