import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { where } from '../lambda/functions.ts';

// The registry validates properties by the type's schema and tells every violation in these words, whatever the type:
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

async function refusalOf(StackName: string, Type: string, Properties: object): Promise<string> {
  const TemplateBody = JSON.stringify({ Resources: { It: { Type, Properties } } });
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }));
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') !== true) break;
    await aws.clock.sleep(500, 'the test looks again');
  }
  const { StackEvents: events = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  return events.find(({ ResourceStatus: status }) => status === 'CREATE_FAILED')?.ResourceStatusReason ?? '';
}

const trust = { Version: '2012-10-17', Statement: [] };

it.each<[string, object, string]>([
  ['AWS::Events::Rule', { Targets: { Id: 'a' } }, '#/Targets: expected type: JSONArray, found: JSONObject'],
  ['AWS::Events::Rule', { Targets: [{ Id: 'a' }] }, '#/Targets/0: required key [Arn] not found'],
  ['AWS::Events::EventBus', { Name: ['a'] }, '#/Name: expected type: String, found: JSONArray'],
  ['AWS::Events::EventBus', {}, '#: required key [Name] not found'],
  [
    'AWS::IAM::Role',
    { AssumeRolePolicyDocument: trust, ManagedPolicyArns: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    '#/ManagedPolicyArns: expected type: JSONArray, found: String',
  ],
  [
    'AWS::IAM::Role',
    { AssumeRolePolicyDocument: trust, Policies: [{ PolicyDocument: trust }] },
    '#/Policies/0: required key [PolicyName] not found',
  ],
  [
    'AWS::IAM::ManagedPolicy',
    { PolicyDocument: trust, Roles: {} },
    '#/Roles: expected type: JSONArray, found: JSONObject',
  ],
  ['AWS::ApiGatewayV2::Api', { Name: ['a'] }, '#/Name: expected type: String, found: JSONArray'],
  ['AWS::Scheduler::ScheduleGroup', { Name: {} }, '#/Name: expected type: String, found: JSONObject'],
  // By way of the providers that named what is wrong in the reader's words.
  ['AWS::SQS::Queue', { QueueName: ['a'] }, '#/QueueName: expected type: String, found: JSONArray'],
])('%s with %j is refused as the registry does', async (type, properties, violation) => {
  const name = `wrong-${type.replaceAll('::', '-')}-${JSON.stringify(properties).length}`;
  expect(await refusalOf(name, type, properties)).toBe(
    `Properties validation failed for resource It with message:\n${violation}`,
  );
});
