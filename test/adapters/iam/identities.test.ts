import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteRolePermissionsBoundaryCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIdentities } from '../../../adapters/iam/identities.ts';
import { startLocalAws, type LocalAws } from 'local-aws';

const place = { account: '333333333333', region: 'us-east-1' };
const PermissionsBoundary = `arn:aws:iam::${place.account}:policy/most`;
const document = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const AssumeRolePolicyDocument = document({
  Effect: 'Allow',
  Principal: { AWS: place.account },
  Action: 'sts:AssumeRole',
});

let aws: LocalAws;
let iam: IAMClient;
beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  iam = aws.client(IAMClient, place);
  const PolicyDocument = document({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  await iam.send(new CreatePolicyCommand({ PolicyName: 'most', PolicyDocument }));
  await iam.send(new CreateRoleCommand({ RoleName: 'bounded', AssumeRolePolicyDocument, PermissionsBoundary }));
  await iam.send(new CreateRoleCommand({ RoleName: 'unbounded', AssumeRolePolicyDocument }));
  await iam.send(new CreateUserCommand({ UserName: 'bounded', PermissionsBoundary }));
  await iam.send(new CreateUserCommand({ UserName: 'unbounded' }));
});
afterAll(() => aws.close());

describe('the boundary of a live role or user', () => {
  it.each(['AWS::IAM::Role', 'AWS::IAM::User'] as const)('is read as IAM has it (%s)', async (type) => {
    const identities = createIdentities(iam);
    expect(await identities.boundaryOf(type, 'bounded')).toEqual({ kind: 'bounded', arn: PermissionsBoundary });
    expect(await identities.boundaryOf(type, 'unbounded')).toEqual({ kind: 'unbounded' });
    expect(await identities.boundaryOf(type, 'absent')).toEqual({ kind: 'gone' });
  });

  it('is gone when somebody took it away by hand', async () => {
    await iam.send(new CreateRoleCommand({ RoleName: 'freed', AssumeRolePolicyDocument, PermissionsBoundary }));
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'freed' }));
    expect(await createIdentities(iam).boundaryOf('AWS::IAM::Role', 'freed')).toEqual({ kind: 'unbounded' });
  });

  it('is unreadable to whom IAM refuses it', async () => {
    const sts = aws.client(STSClient, place);
    const RoleArn = `arn:aws:iam::${place.account}:role/unbounded`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'reader' }));
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const reader = new IAMClient({
      endpoint: aws.endpoint,
      region: place.region,
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    expect(await createIdentities(reader).boundaryOf('AWS::IAM::Role', 'bounded')).toEqual({ kind: 'unreadable' });
  });
});
