import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { indexes, tableKeys } from '../../../core/ledger/index-names.ts';
import { ledgerTableName } from '../../../core/contract/names.ts';
import { createLedger, type Ledger } from '../../../adapters/dynamodb/ledger.ts';
import { type LocalAws, startLocalAws } from 'local-aws';

/** Ledgers on real tables of one local AWS. */
export interface TestLedgers {
  /** An empty one. */
  open(): Promise<Ledger>;
  close(): Promise<void>;
}

export async function startTestLedgers(): Promise<TestLedgers> {
  const aws = await startLocalAws();
  let tables = 0;
  return { open: () => openLedger(aws, `${ledgerTableName}-${(tables += 1)}`), close: () => aws.close() };
}

async function openLedger(aws: LocalAws, table: string): Promise<Ledger> {
  const client = aws.client(DynamoDBClient, { account: '111111111111', region: 'us-east-1' });
  const keys = [tableKeys, ...Object.values(indexes)];
  const schemaOf = ({ partition, sort }: { partition: string; sort: string }) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: keys
        .flatMap(({ partition, sort }) => [partition, sort])
        .map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: schemaOf(tableKeys),
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: schemaOf(index),
        Projection: { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  );
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return createLedger(document, table);
}
