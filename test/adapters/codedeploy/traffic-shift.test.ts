import { CodeDeployClient, GetDeploymentCommand } from '@aws-sdk/client-codedeploy';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTrafficShifts, type TrafficShifts } from '../../../adapters/codedeploy/traffic-shift.ts';
import { startLocalAws, type LocalAws } from 'local-aws';

// What CodeDeploy does by itself, beside what it was told, by the real client over the wire.

const place = { account: '333333333333', region: 'us-east-1' };
const group = { application: 'sluice', group: 'orders' };
let aws: LocalAws;
let client: CodeDeployClient;
let traffic: TrafficShifts;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'manual', busyRate: 0, begin: Date.parse('2026-11-20T09:00:00Z') });
  client = aws.client(CodeDeployClient, place);
  traffic = createTrafficShifts(client);
  await twoVersions(await role('execution', 'lambda'));
  const serviceRoleArn = await role('codedeploy', 'codedeploy');
  await traffic.ensureGroup({ ...group, serviceRoleArn, alarms: [] });
});
afterAll(() => aws.close());

async function role(RoleName: string, service: string): Promise<string> {
  const iam = aws.client(IAMClient, place);
  const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
  const Principal = { Service: `${service}.amazonaws.com` };
  const AssumeRolePolicyDocument = document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = document({ Effect: 'Allow', Action: 'lambda:*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
  return Role?.Arn ?? '';
}

async function twoVersions(Role: string): Promise<void> {
  const lambda = aws.client(LambdaClient, place);
  const code = (version: number) => zipSync({ 'index.mjs': strToU8(`export const handler = async () => ${version};`) });
  const FunctionName = 'orders';
  await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Role, Runtime: 'nodejs24.x', Handler: 'index.handler' },
      Code: { ZipFile: code(1) },
    }),
  );
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: code(2) }));
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
}

function shift(): Promise<string> {
  const Properties = { Name: 'orders', Alias: 'live', CurrentVersion: '1', TargetVersion: '2' };
  const appSpec = JSON.stringify({
    version: 0.0,
    Resources: [{ orders: { Type: 'AWS::Lambda::Function', Properties } }],
  });
  const configuration = 'CodeDeployDefault.LambdaCanary10Percent5Minutes';
  return traffic.deploy({ ...group, configuration, appSpec, intention: 'a test' });
}

describe('deployments that run', () => {
  it('are those that move traffic, not the one by which CodeDeploy puts it back: nobody may stop that', async () => {
    const deployment = await shift();
    await aws.clock.advance(5_000);
    expect(await traffic.running(group)).toEqual([deployment]);
    await traffic.stop(deployment);
    // It has stopped, and the deployment that rolls it back has begun, but not ended.
    await aws.clock.advance(500);
    const { deploymentInfo } = await client.send(new GetDeploymentCommand({ deploymentId: deployment }));
    const deploymentId = deploymentInfo?.rollbackInfo?.rollbackDeploymentId;
    const rollback = await client.send(new GetDeploymentCommand({ deploymentId }));
    expect(rollback.deploymentInfo).toMatchObject({ creator: 'codeDeployRollback', status: 'Created' });
    expect(await traffic.running(group)).toEqual([]);
  });
});
