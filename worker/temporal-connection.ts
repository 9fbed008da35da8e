/** The connection of a worker to Temporal, shared with a client in the same process so that starts can be eager. */
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../service/config';

export interface TemporalLink {
  readonly connection: NativeConnection;
  readonly client: Client;
}

/** TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TEMPORAL_TLS_* are read as `@temporalio/envconfig` reads them. */
export async function connectTemporal(config: Config): Promise<TemporalLink> {
  const { connectionOptions } = loadClientConnectConfig();
  const address = config.TEMPORAL_ADDRESS ?? connectionOptions.address;
  const connection = await NativeConnection.connect({
    ...connectionOptions,
    ...(address === undefined ? {} : { address }),
  });
  return { connection, client: new Client({ connection, namespace: config.TEMPORAL_NAMESPACE }) };
}
