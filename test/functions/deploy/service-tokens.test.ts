import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { type LocalAws, startLocalAws } from 'local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { customWarnings, movedServiceTokens } from '../../../core/template/service-tokens.ts';
import type { Template } from '../../../core/template/template.ts';

// Change sets as CloudFormation makes them, judged before they are carried out.

let aws: LocalAws;
let stacks: CloudFormationClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  stacks = aws.client(CloudFormationClient, { account: '222222222222', region: 'us-east-1' });
  await stacks.send(
    new CreateStackCommand({ StackName: 'it', TemplateBody: JSON.stringify(templateOf({})), Capabilities }),
  );
  for (;;) {
    const { Stacks: [stack] = [] } = await stacks.send(new DescribeStacksCommand({ StackName: 'it' }));
    if (stack?.StackStatus?.endsWith('_IN_PROGRESS') === false) return;
    await aws.clock.sleep(500, 'the test looks again');
  }
});
afterAll(() => aws.close());

const Capabilities = ['CAPABILITY_IAM' as const];
const ANSWERS = `require('cfn-response'); exports.handler = async (event, context) => require('cfn-response').send(event, context, 'SUCCESS', {}, 'it');`;
const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };

interface Changes {
  readonly code?: string;
  readonly name?: string;
  readonly color?: string;
  readonly token?: unknown;
}

function templateOf({
  code = '',
  name,
  color = 'green',
  token = { 'Fn::GetAtt': ['Maker', 'Arn'] },
}: Changes): Template {
  const maker = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] } };
  return {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [trust] } },
      },
      Maker: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          ...maker,
          Code: { ZipFile: ANSWERS + code },
          ...(name === undefined ? {} : { FunctionName: name }),
        },
      },
      Live: {
        Type: 'AWS::Lambda::Alias',
        Properties: { Name: 'live', FunctionName: { Ref: 'Maker' }, FunctionVersion: '$LATEST' },
      },
      Thing: { Type: 'Custom::Thing', Properties: { ServiceToken: token, Color: color } },
    },
  };
}

let count = 0;
async function judged(changes: Changes) {
  const template = templateOf(changes);
  const ChangeSetName = `change-${(count += 1)}`;
  const named = { StackName: 'it', ChangeSetName };
  await stacks.send(new CreateChangeSetCommand({ ...named, TemplateBody: JSON.stringify(template), Capabilities }));
  for (;;) {
    const described = await stacks.send(new DescribeChangeSetCommand({ ...named, IncludePropertyValues: true }));
    if (described.Status === 'CREATE_COMPLETE') {
      const found = (described.Changes ?? []).flatMap(({ ResourceChange }) => ResourceChange ?? []);
      const told = customWarnings(found, template, []).map(({ code }) => code);
      return { moved: movedServiceTokens(found, template).length, told };
    }
    await aws.clock.sleep(500, 'the test looks again');
  }
}

it.each<[string, Changes, { moved: number; told: string[] }]>([
  ['of its code', { code: '//' }, { moved: 0, told: [] }],
  ['of a property, too', { code: '//', color: 'blue' }, { moved: 0, told: ['custom-resource-changed'] }],
  ['of its name', { name: 'another' }, { moved: 1, told: [] }],
  ['to an alias', { token: { Ref: 'Live' } }, { moved: 1, told: [] }],
  ['to a text', { token: 'arn:aws:lambda:us-east-1:222222222222:function:other' }, { moved: 1, told: [] }],
])('a custom resource of a function is judged by the change %s', async (_, changes, expected) => {
  expect(await judged(changes)).toEqual(expected);
});
