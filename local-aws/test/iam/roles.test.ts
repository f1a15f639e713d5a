import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';

const region = 'us-east-1';
let aws: LocalAws;
let iam: IAMClient;
let sts: STSClient;
let otherIam: IAMClient;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  iam = aws.client(IAMClient, { account: '111111111111', region });
  sts = aws.client(STSClient, { account: '111111111111', region });
  otherIam = aws.client(IAMClient, { account: '222222222222', region });
});
afterAll(() => aws.close());

const trust = (principal: object, condition?: object, action: string | string[] = 'sts:AssumeRole'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal,
        Action: action,
        ...(condition === undefined ? {} : { Condition: condition }),
      },
    ],
  });
const grant = (action: string | string[], resource = '*'): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: resource }] });
const createRole = (name: string, document: string, client = iam) =>
  client.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: document }));

/** An STS and an IAM client that act as a role. */
async function as(client: STSClient, input: ConstructorParameters<typeof AssumeRoleCommand>[0]) {
  const { Credentials: given } = await client.send(new AssumeRoleCommand(input));
  const configuration = {
    endpoint: aws.endpoint,
    region,
    credentials: {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    },
  };
  return { sts: new STSClient(configuration), iam: new IAMClient(configuration) };
}
const account = { AWS: '111111111111' };

describe('roles', () => {
  it('are created with ids and ARNs as AWS makes them, and deleted only when bare', async () => {
    const { Role: role } = await createRole('bare', trust({ Service: 'lambda.amazonaws.com' }));
    expect(role?.RoleId).toMatch(/^AROA[A-Z0-9]{17}$/);
    expect(role?.Arn).toBe('arn:aws:iam::111111111111:role/bare');
    await iam.send(new PutRolePolicyCommand({ RoleName: 'bare', PolicyName: 'p', PolicyDocument: grant('s3:*') }));
    const { PolicyDocument: document } = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'bare', PolicyName: 'p' }),
    );
    expect(decodeURIComponent(document ?? '')).toBe(grant('s3:*'));
    await expect(iam.send(new DeleteRoleCommand({ RoleName: 'bare' }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
    });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'bare', PolicyName: 'p' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'bare' }));
    await expect(iam.send(new GetRoleCommand({ RoleName: 'bare' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name bare cannot be found.',
    });
  });

  it('cannot trust a role that does not exist, nor one that was made again under an old name', async () => {
    const principal = { AWS: 'arn:aws:iam::222222222222:role/trusted' };
    await expect(createRole('trusting', trust(principal))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await createRole('trusted', trust({ AWS: '222222222222' }), otherIam);
    await createRole('trusting', trust(principal));
    await otherIam.send(new DeleteRoleCommand({ RoleName: 'trusted' }));
    await createRole('trusted', trust({ AWS: '222222222222' }), otherIam);
    await otherIam.send(
      new PutRolePolicyCommand({ RoleName: 'trusted', PolicyName: 'p', PolicyDocument: grant('sts:*') }),
    );
    const again = await as(aws.client(STSClient, { account: '222222222222', region }), {
      RoleArn: principal.AWS,
      RoleSessionName: 'again',
    });
    await expect(
      again.sts.send(
        new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/trusting', RoleSessionName: 'one' }),
      ),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('refuses by name what is not implemented', async () => {
    await expect(iam.send(new GetAccountSummaryCommand({}))).rejects.toThrow('GetAccountSummary');
    await expect(iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: 'ecs.amazonaws.com' }))).rejects.toThrow(
      'service-linked roles',
    );
    await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toThrow('GetSessionToken');
    await expect(
      sts.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::111111111111:role/x',
          RoleSessionName: 'me',
          TokenCode: '123456',
        }),
      ),
    ).rejects.toThrow('TokenCode');
    await createRole('managed', trust(account));
    await expect(
      iam.send(
        new AttachRolePolicyCommand({ RoleName: 'managed', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
      ),
    ).rejects.toThrow('ReadOnlyAccess');
  });
});

