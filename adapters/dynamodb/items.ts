import { DynamoDBClient, type DynamoDBClientConfig, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Observability } from '../powertools/observability.ts';

/** Counts one item of a table, where there is one. Items are not read. */
export function openItems(
  observe: Observability,
  settings: DynamoDBClientConfig,
): (TableName: string) => Promise<number> {
  const client = observe.client(new DynamoDBClient(settings));
  return async (TableName) => {
    const { Count = 0 } = await client.send(
      new ScanCommand({ TableName, Select: 'COUNT', Limit: 1, ConsistentRead: true }),
    );
    return Count;
  };
}
