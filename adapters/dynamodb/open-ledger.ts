import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createLedger, type Ledger } from './ledger.ts';
import type { Observability } from '../powertools/observability.ts';

/** The ledger of the engine's own account. @param table its name */
export function openLedger(table: string, observe: Observability): Ledger {
  const client = DynamoDBDocumentClient.from(observe.client(new DynamoDBClient({})), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return createLedger(client, table);
}
