/** What the figures were measured on: the machine, how busy it was, and the settings that decide about durability and speed. */
import { cpus, loadavg } from 'node:os';
import { queryOne } from '../db/query';
import { readTemporalSettings } from '../stand/temporal-settings';
import type { Ground } from './ground';
import type { Machine } from './report';

const POSTGRES_SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
] as const;

export function loadNow(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ');
}

export async function describeMachine(ground: Ground, loadBefore: string): Promise<Machine> {
  const settings = readTemporalSettings();
  const flags = (values: Readonly<Record<string, unknown>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' ');
  const shown = POSTGRES_SETTINGS.map((name) => `current_setting('${name}') AS ${name}`).join(', ');
  const info = await ground.client.workflowService.getSystemInfo({});
  return {
    machine: `${cpus().length} cores, Node ${process.versions.node}`,
    'load (1, 5, 15 min)': `${loadBefore} before, ${loadNow()} after`,
    PostgreSQL: flags(await queryOne<Record<string, string>>(ground.owner, `SELECT ${shown}`)),
    Temporal: `${info.serverVersion}, durable file, ${flags(settings.sqlitePragmas)}`,
    'Temporal settings': flags(settings.dynamicConfig),
  };
}
