import { actionsOfPattern } from 'local-aws/iam-actions';
import { expect, it } from 'vitest';
import { running } from '../../infra/release-target/boundary.ts';

// A boundary has no room for every name. What a pattern stands for is written here, so that nothing comes in unseen: neither by a
// shorter pattern, nor by an action that AWS adds to a service.
const meant: Readonly<Record<string, string>> = {
  'dynamodb:*Item': 'BatchGetItem BatchWriteItem ConditionCheckItem DeleteItem GetItem PutItem UpdateItem',
  'firehose:PutRecord*': 'PutRecord PutRecordBatch',
  'kinesis:PutRecord*': 'PutRecord PutRecords',
  'kms:*crypt': 'Decrypt Encrypt',
  'lambda:InvokeFunction*': 'InvokeFunction InvokeFunctionUrl',
  'logs:*LogDelivery': 'CreateLogDelivery DeleteLogDelivery GetLogDelivery UpdateLogDelivery',
  's3:*BucketNotification': 'GetBucketNotification PutBucketNotification',
  's3:ListBucket*': 'ListBucket ListBucketMultipartUploads ListBucketVersions',
  'sqs:GetQueue*': 'GetQueueAttributes GetQueueUrl',
  'states:SendTask*': 'SendTaskFailure SendTaskHeartbeat SendTaskSuccess',
  'states:St*Execution': 'StartExecution StartSyncExecution StopExecution',
  'xray:PutT*': 'PutTelemetryRecords PutTraceSegments',
};

it('lets running code have exactly what patterns are written for', async () => {
  const patterns = running.filter((action) => action.includes('*')).toSorted();
  const stoodFor = await Promise.all(
    patterns.map(async (pattern): Promise<[string, string]> => {
      const actions = await actionsOfPattern(pattern);
      return [pattern, actions.map((action) => action.replace(/^.*:/, '')).join(' ')];
    }),
  );
  expect(Object.fromEntries(stoodFor)).toEqual(meant);
});

it('names only actions that AWS has', async () => {
  const actions = await Promise.all(running.map(actionsOfPattern));
  expect(running.filter((_, index) => actions[index]?.length === 0)).toEqual([]);
});
