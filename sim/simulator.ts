/** What every simulator of the outside world gives to the process and to the tests. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Router } from 'express';
import type { Logger } from '../service/logger';
import type { Random } from './random';

export interface Simulator {
  readonly name: 'pushbullet' | 'telegram' | 'phones';
  /** The protocol itself, mounted at `/<name>`. */
  readonly router: Router;
  /** Dials, record and what a person can make happen, mounted at `/control/<name>`. */
  readonly control: Router;
  /** Takes a WebSocket whose path is its own; true where it did. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;
  /** Ends sockets and timers; waiting polls are answered or cut. */
  readonly close: () => Promise<void>;
}

/** What each is made of. */
export interface SimulatorDeps {
  readonly logger: Logger;
  readonly random: Random;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}
