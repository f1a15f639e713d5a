import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-stepfunctions-statemachine.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html

const where = { account: '222222222222', region: 'us-east-1' };
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
});
afterAll(() => aws.close());

/** The names that a stack gives to a state machine and a queue of that logical id. */
async function namesOf(StackName: string, logicalId: string): Promise<Record<string, string>> {
  const trust = { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const Definition = { QueryLanguage: 'JSONata', StartAt: 'End', States: { End: { Type: 'Succeed' } } };
  const template = {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } },
      },
      [logicalId]: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, Definition },
      },
      [`${logicalId}Q`]: { Type: 'AWS::SQS::Queue' },
    },
    Outputs: {
      machine: { Value: { 'Fn::GetAtt': [logicalId, 'Name'] } },
      queue: { Value: { 'Fn::GetAtt': [`${logicalId}Q`, 'QueueName'] } },
    },
  };
  const stacks = aws.client(CloudFormationClient, where);
  const Capabilities = ['CAPABILITY_IAM' as const];
  await stacks.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template), Capabilities }));
  for (;;) {
    const { Stacks = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = '', Outputs = [] } = Stacks[0] ?? {};
    if (StackStatus === 'CREATE_COMPLETE')
      return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
    expect(StackStatus).toBe('CREATE_IN_PROGRESS');
    await aws.clock.sleep(1_000, 'a stack');
  }
}

it('leave the stack out of the name of a state machine, as AWS does', async () => {
  const { machine, queue } = await namesOf('orders', 'Flow');
  expect(machine).toMatch(/^Flow-[A-Za-z0-9]{12}$/);
  expect(queue).toMatch(/^orders-FlowQ-[A-Za-z0-9]{12}$/);
});

it('cut a logical id that is too long for a state machine’s 80 characters', async () => {
  const { machine = '' } = await namesOf('long', 'F'.repeat(120));
  expect(machine).toMatch(/^F+-[A-Za-z0-9]{12}$/);
  expect(machine.length).toBeLessThanOrEqual(80);
});
