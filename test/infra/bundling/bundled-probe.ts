import { CloudFormationClient, DescribeChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { parseTemplate } from '../../../core/template/parse.ts';
import { createObservability } from '../../../adapters/powertools/observability.ts';

/** What functions do with libraries, in one bundle made as theirs are: bundled and run by bundle-trimming.test.ts. */
export async function probe(endpoint: string) {
  const settings = { endpoint, region: 'us-east-1', maxAttempts: 1 };
  const observe = createObservability('probe');
  const ledger = DynamoDBDocumentClient.from(observe.client(new DynamoDBClient(settings)));
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const object = { Bucket: 'b', Key: 'k', VersionId: 'v' };
  const cancelled = await problemOf(ledger.send(new TransactWriteCommand({ TransactItems: [] })));
  const unnamed = await problemOf(ledger.send(new QueryCommand({ TableName: 'sluice-ledger' })));
  const absent = await problemOf(s3.send(new HeadObjectCommand(object)));
  const changeSet = await problemOf(
    new CloudFormationClient(settings).send(new DescribeChangeSetCommand({ StackName: 's', ChangeSetName: 'c' })),
  );
  const { Body } = await s3.send(new GetObjectCommand(object));
  return {
    cancelled: cancelled instanceof TransactionCanceledException ? cancelled.CancellationReasons : cancelled,
    unnamed: unnamed instanceof DynamoDBServiceException ? [unnamed.name, unnamed.message] : unnamed,
    absent: [absent.name, '$metadata' in absent],
    changeSet: changeSet.name,
    object: await Body?.transformToString(),
    yaml: parseTemplate('Resources: { A: { Type: X, Properties: { b: !Ref B } } }', 'template.yaml'),
    complaint: z.string().min(3).safeParse('ab').error?.issues[0]?.message,
    jsonSchema: (await problemOf(Promise.resolve().then(() => z.string().toJSONSchema()))).message,
  };
}

async function problemOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (problem) {
    if (problem instanceof Error) return problem;
  }
  throw new Error('This should have failed.');
}
