/** Temporal's dev server as a part of the stand: started as `temporal-dev.yml` says, durable where it has a file. */
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { temporal } from '@temporalio/proto';
import { createManagedProcess, type ManagedProcess, type ManagedProcessDeps } from './managed-process';
import { pidFileIn } from './pid-file';
import { LOCALHOST } from './ports';
import {
  temporalArguments,
  type SearchAttributeTypeName,
  type TemporalPlace,
  type TemporalSettings,
} from './temporal-settings';

export interface TemporalServerOptions {
  readonly cliPath: string;
  readonly settings: TemporalSettings;
  readonly port: number;
  readonly uiPort?: number;
  readonly dbFile?: string;
  /** Where logs and pid files go. */
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Stopping and starting it again keeps port and, where it has one, file. */
export function createTemporalServer(options: TemporalServerOptions, deps: ManagedProcessDeps): ManagedProcess {
  const { cliPath, settings, home } = options;
  const place: TemporalPlace = { ip: LOCALHOST, port: options.port, ...uiAndFile(options) };
  const address = `${LOCALHOST}:${options.port}`;
  return createManagedProcess(
    {
      name: 'temporal',
      command: cliPath,
      args: temporalArguments(settings, place),
      env: withoutTemporalVariables(options.env),
      cwd: home,
      logFile: path.join(home, 'logs', 'temporal.log'),
      pidFile: pidFileIn(home, 'temporal'),
      stopRungs: [
        { signal: 'SIGTERM', waitMs: 15_000 },
        { signal: 'SIGKILL', waitMs: 5_000 },
      ],
      isReady: () => namespaceAnswers(address, settings.namespace),
      readyLimitMs: 60_000,
      settle: () => applyNamespaceSettings(address, settings),
    },
    deps,
  );
}

/** What an outer shell says about some other server must not reach this one. */
function withoutTemporalVariables(env: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

function uiAndFile({ uiPort, dbFile }: TemporalServerOptions): Partial<TemporalPlace> {
  return { ...(uiPort === undefined ? {} : { uiPort }), ...(dbFile === undefined ? {} : { dbFile }) };
}

async function namespaceAnswers(address: string, namespace: string): Promise<boolean> {
  return withConnection(address, 1_000, async (connection) => {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  });
}

/** The dev server has no flag for retention, and it ignores search attributes that are new to an existing file. */
async function applyNamespaceSettings(address: string, settings: TemporalSettings): Promise<void> {
  const { namespace, searchAttributes } = settings;
  await withConnection(address, 10_000, async ({ workflowService, operatorService }) => {
    await workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: msToTs(settings.retentionMs) },
    });
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(searchAttributes).filter(([name]) => !(name in customAttributes));
    if (missing.length === 0) return;
    await operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, INDEXED_VALUE_TYPES[type]])),
    });
  });
}

const types = temporal.api.enums.v1.IndexedValueType;
const INDEXED_VALUE_TYPES: Readonly<Record<SearchAttributeTypeName, temporal.api.enums.v1.IndexedValueType>> = {
  Text: types.INDEXED_VALUE_TYPE_TEXT,
  Keyword: types.INDEXED_VALUE_TYPE_KEYWORD,
  Int: types.INDEXED_VALUE_TYPE_INT,
  Double: types.INDEXED_VALUE_TYPE_DOUBLE,
  Bool: types.INDEXED_VALUE_TYPE_BOOL,
  Datetime: types.INDEXED_VALUE_TYPE_DATETIME,
  KeywordList: types.INDEXED_VALUE_TYPE_KEYWORD_LIST,
};

async function withConnection<T>(address: string, timeoutMs: number, use: (connection: Connection) => Promise<T>) {
  const connection = await Connection.connect({ address, connectTimeout: timeoutMs });
  try {
    return await connection.withDeadline(Date.now() + timeoutMs, () => use(connection));
  } finally {
    await connection.close();
  }
}
