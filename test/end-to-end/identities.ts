import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { engineParameterName } from '../../core/contract/names.ts';
import { ENGINE, type Sandbox } from '../../local/sandbox.ts';

/** Environment variables that make somebody of whoever runs a command. */
export type Identity = Readonly<Record<string, string>>;

const { account, region } = ENGINE;
const find = {
  Action: 'ssm:GetParameter',
  Resource: `arn:aws:ssm:${region}:${account}:parameter${engineParameterName}`,
};
const ask = { Action: 'execute-api:Invoke', Resource: `arn:aws:execute-api:${region}:${account}:*` };

/** A policy that allows this. */
function allowing(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) });
}

/** Somebody of a team: finds the engine, drops artifacts of its service, asks the API. */
export async function createTeamMember(sandbox: Sandbox, service: string): Promise<Identity> {
  const drop = { Action: 's3:PutObject', Resource: `arn:aws:s3:::${sandbox.bucket}/${service}/*` };
  return createUser(sandbox, 'team-member', allowing(find, ask, drop));
}

/** Somebody who may find the engine, and nothing else. */
export async function createOutsider(sandbox: Sandbox): Promise<Identity> {
  return createUser(sandbox, 'outsider', allowing(find));
}

/** Somebody who may read the ledger, and what the engine logged: as docs/cli.md says what an identity needs. */
export async function createLogReader(sandbox: Sandbox): Promise<Identity> {
  const groups = ['/aws/lambda/sluice-*', '/aws/vendedlogs/states/sluice-*'];
  const read = groups.map((group) => ({
    Action: 'logs:FilterLogEvents',
    Resource: `arn:aws:logs:${region}:${account}:log-group:${group}:*`,
  }));
  return createUser(sandbox, 'log-reader', allowing(find, ask, ...read));
}

/** A session of a new role that may ask the API for everything: whether it may decide is for the engine's policy to say. */
export async function assumeNewRole(sandbox: Sandbox, RoleName: string): Promise<Identity> {
  const iam = sandbox.aws.client(IAMClient, ENGINE);
  const trust = allowing({ Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'ask', PolicyDocument: allowing(find, ask) }));
  const { Credentials } = await sandbox.aws
    .client(STSClient, ENGINE)
    .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${RoleName}`, RoleSessionName: 'test' }));
  return {
    ...sandbox.environment,
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey ?? '',
    AWS_SESSION_TOKEN: Credentials?.SessionToken ?? '',
  };
}

async function createUser(sandbox: Sandbox, UserName: string, PolicyDocument: string): Promise<Identity> {
  const iam = sandbox.aws.client(IAMClient, ENGINE);
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    ...sandbox.environment,
    AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
  };
}
