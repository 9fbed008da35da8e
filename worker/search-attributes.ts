/** The search attributes that the workflows carry: they must exist before the first start. */
import type { Client } from '@temporalio/client';

export const SEARCH_ATTRIBUTES = ['ReconStatus', 'ReconReviewReason', 'ReconSource', 'ReconBrand'] as const;

export async function missingSearchAttributes(client: Client): Promise<string[]> {
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
    namespace: client.options.namespace,
  });
  return SEARCH_ATTRIBUTES.filter((name) => !(name in customAttributes));
}
