/** `temporal-dev.yml`: the one place for what the Temporal dev server is started with. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseDurationMs } from '../service/duration';
import { projectRoot } from './home';
import { reasonOf, StandError } from './stand-error';

const SEARCH_ATTRIBUTE_TYPES = ['Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'] as const;
const port = z.number().int().min(0).max(65_535);
const scalar = z.union([z.number(), z.boolean(), z.string()]);

const retentionMs = z.string().transform((text, context) => {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms >= 86_400_000) return ms;
  context.addIssue({ code: 'custom', message: 'is not a duration of a day or more, such as 30d' });
  return z.NEVER;
});

const file = z
  .strictObject({
    namespace: z.string().regex(/^[\w-]+$/, 'is not a name of letters, digits, - and _'),
    retention: retentionMs,
    ports: z.strictObject({ grpc: port, ui: port }),
    search_attributes: z.record(z.string().regex(/^\w+$/), z.enum(SEARCH_ATTRIBUTE_TYPES)),
    dynamic_config: z.record(z.string(), scalar),
    sqlite_pragmas: z.record(z.string(), scalar),
  })
  .transform((content) => ({
    namespace: content.namespace,
    retentionMs: content.retention,
    ports: content.ports,
    searchAttributes: content.search_attributes,
    dynamicConfig: content.dynamic_config,
    sqlitePragmas: content.sqlite_pragmas,
  }));

export type TemporalSettings = Readonly<z.infer<typeof file>>;
export type SearchAttributeTypeName = (typeof SEARCH_ATTRIBUTE_TYPES)[number];

export const TEMPORAL_SETTINGS_FILE = 'temporal-dev.yml';

/** @throws StandError naming the file and every setting at fault. */
export function readTemporalSettings(at = path.join(projectRoot(), TEMPORAL_SETTINGS_FILE)): TemporalSettings {
  let content: unknown;
  try {
    content = parse(readFileSync(at, 'utf8'));
  } catch (error) {
    throw new StandError(`${at} cannot be read: ${reasonOf(error)}`);
  }
  const parsed = file.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new StandError([`${at} is not as it must be:`, ...faults.map((fault) => `    ${fault}`)].join('\n'));
}

export interface TemporalPlace {
  readonly ip: string;
  readonly port: number;
  /** Without it the server runs without its web UI. */
  readonly uiPort?: number;
  /** Without it nothing outlives the server. */
  readonly dbFile?: string;
}

/** The words after `temporal` that start the dev server as the settings say. */
export function temporalArguments(settings: TemporalSettings, place: TemporalPlace): string[] {
  return [
    ...['server', 'start-dev', '--ip', place.ip, '--port', String(place.port)],
    ...(place.uiPort === undefined ? ['--headless'] : ['--ui-port', String(place.uiPort)]),
    ...(place.dbFile === undefined ? [] : ['--db-filename', place.dbFile]),
    ...['--namespace', settings.namespace, '--log-level', 'warn', '--color', 'never'],
    ...pairs('--search-attribute', settings.searchAttributes, String),
    ...pairs('--dynamic-config-value', settings.dynamicConfig, JSON.stringify),
    // In memory there is no journal to set.
    ...(place.dbFile === undefined ? [] : pairs('--sqlite-pragma', settings.sqlitePragmas, String)),
  ];
}

function pairs<T>(flag: string, values: Readonly<Record<string, T>>, write: (value: T) => string): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${write(value)}`]);
}
