/** Ports of this machine: free ones, remembered ones, and a taken one named with the variable that changes it. */
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { StandError } from './stand-error';

export const LOCALHOST = '127.0.0.1';

/** Below what systems give to outgoing connections: a port found free here is not taken by the next client socket. */
const LOWEST = 20_000;
const HIGHEST = 30_000;

export function isPortFree(port: number, host = LOCALHOST): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isPortFree(port)) return port;
  }
  throw new StandError(`no free port was found between ${LOWEST} and ${HIGHEST}`);
}

/** 0 asks for any free port. @throws StandError naming the variable where the port is taken. */
export async function claimPort(port: number, variable: string, host = LOCALHOST): Promise<number> {
  if (port === 0) return findFreePort();
  if (await isPortFree(port, host)) return port;
  throw new StandError(`port ${port} is taken: set ${variable} to a free one (0 for any), or end what listens there`);
}

/** The port of an environment variable. @throws StandError naming the variable, never its value. */
export function portFromEnv(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  fallback: number,
): number {
  const text = env[variable];
  if (text === undefined || text === '') return fallback;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StandError(`${variable} is not a port: give a number from 0 (any free one) to 65535`);
}
