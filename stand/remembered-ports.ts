/** Ports of parts that nobody asked for by number: chosen once, and the same ones again while they are free. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { findFreePort, isPortFree } from './ports';

const remembered = z.record(z.string(), z.number().int().min(1).max(65_535)).catch({});

export async function rememberedPort(home: string, part: string): Promise<number> {
  const file = path.join(home, 'ports.json');
  const ports = remembered.parse(existsSync(file) ? jsonOf(readFileSync(file, 'utf8')) : {});
  const last = ports[part];
  if (last !== undefined && (await isPortFree(last))) return last;
  const port = await findFreePort();
  writeFileSync(file, `${JSON.stringify({ ...ports, [part]: port })}\n`);
  return port;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
