import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalAws } from 'local-aws';
import { ledgerTableName } from '../../../core/contract/names.ts';
import { planKey } from '../../../core/ledger/keys.ts';
import { environmentOf, planSchema } from '../../../core/release/plan.ts';
import { ENGINE } from '../../../local/sandbox.ts';

/** How a release's stack in an environment is called, from its plan. */
export async function stackNameIn(aws: LocalAws, release: string, environment: string): Promise<string> {
  const client = DynamoDBDocumentClient.from(aws.client(DynamoDBClient, ENGINE));
  const { Item } = await client.send(
    new GetCommand({ TableName: ledgerTableName, Key: { ...planKey(release) }, ConsistentRead: true }),
  );
  client.destroy();
  return environmentOf(planSchema.parse(Item), environment).stackName;
}
