/** The API's client of Temporal: made at once, connected when it is first needed, so that the API starts without Temporal. */
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type GrpcRetryOptions,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Config } from '../service/config';

export interface TemporalLink {
  readonly client: Client;
  /** Resolves where the server answers for our namespace. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const PROBE_LIMIT_MS = 1_500;

/** gRPC's status UNAVAILABLE. */
const UNAVAILABLE = 14;

/**
 * A server that is busy is asked again; one that is away is not: a person gets his answer from the rows, and the sweeper
 * starts what could not be started.
 */
const retries: GrpcRetryOptions = {
  ...defaultGrpcRetryOptions(),
  retryableDecider(attempt, status) {
    const code: number = status.code;
    return code !== UNAVAILABLE && defaultGrpcRetryOptions().retryableDecider(attempt, status);
  },
};

/** TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TEMPORAL_TLS_* are read as `@temporalio/envconfig` reads them. */
export function linkTemporal(config: Pick<Config, 'TEMPORAL_ADDRESS' | 'TEMPORAL_NAMESPACE'>): TemporalLink {
  const { address, tls, apiKey, metadata } = loadClientConnectConfig().connectionOptions;
  const connection = Connection.lazy({
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
    address: config.TEMPORAL_ADDRESS ?? address,
    interceptors: [makeGrpcRetryInterceptor(retries)],
  });
  const namespace = config.TEMPORAL_NAMESPACE;
  return {
    client: new Client({ connection, namespace }),
    async probe() {
      await connection.withDeadline(Date.now() + PROBE_LIMIT_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
    },
    close: () => connection.close(),
  };
}