describe('AssumeRole', () => {
  const target = 'arn:aws:iam::222222222222:role/target';

  it('asks the trust policy, with the external id, and words its refusal as AWS does', async () => {
    await createRole('target', trust(account, { StringEquals: { 'sts:ExternalId': 'right' } }), otherIam);
    const input = { RoleArn: target, RoleSessionName: 'me' };
    await expect(sts.send(new AssumeRoleCommand({ ...input, ExternalId: 'wrong' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::111111111111:user/administrator is not authorized to perform: sts:AssumeRole on resource: ${target} because no role trust policy allows the sts:AssumeRole action`,
    });
    const session = await as(sts, { ...input, ExternalId: 'right' });
    const identity = await session.sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({
      Account: '222222222222',
      Arn: 'arn:aws:sts::222222222222:assumed-role/target/me',
    });
    expect(identity.UserId).toMatch(/^AROA[A-Z0-9]{17}:me$/);
    await expect(
      sts.send(new AssumeRoleCommand({ RoleArn: `${target}-not`, RoleSessionName: 'me' })),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('narrows a session by its session policy and by the boundary of the role', async () => {
    await createRole('wide', trust(account));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'wide', PolicyName: 'p', PolicyDocument: grant('iam:*') }));
    const input = { RoleArn: 'arn:aws:iam::111111111111:role/wide', RoleSessionName: 'me' };
    const wide = await as(sts, input);
    await wide.iam.send(new GetRoleCommand({ RoleName: 'wide' }));
    const narrow = await as(sts, { ...input, Policy: grant('iam:GetRole', '*') });
    await narrow.iam.send(new GetRoleCommand({ RoleName: 'wide' }));
    await expect(narrow.iam.send(new GetRolePolicyCommand({ RoleName: 'wide', PolicyName: 'p' }))).rejects.toThrow(
      'because no session policy allows the iam:GetRolePolicy action',
    );
    const { Policy: boundary } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument: grant('s3:*') }),
    );
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'bound',
        AssumeRolePolicyDocument: trust(account),
        PermissionsBoundary: boundary?.Arn,
      }),
    );
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: 'bound', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    );
    const bound = await as(sts, { ...input, RoleArn: 'arn:aws:iam::111111111111:role/bound' });
    await expect(bound.iam.send(new GetRoleCommand({ RoleName: 'wide' }))).rejects.toThrow(
      'because no permissions boundary allows',
    );
  });

  it('refuses a session policy beyond 2,048 characters', async () => {
    await createRole('roomy', trust(account));
    await expect(
      sts.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::111111111111:role/roomy',
          RoleSessionName: 'me',
          Policy: grant(Array.from({ length: 200 }, (_, index) => `s3:Action${index}`)),
        }),
      ),
    ).rejects.toMatchObject({ name: 'PackedPolicyTooLargeException' });
  });

  it('keeps the source identity through a chain, which may last an hour at most', async () => {
    const all = ['sts:AssumeRole', 'sts:SetSourceIdentity'];
    await createRole('first', trust(account, undefined, all));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'first', PolicyName: 'p', PolicyDocument: grant('sts:*') }));
    await createRole(
      'second',
      trust({ AWS: 'arn:aws:iam::111111111111:role/first' }, { StringEquals: { 'sts:SourceIdentity': 'r-1' } }, all),
      otherIam,
    );
    await createRole('third', trust({ AWS: 'arn:aws:iam::111111111111:role/first' }), otherIam);
    const first = await as(sts, {
      RoleArn: 'arn:aws:iam::111111111111:role/first',
      RoleSessionName: 'me',
      SourceIdentity: 'r-1',
    });
    const second = { RoleArn: 'arn:aws:iam::222222222222:role/second', RoleSessionName: 'me' };
    const chained = await first.sts.send(new AssumeRoleCommand(second));
    expect(chained.SourceIdentity).toBe('r-1');
    await expect(first.sts.send(new AssumeRoleCommand({ ...second, SourceIdentity: 'r-2' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(first.sts.send(new AssumeRoleCommand({ ...second, DurationSeconds: 3601 }))).rejects.toThrow(
      'role chaining',
    );
    // A role that may not be given a source identity cannot be reached with one.
    await expect(
      first.sts.send(new AssumeRoleCommand({ ...second, RoleArn: 'arn:aws:iam::222222222222:role/third' })),
    ).rejects.toThrow('sts:SetSourceIdentity');
  });

  it('lets transitive tags travel, and needs sts:TagSession for them', async () => {
    const tagged = ['sts:AssumeRole', 'sts:TagSession'];
    await createRole('tagging', trust(account, { StringEquals: { 'aws:RequestTag/release': 'one' } }, tagged));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'tagging', PolicyName: 'p', PolicyDocument: grant('sts:*') }));
    await createRole(
      'tagged',
      trust(
        { AWS: 'arn:aws:iam::111111111111:role/tagging' },
        { StringEquals: { 'aws:PrincipalTag/release': 'one' } },
        tagged,
      ),
    );
    const tagging = { RoleArn: 'arn:aws:iam::111111111111:role/tagging', RoleSessionName: 'me' };
    await expect(
      sts.send(new AssumeRoleCommand({ ...tagging, Tags: [{ Key: 'release', Value: 'two' }] })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    const session = await as(sts, {
      ...tagging,
      Tags: [{ Key: 'release', Value: 'one' }],
      TransitiveTagKeys: ['release'],
    });
    await session.sts.send(
      new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/tagged', RoleSessionName: 'me' }),
    );
  });

  it('ends a session when its time is over', async () => {
    await createRole('brief', trust(account));
    const session = await as(sts, {
      RoleArn: 'arn:aws:iam::111111111111:role/brief',
      RoleSessionName: 'me',
      DurationSeconds: 900,
    });
    await aws.clock.sleep(901_000, 'the end of a session');
    await expect(session.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
  });
});

it("lets a service take a role that trusts it, under the trust policy's conditions", async () => {
  const own = { StringEquals: { 'aws:SourceAccount': '111111111111' } };
  await createRole('served', trust({ Service: 'events.amazonaws.com' }, own));
  const request = { roleArn: 'arn:aws:iam::111111111111:role/served', region, sessionName: 'rule' };
  const sourceArn = 'arn:aws:events:us-east-1:111111111111:rule/mine';
  const caller = aws.kernel.port.iam.assumeForService({ ...request, service: 'events.amazonaws.com', sourceArn });
  expect(caller.principal.arn).toBe('arn:aws:sts::111111111111:assumed-role/served/rule');
  const assume = (service: string, source: string) => () =>
    aws.kernel.port.iam.assumeForService({ ...request, service, sourceArn: source });
  expect(assume('lambda.amazonaws.com', sourceArn)).toThrow('sts:AssumeRole');
  expect(assume('events.amazonaws.com', sourceArn.replace('111111111111', '333333333333'))).toThrow('sts:AssumeRole');
});
