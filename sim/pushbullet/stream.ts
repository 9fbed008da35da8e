/** The stream: `/pushbullet/websocket/<token>`, with nops, and the faults of sockets and frames. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Counters } from '../counters';
import type { Random } from '../random';
import { badFrame } from './bad-frames';
import type { PushbulletDials, Refusal } from './dials';
import { serviceJson } from './float-json';
import type { Account } from './model';

export type Frame = Readonly<Record<string, unknown>>;

export interface Stream {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** To every socket of the account, through the dials of frames. */
  readonly live: (account: Account, frame: Frame) => void;
  /** As it is, past the dials. */
  readonly raw: (accountIden: string, text: string | Buffer) => void;
  /** From now on half open: nothing is sent or read, and no FIN goes out. Gives how many it met. */
  readonly silence: (accountIden?: string) => number;
  /** With a code: the closing handshake; without: the connection is cut. */
  readonly drop: (accountIden?: string, code?: number) => number;
  /** Sockets that still speak. */
  readonly open: (accountIden?: string) => number;
  /** Half-open ones; while they are not read, this side cannot know whether their clients gave them up. */
  readonly silent: () => number;
  /** Nops at the interval that the dials give now. */
  readonly retime: () => void;
  readonly close: () => Promise<void>;
}

export interface StreamDeps {
  readonly dials: PushbulletDials;
  readonly random: Random;
  readonly counters: Counters;
  readonly accountByToken: (token: string) => Account | undefined;
}

interface Line {
  readonly socket: WebSocket;
  readonly account: Account;
  silent: boolean;
  nop: NodeJS.Timeout | undefined;
  nopIntervalMs: number;
  /** A frame that lets the next one overtake it. */
  held: { text: string; timer: NodeJS.Timeout } | undefined;
}

const PATH = /^\/pushbullet\/websocket\/([^/?]+)\/?(?:\?.*)?$/;
const INBOUND_LIMIT_BYTES = 64 * 1024;

