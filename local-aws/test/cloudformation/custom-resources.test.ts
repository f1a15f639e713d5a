import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { text, where } from '../lambda/functions.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html and crpg-ref-responses.html

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

const trust = (Service: string): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }],
});
const role = {
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
  },
};

/** Answers as its properties say, through `cfn-response`, and logs each request that it got. */
const BY_MODULE = `
const response = require('cfn-response');
exports.handler = async (event, context) => {
  const { Name, Fails } = event.ResourceProperties;
  console.log('ASKED ' + JSON.stringify({ ...event, ResponseURL: undefined }));
  const failed = Fails === event.RequestType;
  await response.send(event, context, failed ? response.FAILED : response.SUCCESS, { Address: Name + '.example.com' }, 'thing-' + Name);
};`;

function template(
  code: string,
  properties: object,
  more: object = {},
  token: unknown = { 'Fn::GetAtt': ['Maker', 'Arn'] },
): string {
  return JSON.stringify({
    Resources: {
      Role: role,
      Maker: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: code },
        },
      },
      Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: token, ...properties } },
      ...more,
    },
    Outputs: { Address: { Value: { 'Fn::GetAtt': ['Thing', 'Address'] } }, Id: { Value: { Ref: 'Thing' } } },
  });
}

async function finished(StackName: string): Promise<Stack> {
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName }));
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') === false) return stack;
    await aws.clock.sleep(500, 'the test looks again');
  }
}

async function create(StackName: string, TemplateBody: string): Promise<Stack> {
  const Capabilities = ['CAPABILITY_IAM' as const];
  const { StackId } = await stacks.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  return finished(StackId ?? StackName);
}

async function update(StackName: string, TemplateBody: string): Promise<Stack> {
  const Capabilities = ['CAPABILITY_IAM' as const];
  await stacks.send(new UpdateStackCommand({ StackName, TemplateBody, Capabilities }));
  return finished(StackName);
}

const request = z.looseObject({ RequestType: z.string(), PhysicalResourceId: z.string().optional() });

