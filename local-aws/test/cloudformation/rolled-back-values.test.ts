import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { GetQueueAttributesCommand, ListQueueTagsCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';
import { actors } from './updated-actors.ts';
import { halfway } from './updated-halfway.ts';
import { stores } from './updated-stores.ts';

// "When a stack update fails, CloudFormation rolls back to the last known stable state": what was refused is no hindrance to it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const Capabilities = ['CAPABILITY_NAMED_IAM' as const];

async function settled(StackName: string): Promise<string> {
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus: status = '' } = stack ?? {};
    if (!status.endsWith('_IN_PROGRESS')) return status;
    await aws.clock.sleep(500, 'the test looks again');
  }
}

async function physicalId(StackName: string): Promise<string> {
  const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'It' });
  return (await stacks.send(command)).StackResourceDetail?.PhysicalResourceId ?? '';
}

const kinds = [stores, actors, halfway]
  .flatMap((of) => of(() => aws))
  .map((kind, index) => ({ ...kind, StackName: `rolled-${index}` }));

it.each(kinds)(
  '$type is as before when its update fails',
  async ({ StackName, type, good, bad, beside = {}, read }) => {
    const templateOf = (Properties: object): string =>
      JSON.stringify({ Resources: { It: { Type: type, Properties }, ...beside } });
    await stacks.send(new CreateStackCommand({ StackName, TemplateBody: templateOf(good), Capabilities }));
    expect(await settled(StackName), await failuresOf(StackName)).toBe('CREATE_COMPLETE');
    const before = await read(await physicalId(StackName));
    for (const change of bad) {
      const TemplateBody = templateOf({ ...good, ...change });
      await stacks.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities }));
      const status = await settled(StackName);
      expect(status, `${JSON.stringify(change)} ${await failuresOf(StackName)}`).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(await read(await physicalId(StackName)), JSON.stringify(change)).toEqual(before);
    }
  },
);

it('an update after one that failed and was kept begins with what the resource has', async () => {
  const StackName = 'kept';
  const templateOf = (Properties: object): string =>
    JSON.stringify({ Resources: { It: { Type: 'AWS::SQS::Queue', Properties } } });
  const update = async (Properties: object): Promise<string> => {
    await stacks.send(
      new UpdateStackCommand({ StackName, TemplateBody: templateOf(Properties), DisableRollback: true }),
    );
    return settled(StackName);
  };
  const Tags = [{ Key: 'team', Value: 'shop' }];
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: templateOf({ DelaySeconds: 1 }) }));
  await settled(StackName);
  expect(await update({ DelaySeconds: 'two', VisibilityTimeout: 50, Tags })).toBe('UPDATE_FAILED');
  expect(await update({ DelaySeconds: 2, VisibilityTimeout: 50, Tags })).toBe('UPDATE_COMPLETE');
  const QueueUrl = await physicalId(StackName);
  const AttributeNames = ['DelaySeconds' as const, 'VisibilityTimeout' as const];
  const sqs = aws.client(SQSClient, where);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  expect(Attributes).toEqual({ DelaySeconds: '2', VisibilityTimeout: '50' });
  expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ team: 'shop' });
});

async function failuresOf(StackName: string): Promise<string> {
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  const failed = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED') === true);
  return failed.map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`).join('\n');
}