export function createStream(deps: StreamDeps): Stream {
  const { dials, counters } = deps;
  const server = new WebSocketServer({ noServer: true, maxPayload: INBOUND_LIMIT_BYTES, perMessageDeflate: false });
  const lines = new Set<Line>();
  const delayed = new Set<NodeJS.Timeout>();
  /** Upgrades that are never answered. */
  const unanswered = new Set<Duplex>();
  const refusals: Readonly<Record<Refusal, (socket: Duplex) => void>> = {
    status_503: (socket) => answer(socket, '503 Service Unavailable'),
    status_429: (socket) => answer(socket, '429 Too Many Requests'),
    cut: (socket) => void socket.destroy(),
    silence: (socket) => void unanswered.add(socket.on('close', () => unanswered.delete(socket))),
  };
  const linesOf = (iden?: string) => [...lines].filter((line) => iden === undefined || line.account.iden === iden);

  function transmit(line: Line, text: string | Buffer): void {
    if (line.silent || line.socket.readyState !== line.socket.OPEN) return;
    counters.add('frames_sent');
    line.socket.send(text);
  }

  function beat(line: Line): void {
    clearTimeout(line.nop);
    line.nopIntervalMs = dials.settings(line.account.iden).nopIntervalMs;
    line.nop = setTimeout(() => {
      transmit(line, JSON.stringify({ type: 'nop' }));
      beat(line);
    }, line.nopIntervalMs);
  }

  function join(socket: WebSocket, account: Account): void {
    const line: Line = { socket, account, silent: false, nop: undefined, nopIntervalMs: 0, held: undefined };
    lines.add(line);
    counters.add('sockets_opened');
    socket.on('close', () => leave(line));
    beat(line);
  }

  function leave(line: Line): void {
    clearTimeout(line.nop);
    clearTimeout(line.held?.timer);
    lines.delete(line);
  }

  function silence(line: Line): void {
    line.silent = true;
    clearTimeout(line.nop);
    counters.add('sockets_silenced');
    // Not read any more either: neither a ping nor a closing handshake gets its answer.
    line.socket.pause();
  }

  function cut(line: Line, code?: number): void {
    counters.add('sockets_dropped');
    if (code === undefined) line.socket.terminate();
    else line.socket.close(code);
  }

  function deliver(line: Line, text: string): void {
    const scope = line.account.iden;
    if (line.silent) return;
    const settings = dials.settings(scope);
    if (dials.strikes('halfOpen', scope)) return silence(line);
    if (dials.strikes('abruptClose', scope)) return cut(line);
    if (dials.strikes('politeClose', scope)) return cut(line, settings.closeCode);
    if (dials.strikes('badFrame', scope)) {
      const kind = settings.badFrameKinds[deps.random.below(settings.badFrameKinds.length)] ?? 'not_json';
      transmit(line, badFrame(kind, settings.hugeFrameBytes));
    }
    if (dials.strikes('tickleStorm', scope))
      for (let sent = 0; sent < settings.tickleStormSize; sent += 1) transmit(line, TICKLE_PUSH);
    if (dials.strikes('delayFrames', scope)) return later(settings.delayMs, () => pass(line, text));
    if (dials.strikes('disorderFrames', scope) && !line.held) {
      const timer = setTimeout(() => release(line), settings.disorderHoldMs);
      line.held = { text, timer };
      return;
    }
    pass(line, text);
  }

  function pass(line: Line, text: string): void {
    transmit(line, text);
    if (dials.strikes('duplicateFrames', line.account.iden)) transmit(line, text);
    release(line);
  }

  function release(line: Line): void {
    const { held } = line;
    if (!held) return;
    clearTimeout(held.timer);
    line.held = undefined;
    transmit(line, held.text);
  }

  function later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      delayed.delete(timer);
      act();
    }, delayMs);
    delayed.add(timer);
  }

  return {
    upgrade(request, socket, head) {
      const token = PATH.exec(request.url ?? '')?.[1];
      if (token === undefined) return false;
      // The client may go while it is being answered.
      socket.on('error', () => socket.destroy());
      const account = deps.accountByToken(token);
      const { badTokenClose, refuseHow } = dials.settings(account?.iden);
      if (account && dials.strikes('refuseSockets', account.iden)) {
        counters.add('sockets_refused');
        refusals[refuseHow](socket);
        return true;
      }
      if (!account) counters.add('sockets_bad_token');
      if (!account && badTokenClose === 401) answer(socket, '401 Unauthorized');
      else
        server.handleUpgrade(request, socket, head, (webSocket) => {
          // Whatever a stranger sends must not end the process.
          webSocket.on('error', () => webSocket.terminate());
          if (account) join(webSocket, account);
          else webSocket.close(badTokenClose);
        });
      return true;
    },
    live(account, frame) {
      const text = serviceJson(frame);
      for (const line of linesOf(account.iden)) deliver(line, text);
    },
    raw(accountIden, text) {
      for (const line of linesOf(accountIden)) transmit(line, text);
    },
    silence(accountIden) {
      const met = linesOf(accountIden).filter((line) => !line.silent);
      met.forEach(silence);
      return met.length;
    },
    drop(accountIden, code) {
      const met = linesOf(accountIden);
      met.forEach((line) => cut(line, code));
      return met.length;
    },
    open: (accountIden) => linesOf(accountIden).filter((line) => !line.silent).length,
    silent: () => linesOf().filter((line) => line.silent).length,
    retime() {
      // Another dial that is turned often must not keep the nops from ever coming.
      for (const line of lines)
        if (!line.silent && dials.settings(line.account.iden).nopIntervalMs !== line.nopIntervalMs) beat(line);
    },
    async close() {
      delayed.forEach(clearTimeout);
      unanswered.forEach((socket) => socket.destroy());
      [...lines].forEach(leave);
      // Also those that are closing: a client that does not answer would hold the process for half a minute.
      server.clients.forEach((socket) => socket.terminate());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

const TICKLE_PUSH = JSON.stringify({ type: 'tickle', subtype: 'push' });

function answer(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