async function asked(StackName: string): Promise<z.infer<typeof request>[]> {
  const { StackResourceDetail } = await stacks.send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Maker' }),
  );
  const { events = [] } = await aws
    .client(CloudWatchLogsClient, where)
    .send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${StackResourceDetail?.PhysicalResourceId ?? ''}` }));
  return events.flatMap(({ message = '' }) => {
    const line = /ASKED (\{.*\})/.exec(message)?.[1];
    return line === undefined ? [] : [request.parse(JSON.parse(line))];
  });
}

/** `Create`, `Update thing-a`, … */
async function order(stack: string): Promise<string[]> {
  return (await asked(stack)).map(({ RequestType, PhysicalResourceId: id }) =>
    [RequestType, ...(id === undefined ? [] : [id])].join(' '),
  );
}

async function reasons(StackName: string, status: string): Promise<(string | undefined)[]> {
  const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.filter(({ ResourceStatus }) => ResourceStatus === status).map(
    ({ ResourceStatusReason }) => ResourceStatusReason,
  );
}

const output = ({ Outputs = [] }: Stack): Record<string, string | undefined> =>
  Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]));

describe('a custom resource of a function', () => {
  it('is created, updated and replaced by what the function answers', async () => {
    const first = await create('things', template(BY_MODULE, { Name: 'a', Count: 1, Deep: [{ On: true }] }));
    expect(first.StackStatus).toBe('CREATE_COMPLETE');
    expect(output(first)).toEqual({ Address: 'a.example.com', Id: 'thing-a' });
    const [created] = await asked('things');
    expect(created).toEqual({
      RequestType: 'Create',
      ServiceToken: text(/^arn:aws:lambda:.*things-Maker/),
      StackId: first.StackId,
      RequestId: text(/^[0-9a-f-]{36}$/),
      LogicalResourceId: 'Thing',
      ResourceType: 'Custom::Thing',
      ResourceProperties: { ServiceToken: created?.['ServiceToken'], Name: 'a', Count: '1', Deep: [{ On: 'true' }] },
    });

    await update('things', template(BY_MODULE, { Name: 'a', Count: 2 }));
    expect((await asked('things'))[1]).toMatchObject({
      PhysicalResourceId: 'thing-a',
      ResourceProperties: { Count: '2' },
      OldResourceProperties: { Count: '1', Name: 'a' },
    });
    const replaced = await update('things', template(BY_MODULE, { Name: 'b' }));
    expect(output(replaced)).toEqual({ Address: 'b.example.com', Id: 'thing-b' });
    expect(await order('things')).toEqual(['Create', 'Update thing-a', 'Update thing-a', 'Delete thing-a']);
  });

  it('that answers FAILED fails the stack, and is deleted by the id that it gave', async () => {
    const stack = await create('refused', template(BY_MODULE, { Name: 'a', Fails: 'Create' }));
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(await reasons('refused', 'CREATE_FAILED')).toEqual([
      expect.stringMatching(
        /^Received response status \[FAILED\] from custom resource\. Message returned: See the details in CloudWatch Log Stream: .* \(RequestId: .*\)$/,
      ),
    ]);
    const { StackEvents = [] } = await stacks.send(new DescribeStackEventsCommand({ StackName: 'refused' }));
    expect(
      StackEvents.find(
        ({ ResourceStatus, LogicalResourceId }) =>
          ResourceStatus === 'DELETE_COMPLETE' && LogicalResourceId === 'Thing',
      )?.PhysicalResourceId,
    ).toBe('thing-a');
  });

  it('is updated back, or its replacement deleted, where the update of a stack fails', async () => {
    await create('back', template(BY_MODULE, { Name: 'a' }));
    const failing = await update('back', template(BY_MODULE, { Name: 'a', Fails: 'Update' }));
    expect(failing.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await order('back')).toEqual(['Create', 'Update thing-a', 'Update thing-a']);
    expect((await asked('back'))[2]).toMatchObject({ OldResourceProperties: { Fails: 'Update' } });

    const broken = {
      Broken: {
        Type: 'Custom::Thing',
        DependsOn: 'Thing',
        Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, Name: 'c', Fails: 'Create' },
      },
    };
    const stack = await update('back', template(BY_MODULE, { Name: 'b' }, broken));
    expect(stack.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(output(stack)).toEqual({ Address: 'a.example.com', Id: 'thing-a' });
    expect((await order('back')).slice(3, 5)).toEqual(['Update thing-a', 'Create']);
    expect((await order('back')).slice(5).toSorted()).toEqual(['Delete thing-b', 'Delete thing-c']);
  });

  it('that never answers fails once its ServiceTimeout has passed', async () => {
    const before = aws.clock.now();
    await create('silent', template('exports.handler = async () => {};', { ServiceTimeout: 90 }));
    expect(await reasons('silent', 'CREATE_FAILED')).toEqual([
      expect.stringMatching(
        /^CloudFormation did not receive a response from your Custom Resource\. Please check your logs for requestId \[/,
      ),
    ]);
    // The deletion, of the name that CloudFormation gave it, is not answered either.
    expect((await finished('silent')).StackStatus).toBe('ROLLBACK_FAILED');
    expect(aws.clock.now() - before).toBeGreaterThanOrEqual(180_000);
  });

  it('cannot be given another function', async () => {
    const other = {
      Other: {
        Type: 'AWS::Lambda::Alias',
        Properties: { Name: 'live', FunctionName: { Ref: 'Maker' }, FunctionVersion: '$LATEST' },
      },
    };
    await create('token', template(BY_MODULE, { Name: 'a' }, other));
    const moved = await update('token', template(BY_MODULE, { Name: 'a' }, other, { Ref: 'Other' }));
    expect(moved.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await reasons('token', 'UPDATE_FAILED')).toContain('Modifying service token is not allowed.');
  });

  it('may be served by an alias, and is deleted with its stack before its function', async () => {
    const alias = {
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: { Name: 'live', FunctionName: { Ref: 'Maker' }, FunctionVersion: '$LATEST' },
      },
    };
    const { StackId = '' } = await create('aliased', template(BY_MODULE, { Name: 'a' }, alias, { Ref: 'Live' }));
    await stacks.send(new DeleteStackCommand({ StackName: StackId }));
    expect((await finished(StackId)).StackStatus).toBe('DELETE_COMPLETE');
  });
});

it('a custom resource of a topic is asked by a notification', async () => {
  const bySns = `
exports.handler = async ({ Records: [{ Sns }] }) => {
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = JSON.parse(Sns.Message);
  const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'by-topic', StackId, RequestId, LogicalResourceId, Data: { Address: Sns.Subject } });
  const first = await fetch(ResponseURL, { method: 'PUT', body });
  const forged = await fetch(ResponseURL.replace(/Signature=.{8}/, 'Signature=00000000'), { method: 'PUT', body });
  console.log('GOT ' + first.status + ' ' + forged.status);
};`;
  const topic = {
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'lambda', Endpoint: { 'Fn::GetAtt': ['Maker', 'Arn'] } },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: { Ref: 'Maker' },
        Principal: 'sns.amazonaws.com',
        SourceArn: { Ref: 'Topic' },
      },
    },
  };
  const body: unknown = JSON.parse(
    template(bySns, {}, topic, { Ref: 'Topic' }).replace(
      '"Type":"Custom::Thing"',
      '"Type":"AWS::CloudFormation::CustomResource","DependsOn":["Permission","Subscription"]',
    ),
  );
  const stack = await create('by-topic', JSON.stringify(body));
  expect(stack.StackStatus).toBe('CREATE_COMPLETE');
  expect(output(stack)).toEqual({ Id: 'by-topic', Address: 'AWS CloudFormation custom resource request' });
});

it('an attribute that the answer does not have fails what asks for it', async () => {
  const without = BY_MODULE.replace('Address:', 'Other:');
  const reader = {
    Reader: {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Value: { 'Fn::GetAtt': ['Thing', 'Address'] } },
    },
  };
  await create('lacking', template(without, { Name: 'a' }, reader));
  expect((await reasons('lacking', 'CREATE_FAILED')).join()).toMatch(
    /Vendor response doesn't contain Address attribute in object/,
  );
});
