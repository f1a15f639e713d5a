import {
  CloudFormationClient,
  CreateStackCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const where = { account: '222222222222', region: 'us-east-1' };

let aws: LocalAws;
beforeEach(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterEach(() => aws.close());

const template = (...Tags: readonly object[]): string =>
  JSON.stringify({
    Resources: {
      Alarm: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: 'any', AlarmRule: 'FALSE', Tags } },
    },
  });

it('changes the tags of an alarm that stands', async () => {
  const client = aws.client(CloudFormationClient, where);
  const patience = { client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.1 };
  const StackName = 'alarms';
  const tagsNow = async () => {
    const ResourceARN = 'arn:aws:cloudwatch:us-east-1:222222222222:alarm:any';
    const { Tags } = await aws.client(CloudWatchClient, where).send(new ListTagsForResourceCommand({ ResourceARN }));
    return Tags;
  };
  await client.send(new CreateStackCommand({ StackName, TemplateBody: template({ Key: 'team', Value: 'a' }) }));
  await waitUntilStackCreateComplete(patience, { StackName });
  expect(await tagsNow()).toEqual([{ Key: 'team', Value: 'a' }]);
  await client.send(new UpdateStackCommand({ StackName, TemplateBody: template({ Key: 'round', Value: '2' }) }));
  await waitUntilStackUpdateComplete(patience, { StackName });
  expect(await tagsNow()).toEqual([{ Key: 'round', Value: '2' }]);
});
