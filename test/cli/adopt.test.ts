import {
  AttachUserPolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { startLocalAws, type LocalAws } from 'local-aws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adopt, type AdoptOptions } from '../../cli/adopt/adopt.ts';
import { readIdentity } from '../../cli/adopt/read-identity.ts';
import { boundaryName } from '../../core/contract/names.ts';
import { StackAdministrator } from '../end-to-end/stack-administrator.ts';
import { sluice } from './command.ts';

const place = { account: '333333333333', region: 'us-east-1' };
const author = ['--author', 'Ada <ada@example.com>'];
const allowing = (...Action: readonly string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

let aws: LocalAws;
let administrator: StackAdministrator;
let environment: Record<string, string>;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  administrator = new StackAdministrator(aws, place.account, place.region);
  const { accessKeyId, secretAccessKey } = aws.administrator(place.account);
  environment = {
    ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: place.region },
    ...{ AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
  };
});
afterAll(() => aws.close());

it('adopt reads a stack, says what its first release changes, and changes nothing', async () => {
  const Policies = [{ PolicyName: 'own', PolicyDocument: allowing('ec2:DescribeRegions', 'sqs:SendMessage') }];
  const Resources = {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust, Policies } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
  };
  expect(await administrator.create('orders-production', { Resources })).toBe('CREATE_COMPLETE');
  const ids = await administrator.resources('orders-production');

  const clients = { cloudFormation: administrator.cloudFormation, iam: aws.client(IAMClient, place) };
  const asked = { environment: 'production', author: 'Ada <ada@example.com>' };
  const before = await adopt(clients, 'orders-production', asked);
  expect(before.changes[1]).toMatch(/^What it takes from Role is not known/);
  expect(before.policy.services['orders']).toMatchObject({ names: ['jobs'] });

  const { iam } = clients;
  const PolicyDocument = JSON.stringify(allowing('sqs:*', 's3:*'));
  await iam.send(new CreatePolicyCommand({ PolicyName: boundaryName(place.region, 'orders'), PolicyDocument }));
  const after = await sluice(environment, 'adopt', 'orders-production', ...author);
  expect(after.stdout).toContain(
    'orders-production in 333333333333/us-east-1 (CREATE_COMPLETE). Found a CloudFormation',
  );
  expect(after.stdout).toContain(
    `- Role (${ids['Role'] ?? ''}) loses at once, also for the version in service: ec2:DescribeRegions.`,
  );

  expect(await administrator.tags('orders-production')).toEqual({});
});

it('adopt reads users and managed policies as it reads roles', async () => {
  const iam = aws.client(IAMClient, place);
  await iam.send(new CreateUserCommand({ UserName: 'sender' }));
  const own = JSON.stringify(allowing('sqs:SendMessage'));
  await iam.send(new PutUserPolicyCommand({ UserName: 'sender', PolicyName: 'own', PolicyDocument: own }));
  const managed = JSON.stringify(allowing('s3:GetObject'));
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'managed', PolicyDocument: managed }));
  await iam.send(new AttachUserPolicyCommand({ UserName: 'sender', PolicyArn: Policy?.Arn ?? '' }));
  expect(await readIdentity(iam, 'AWS::IAM::User', 'sender')).toEqual({
    boundary: { kind: 'unbounded' },
    grants: { documents: [allowing('sqs:SendMessage'), allowing('s3:GetObject')], unreadable: [] },
  });
  const bounded = { RoleName: 'bounded', PermissionsBoundary: Policy?.Arn ?? '' };
  await iam.send(new CreateRoleCommand({ ...bounded, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  const { boundary } = await readIdentity(iam, 'AWS::IAM::Role', 'bounded');
  expect(boundary).toEqual({ kind: 'bounded', arn: Policy?.Arn });
});

it('adopt refuses what is no stack, no service and no environment, each by a sentence', async () => {
  const clients = { cloudFormation: administrator.cloudFormation, iam: aws.client(IAMClient, place) };
  const production = { environment: 'production', author: 'Ada <ada@example.com>' };
  const refused = (name: string, options: Partial<AdoptOptions> = {}) =>
    expect(adopt(clients, name, { ...production, ...options })).rejects;
  await refused('nothing').toMatchObject({ exitCode: 4 });
  await refused('nothing').toThrow('There is no stack nothing in this account and region');
  await refused('orders', { service: 'Orders' }).toThrow('"Orders" is no name of a service');
  await refused('123').toThrow('"123" is no name of a service');
  await refused('orders', { environment: 'Prod' }).toThrow('"Prod" is no name of an environment');
});
