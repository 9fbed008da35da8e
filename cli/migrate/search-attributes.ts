/** The search attributes of the namespace, through Temporal's operator service. */
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { missingSearchAttributes } from '../../worker/search-attributes';

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const GRPC_ALREADY_EXISTS = 6;

export function lackingSearchAttributes(client: Client): Promise<string[]> {
  return missingSearchAttributes(client);
}

/** Two at once are no fault: who comes second finds them there. */
export async function addSearchAttributes(client: Client, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await client.connection.operatorService.addSearchAttributes({
        namespace: client.options.namespace,
        searchAttributes: { [name]: KEYWORD },
      });
    } catch (error) {
      const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== GRPC_ALREADY_EXISTS) throw error;
    }
  }
}
