import {
  CreateRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { parsePolicyDocument } from '../../services/iam/policy-document.ts';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
// https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html

const document = (action: string | string[], condition: object, effect = 'Allow'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: effect, Action: action, Resource: '*', Condition: condition }],
  });
const parse = (action: string | string[], condition: object): unknown =>
  parsePolicyDocument(document(action, condition), 'identity');
const refusal = (action: string | string[], condition: object): unknown => {
  try {
    return parse(action, condition);
  } catch (error) {
    return String(error);
  }
};

describe('a key with several values', () => {
  it.each([
    ['states:StartExecution', 'states:StateMachineQualifier'],
    ['iam:TagRole', 'aws:TagKeys'],
    ['events:PutTargets', 'events:TargetArn'],
    ['ses:SendEmail', 'ses:Recipients'],
    ['sts:TagSession', 'sts:TransitiveTagKeys'],
    ['s3:GetObject', 'aws:PrincipalOrgPaths'],
  ])('of %s is refused with a plain operator, by name: %s', (action, key) => {
    expect(refusal(action, { StringEquals: { [key]: 'a' } })).toMatch(
      `StringEquals on the condition key ${key}, which has several values: it takes ForAnyValue:StringEquals`,
    );
    expect(refusal(action, { StringNotEqualsIfExists: { [key]: 'a' } })).toMatch('has several values');
    for (const operator of ['ForAnyValue:StringEquals', 'ForAllValues:StringLike', 'Null'])
      expect(() => parse(action, { [operator]: { [key]: 'true' } })).not.toThrow();
  });
});

describe('a key that no request for the action has', () => {
  it.each<[string, string | string[], object, string]>([
    ['another action', 'states:DescribeExecution', { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': 'live' } }, 'states:DescribeExecution'], // prettier-ignore
    ['one of several actions', ['iam:PutRolePolicy', 'iam:TagRole'], { StringEquals: { 'iam:PermissionsBoundary': 'arn:aws:iam::111111111111:policy/b' } }, 'iam:TagRole'], // prettier-ignore
    ['an operator that would always hold', 'iam:UpdateUser', { StringNotEquals: { 'iam:PassedToService': 'a' } }, 'iam:UpdateUser'], // prettier-ignore
    ['a set that would always hold', 'sqs:SendMessage', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'a' } }, 'sqs:SendMessage'], // prettier-ignore
    ['Null that asks whether it is there', 'sts:SetSourceIdentity', { Null: { 'sts:ExternalId': 'false' } }, 'sts:SetSourceIdentity'], // prettier-ignore
    ['actions by a wildcard', 'sqs:*', { StringEquals: { 'lambda:Principal': 'a' } }, 'sqs:*'],
  ])('is refused by name: %s', (_, action, condition, named) => {
    expect(refusal(action, condition)).toMatch(new RegExp(`the condition key \\S+ with ${named.replace('*', '\\*')}:`));
  });

  it.each<[string, string | string[], object]>([
    ['…IfExists', 'lambda:InvokeFunction', { StringEqualsIfExists: { 'iam:PassedToService': 'lambda.amazonaws.com' } }],
    ['Null that asks whether it is absent', 'sts:SetSourceIdentity', { Null: { 'sts:ExternalId': 'true' } }],
    ['a wildcard that stands for an action with the key', 'iam:*', { StringEquals: { 'iam:PassedToService': 'a' } }],
    ['any action', '*', { StringEquals: { 'iam:PassedToService': 'a' } }],
    ['a global key', 'sqs:SendMessage', { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:111111111111:t' } }],
  ])('may be asked for by what says itself that it may be absent, or has it: %s', (_, action, condition) => {
    expect(() => parse(action, condition)).not.toThrow();
  });

  it('is refused where nothing here knows it', () => {
    expect(refusal('lambda:CreateFunction', { StringEquals: { 'lambda:CodeSigningConfigArn': 'a' } })).toMatch(
      'does not implement the condition key lambda:CodeSigningConfigArn',
    );
  });
});

describe('at work', () => {
  const place = { account: '111111111111', region: 'us-east-1' };
  let aws: LocalAws;
  let iam: IAMClient;
  beforeAll(async () => {
    aws = await startLocalAws({ pace: 'max' });
    iam = aws.client(IAMClient, place);
    const trusting = (principal: object): string =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' },
      });
    for (const [RoleName, principal] of [
      ['starter', { AWS: place.account }],
      ['flow', { Service: 'states.amazonaws.com' }],
    ] as const)
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting(principal) }));
  });
  afterAll(() => aws.close());

  async function acting() {
    const { Credentials: given } = await aws
      .client(STSClient, place)
      .send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/starter', RoleSessionName: 'me' }));
    return {
      endpoint: aws.endpoint,
      region: place.region,
      credentials: {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        sessionToken: given?.SessionToken ?? '',
      },
    };
  }
  const allow = (action: string, condition: object) =>
    iam.send(
      new PutRolePolicyCommand({ RoleName: 'starter', PolicyName: 'own', PolicyDocument: document(action, condition) }),
    );

  it('lets a state machine be started by the alias that ForAnyValue names, and by ForAllValues without any', async () => {
    const machines = aws.client(SFNClient, place);
    const { stateMachineArn = '', stateMachineVersionArn } = await machines.send(
      new CreateStateMachineCommand({
        name: 'flow',
        roleArn: 'arn:aws:iam::111111111111:role/flow',
        definition: JSON.stringify({
          QueryLanguage: 'JSONata',
          StartAt: 'Done',
          States: { Done: { Type: 'Succeed' } },
        }),
        publish: true,
      }),
    );
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    for (const name of ['live', 'other'])
      await machines.send(new CreateStateMachineAliasCommand({ name, routingConfiguration }));
    const start = async (arn: string): Promise<string> => {
      const client = new SFNClient(await acting());
      return client.send(new StartExecutionCommand({ stateMachineArn: arn })).then(
        () => 'started',
        (error: unknown) => (error instanceof Error ? error.name : ''),
      );
    };
    const started = async (): Promise<string[]> => [
      await start(`${stateMachineArn}:live`),
      await start(`${stateMachineArn}:other`),
      await start(stateMachineArn),
    ];
    await allow('states:StartExecution', { 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } });
    expect(await started()).toEqual(['started', 'AccessDeniedException', 'AccessDeniedException']);
    // The key is absent without a qualifier, and ForAllValues is true of no values.
    await allow('states:StartExecution', { 'ForAllValues:StringEquals': { 'states:StateMachineQualifier': ['live'] } });
    expect(await started()).toEqual(['started', 'AccessDeniedException', 'started']);
  });

  it('knows the boundary of a role where AWS says it, and not where it does not', async () => {
    const PermissionsBoundary = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'flow', PermissionsBoundary }));
    const changing = new PutRolePolicyCommand({
      RoleName: 'flow',
      PolicyName: 'own',
      PolicyDocument: document('s3:GetObject', {}),
    });
    const tagging = new TagRoleCommand({ RoleName: 'flow', Tags: [{ Key: 'team', Value: 'orders' }] });
    await allow('iam:*', { StringEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } });
    const client = new IAMClient(await acting());
    await client.send(changing);
    await expect(client.send(tagging)).rejects.toThrow('is not authorized to perform: iam:TagRole');
  });
});
