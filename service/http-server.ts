/** Listening and stopping, alike for every process. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Stops accepting, lets requests in flight end, then closes what is left after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly variable: string;
  /** For what an app alone cannot take, such as WebSocket upgrades. */
  readonly attach?: (server: Server) => void;
}

/** @throws PortTakenError naming the variable to change. */
export function listen(app: Express, options: ListenOptions): Promise<Listening> {
  const server = createServer(app);
  options.attach?.(server);
  // Longer than any client's keep-alive, or a reused connection is reset in the middle of a request.
  server.keepAliveTimeout = 75_000;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new PortTakenError(`port ${options.port} is taken: set ${options.variable} to a free one`));
    });
    server.listen(options.port, options.host, () => {
      const { port } = addressOf(server);
      const host = options.host.includes(':') ? `[${options.host}]` : options.host;
      resolve({ port, url: `http://${host}:${port}`, close: (graceMs = 5_000) => close(server, graceMs) });
    });
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address once it listens');
  return address;
}

async function close(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
}
