import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';

/** The least that a function with three AWS services loads: the bundle that the others' load times are compared with. */
const clients = { ledger: new DynamoDBClient({}), workflow: new SFNClient({}), bucket: new S3Client({}) };

export async function handler(): Promise<string> {
  return clients.ledger.config.region();
}
