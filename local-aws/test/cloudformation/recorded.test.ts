import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLocalAws, type LocalAws } from '../../aws.ts';
import { recordedLabel } from '../../services/cloudformation/recorded/recorded-resources.ts';

/**
 * Types that nothing here simulates, from their pages in
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/.
 */
const where = { account: '222222222222', region: 'eu-west-1' };
let aws: LocalAws;
let cloudformation: CloudFormationClient;
let count = 0;

beforeAll(async () => {
  aws = await startLocalAws({ pace: 'max' });
  cloudformation = aws.client(CloudFormationClient, where);
});
afterAll(() => aws.close());

type Resources = Readonly<Record<string, unknown>>;

function body(Resources: Resources, Outputs: Readonly<Record<string, unknown>> = {}): string {
  const outputs = Object.entries(Outputs).map(([name, Value]) => [name, { Value }] as const);
  return JSON.stringify({ Resources, Outputs: Object.fromEntries(outputs) });
}

async function ended(StackName: string): Promise<Stack> {
  for (;;) {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    const [stack] = Stacks;
    if (stack !== undefined && stack.StackStatus?.endsWith('_IN_PROGRESS') !== true) return stack;
    await aws.clock.sleep(1000, 'the test looks again');
  }
}

async function create(TemplateBody: string, RoleARN?: string): Promise<Stack> {
  const StackName = `stack-${++count}`;
  const { StackId = '' } = await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, RoleARN }));
  return ended(StackId);
}

async function update(StackName: string, TemplateBody: string): Promise<Stack> {
  await cloudformation.send(new UpdateStackCommand({ StackName, TemplateBody }));
  return ended(StackName);
}

function outputsOf({ Outputs = [] }: Stack): Readonly<Record<string, string>> {
  return Object.fromEntries(Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

async function reasons(StackName = ''): Promise<string[]> {
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.map(
    (event) => `${event.LogicalResourceId} ${event.ResourceStatus} ${event.ResourceStatusReason ?? ''}`,
  );
}

const pool = (Properties: object = {}) => ({ Type: 'AWS::Cognito::UserPool', Properties });
const standing = (): string[] => aws.recorded().map(({ type, physicalId }) => `${type} ${physicalId}`);

describe('a resource of a type that nothing simulates', () => {
  it('has the id and attributes that the specification lists, and is named as recorded', async () => {
    const stack = await create(
      body(
        {
          Pool: pool({ UserPoolName: 'people' }),
          Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' } } },
          Stream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: '1' } },
          Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } },
        },
        {
          Pool: { Ref: 'Pool' },
          PoolArn: { 'Fn::GetAtt': ['Pool', 'Arn'] },
          Provider: { 'Fn::GetAtt': ['Pool', 'ProviderName'] },
          Client: { Ref: 'Client' },
          Stream: { Ref: 'Stream' },
          StreamArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
          Vpc: { 'Fn::GetAtt': ['Vpc', 'VpcId'] },
          Cidr: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] },
        },
      ),
    );
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    const { Pool = '', Stream = '', Client, Vpc, ...outputs } = outputsOf(stack);
    expect(Pool).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
    expect(Stream).toMatch(/^stack-1-Stream-[A-Z0-9]{12}$/);
    expect(Client).toMatch(/^[a-z0-9]{26}$/);
    expect(Vpc).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(outputs).toEqual({
      PoolArn: `arn:aws:cognito-idp:eu-west-1:222222222222:userpool/${Pool}`,
      Provider: `cognito-idp.eu-west-1.amazonaws.com/${Pool}`,
      StreamArn: `arn:aws:kinesis:eu-west-1:222222222222:stream/${Stream}`,
      Cidr: '10.0.0.0/16',
    });
    expect(await reasons(stack.StackId)).toContain(
      'Pool CREATE_COMPLETE recorded, not simulated: AWS::Cognito::UserPool',
    );
    expect(standing()).toContain(`AWS::Cognito::UserPool ${Pool}`);
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html
  it('has ids behind names in the ARNs of connections, and is the target of a rule', async () => {
    const template = (HttpMethod: string): string =>
      body(
        {
          Connection: {
            Type: 'AWS::Events::Connection',
            Properties: {
              AuthorizationType: 'API_KEY',
              AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'k', ApiKeyValue: 'v' } },
            },
          },
          Hook: {
            Type: 'AWS::Events::ApiDestination',
            Properties: {
              ...{ Name: 'hook', ConnectionArn: { 'Fn::GetAtt': ['Connection', 'Arn'] }, HttpMethod },
              InvocationEndpoint: 'https://example.com/',
            },
          },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
              EventPattern: { source: ['orders'] },
              Targets: [
                {
                  ...{
                    Id: 'hook',
                    Arn: { 'Fn::GetAtt': ['Hook', 'Arn'] },
                    RoleArn: 'arn:aws:iam::222222222222:role/hooking',
                  },
                  HttpParameters: { HeaderParameters: { 'x-source': 'orders' } },
                },
              ],
            },
          },
        },
        {
          Name: { Ref: 'Connection' },
          Connection: { 'Fn::GetAtt': ['Connection', 'Arn'] },
          Secret: { 'Fn::GetAtt': ['Connection', 'SecretArn'] },
          Hook: { 'Fn::GetAtt': ['Hook', 'Arn'] },
          Policy: { 'Fn::GetAtt': ['Hook', 'ArnForPolicy'] },
        },
      );
    const stack = await create(template('POST'));
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    const outputs = outputsOf(stack);
    const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
    const in222 = 'eu-west-1:222222222222';
    expect(outputs['Connection']).toMatch(
      new RegExp(`^arn:aws:events:${in222}:connection/${outputs['Name'] ?? ''}/${uuid}$`),
    );
    expect(outputs['Secret']).toMatch(
      new RegExp(`^arn:aws:secretsmanager:${in222}:secret:events!connection/${outputs['Name'] ?? ''}/${uuid}-\\w{6}$`),
    );
    expect(outputs['Policy']).toBe(`arn:aws:events:${in222}:api-destination/hook`);
    expect(outputs['Hook']).toMatch(new RegExp(`^${outputs['Policy'] ?? ''}/${uuid}$`));
    const after = await update(stack.StackId ?? '', template('PUT'));
    expect([after.StackStatus, outputsOf(after)]).toEqual(['UPDATE_COMPLETE', outputs]);
  });

  it('is unlike any other, keeps its id when it changes, and goes', async () => {
    const ids = { One: { Ref: 'One' }, Other: { Ref: 'Other' } };
    const first = await create(body({ One: pool(), Other: pool() }, ids));
    const before = outputsOf(first);
    expect(before['One']).not.toBe(before['Other']);
    const second = await update(
      first.StackId ?? '',
      body({ One: pool({ MfaConfiguration: 'ON' }), Other: pool() }, ids),
    );
    expect(second.StackStatus).toBe('UPDATE_COMPLETE');
    expect(outputsOf(second)).toEqual(before);
    await cloudformation.send(new DeleteStackCommand({ StackName: first.StackId }));
    expect((await ended(first.StackId ?? '')).StackStatus).toBe('DELETE_COMPLETE');
    expect(standing()).not.toContain(`AWS::Cognito::UserPool ${before['One']}`);
  });

  it('is replaced where the specification says so, also inside of a property', async () => {
    const template = (UsernameAttributes: string[], Subnet: string, kms: string) =>
      body(
        {
          Pool: pool({ UserPoolName: 'same', UsernameAttributes }),
          Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: 'vpc-1', CidrBlock: Subnet } },
          Repository: {
            Type: 'AWS::ECR::Repository',
            Properties: { EncryptionConfiguration: { EncryptionType: 'KMS', KmsKey: kms } },
          },
        },
        { Pool: { Ref: 'Pool' }, Subnet: { Ref: 'Subnet' }, Repository: { Ref: 'Repository' } },
      );
    const first = await create(template(['email'], '10.0.0.0/24', 'one'));
    const before = outputsOf(first);
    const after = outputsOf(await update(first.StackId ?? '', template(['email'], '10.0.1.0/24', 'other')));
    expect(after['Pool']).toBe(before['Pool']);
    expect(after['Subnet']).not.toBe(before['Subnet']);
    expect(after['Repository']).not.toBe(before['Repository']);
    expect(standing()).not.toContain(`AWS::EC2::Subnet ${before['Subnet']}`);
  });

  it('stays where the template retains it, and its name with it', async () => {
    const stream = { Type: 'AWS::Kinesis::Stream', DeletionPolicy: 'Retain', Properties: { Name: 'kept' } };
    const first = await create(body({ Stream: stream }));
    await cloudformation.send(new DeleteStackCommand({ StackName: first.StackId }));
    await ended(first.StackId ?? '');
    expect(standing()).toContain('AWS::Kinesis::Stream kept');
    const again = await create(body({ Stream: stream }));
    expect(again.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect((await reasons(again.StackId)).join()).toContain(
      "Resource of type 'AWS::Kinesis::Stream' with identifier 'kept' already exists.",
    );
  });
});

describe('a network, as people write it', () => {
  it('is cut into zones and blocks, and found by what parameters name', async () => {
    const Zone = { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] };
    const blocks = { 'Fn::Cidr': [{ 'Fn::GetAtt': ['Vpc', 'CidrBlock'] }, 2, 8] };
    const TemplateBody = JSON.stringify({
      Parameters: {
        Vpcs: { Type: 'List<AWS::EC2::VPC::Id>', Default: 'vpc-1, vpc-2' },
        Zone: { Type: 'AWS::Route53::HostedZone::Id', Default: 'Z1' },
      },
      Resources: { Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } } },
      Outputs: {
        Zone: { Value: Zone },
        Block: { Value: { 'Fn::Select': [1, blocks] } },
        Second: { Value: { 'Fn::Select': [1, { Ref: 'Vpcs' }] } },
        Hosted: { Value: { Ref: 'Zone' } },
      },
    });
    expect(outputsOf(await create(TemplateBody))).toEqual({
      Zone: 'eu-west-1b',
      Block: '10.0.1.0/24',
      Second: 'vpc-2',
      Hosted: 'Z1',
    });
  });
});

describe('the properties of a recorded resource', () => {
  it.each([
    ['a property that the type has not', { Nonsense: 1 }, '#: extraneous key [Nonsense] is not permitted'],
    [
      'one inside of another',
      { Policies: { PasswordPolicy: { Long: 8 } } },
      '#/Policies/PasswordPolicy: extraneous key [Long] is not permitted',
    ],
    ['a value of another type', { UserPoolName: ['a'] }, '#/UserPoolName: expected type: String, found: JSONArray'],
    [
      'a text that is no number',
      { Policies: { PasswordPolicy: { MinimumLength: 'eight' } } },
      '#/Policies/PasswordPolicy/MinimumLength: expected type: Integer, found: String',
    ],
  ])('are refused for %s', async (_, properties, message) => {
    const stack = await create(body({ Pool: pool(properties) }));
    expect(stack.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect((await reasons(stack.StackId)).join()).toContain(
      `Properties validation failed for resource Pool with message:\n${message}`,
    );
  });

  it('are refused for what is missing, and by a change set before anything is made', async () => {
    const TemplateBody = body({ Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: {} } });
    const stack = await create(TemplateBody);
    expect((await reasons(stack.StackId)).join()).toContain('#: required key [UserPoolId] not found');
    const { Status, StatusReason } = await changeSet(TemplateBody);
    expect(Status).toBe('FAILED');
    expect(StatusReason).toMatch(
      /^The following hook\(s\)\/validation failed: \[AWS::EarlyValidation::PropertyValidation\].* required key \[UserPoolId\] not found \(at \/Resources\/Client\/Properties\)$/,
    );
  });

  it('may be numbers and truths in quotation marks, and dynamic references', async () => {
    const properties = { Policies: { PasswordPolicy: { MinimumLength: '8', RequireNumbers: 'true' } } };
    const reference = { Policies: { PasswordPolicy: { MinimumLength: '{{resolve:ssm:length}}' } } };
    expect((await create(body({ Pool: pool(properties) }))).StackStatus).toBe('CREATE_COMPLETE');
    expect((await changeSet(body({ Pool: pool(reference) }))).Status).toBe('CREATE_COMPLETE');
  });
});

async function changeSet(TemplateBody: string) {
  const StackName = `stack-${++count}`;
  const request = { StackName, ChangeSetName: 'one', ChangeSetType: 'CREATE' as const, TemplateBody };
  const { Id } = await cloudformation.send(new CreateChangeSetCommand(request));
  for (;;) {
    const answer = await cloudformation.send(new DescribeChangeSetCommand({ ChangeSetName: Id }));
    if (answer.Status === 'CREATE_COMPLETE' || answer.Status === 'FAILED') return answer;
    await aws.clock.sleep(1000, 'the test looks again');
  }
}

describe('what a template may say of it', () => {
  it('is told by a change set', async () => {
    const { StatusReason } = await changeSet(body({ One: pool(), Other: pool(), Vpc: { Type: 'AWS::EC2::VPC' } }));
    expect(StatusReason).toBe('recorded, not simulated: AWS::Cognito::UserPool (2), AWS::EC2::VPC (1)');
  });

  it.each([
    [
      body({ A: { Type: 'AWS::Nothing::Here' } }),
      'Template format error: Unrecognized resource types: [AWS::Nothing::Here]',
    ],
    [
      body({ A: pool() }, { O: { 'Fn::GetAtt': ['A', 'Colour'] } }),
      'Template error: resource A does not support attribute type Colour in Fn::GetAtt',
    ],
    [
      body({ A: { Type: 'AWS::SNS::Topic' } }, { O: { 'Fn::GetAtt': ['A', 'Colour'] } }),
      'Template error: resource A does not support attribute type Colour in Fn::GetAtt',
    ],
    [
      body({ A: { Type: 'AWS::CloudFormation::Stack' } }),
      'The local AWS does not implement the resource type AWS::CloudFormation::Stack (of A).',
    ],
  ])('is refused as CloudFormation refuses it: %s', async (template, message) => {
    await expect(create(template)).rejects.toThrow(message);
  });

  it('replaces no key because it is to be of another kind', async () => {
    const key = (KeyUsage: string) =>
      body({ Key: { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'RSA_2048', KeyUsage } } }, { Id: { Ref: 'Key' } });
    const first = await create(key('SIGN_VERIFY'));
    const after = await update(first.StackId ?? '', key('ENCRYPT_DECRYPT'));
    expect(after.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(outputsOf(after)).toEqual(outputsOf(first));
    expect((await reasons(first.StackId)).join()).toContain('The KeyUsage of a key cannot be changed.');
  });

  it('may have no property that a type that behaves has not, either', async () => {
    const stack = await create(body({ A: { Type: 'AWS::SNS::Topic', Properties: { Colour: 'red' } } }));
    expect((await reasons(stack.StackId)).join()).toContain('#: extraneous key [Colour] is not permitted');
  });

  it('is refused by name where nothing is to be recorded', async () => {
    const strict = await startLocalAws({ pace: 'max', strict: true });
    const client = strict.client(CloudFormationClient, where);
    const TemplateBody = body({ Pool: pool() });
    await expect(client.send(new CreateStackCommand({ StackName: 's', TemplateBody }))).rejects.toThrow(
      'The local AWS does not implement the resource type AWS::Cognito::UserPool (of Pool).',
    );
    await strict.close();
  });
});

describe('the permissions that a recorded resource needs', () => {
  async function roleThatMay(...actions: readonly string[]): Promise<string> {
    const RoleName = `role-${++count}`;
    const iam = aws.client(IAMClient, where);
    const trust = { Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: ['*'] }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument }));
    return Role?.Arn ?? '';
  }

  it('are those of its service', async () => {
    const all = ['CreateUserPool', 'DescribeUserPool', 'DeleteUserPool'].map((name) => `cognito-idp:${name}`);
    expect((await create(body({ Pool: pool() }), await roleThatMay(...all))).StackStatus).toBe('CREATE_COMPLETE');
    const refused = await create(body({ Pool: pool() }), await roleThatMay(...all.slice(1)));
    expect(refused.StackStatus).toBe('ROLLBACK_COMPLETE');
    expect((await reasons(refused.StackId)).join()).toContain(
      'is not authorized to perform: cognito-idp:CreateUserPool on resource: *',
    );
  });

  it('are on what the resource belongs to, and on itself', async () => {
    const client = { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: 'eu-west-1_abc' } };
    const stream = { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'events' } };
    const refused = await create(body({ Client: client, Stream: stream }), await roleThatMay('s3:GetObject'));
    const all = (await reasons(refused.StackId)).join();
    expect(all).toMatch(
      /cognito-idp:CreateUserPoolClient on resource: arn:aws:cognito-idp:eu-west-1:222222222222:userpool\/eu-west-1_abc |kinesis:CreateStream on resource: arn:aws:kinesis:eu-west-1:222222222222:stream\/events /,
    );
  });

  it('include handing over the role that it is given', async () => {
    const handed = await roleThatMay('s3:GetObject');
    const pipe = { Type: 'AWS::Pipes::Pipe', Properties: { RoleArn: handed, Source: 'a', Target: 'b' } };
    const refused = await create(body({ Pipe: pipe }), await roleThatMay('pipes:*'));
    expect((await reasons(refused.StackId)).join()).toContain(`iam:PassRole on resource: ${handed}`);
    expect((await create(body({ Pipe: pipe }), await roleThatMay('pipes:*', 'iam:PassRole'))).StackStatus).toBe(
      'CREATE_COMPLETE',
    );
  });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
describe('a property of a type that behaves, of which nothing comes', () => {
  const label = 'AccelerateConfiguration of AWS::S3::Bucket';
  const bucket = (Properties: object) => body({ Files: { Type: 'AWS::S3::Bucket', Properties } });
  const accelerated = { AccelerateConfiguration: { AccelerationStatus: 'Enabled' } };
  const recordedIn = (stack: Stack): string[] =>
    aws.recorded().flatMap((one) => (one.stackName === stack.StackName ? [recordedLabel(one)] : []));

  it('is named by events and by the account, also where it comes later, and goes with the resource', async () => {
    const stack = await create(bucket(accelerated));
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(await reasons(stack.StackId)).toContain(`Files CREATE_COMPLETE recorded, not simulated: ${label}`);
    expect(recordedIn(stack)).toEqual([label]);
    const versioned = { VersioningConfiguration: { Status: 'Enabled' } };
    expect((await update(stack.StackName ?? '', bucket(versioned))).StackStatus).toBe('UPDATE_COMPLETE');
    expect(recordedIn(stack)).toEqual([]);
    expect((await update(stack.StackName ?? '', bucket({ ...versioned, ...accelerated }))).StackStatus).toBe(
      'UPDATE_COMPLETE',
    );
    expect(await reasons(stack.StackId)).toContain(`Files UPDATE_COMPLETE recorded, not simulated: ${label}`);
    expect(recordedIn(stack)).toEqual([label]);
    await cloudformation.send(new DeleteStackCommand({ StackName: stack.StackName }));
    expect((await ended(stack.StackId ?? '')).StackStatus).toBe('DELETE_COMPLETE');
    expect(recordedIn(stack)).toEqual([]);
  });

  it('is told by a change set', async () => {
    const names = { StackName: `stack-${++count}`, ChangeSetName: 'first' };
    await cloudformation.send(
      new CreateChangeSetCommand({ ...names, ChangeSetType: 'CREATE', TemplateBody: bucket(accelerated) }),
    );
    await aws.clock.sleep(10_000, 'the change set is made');
    const described = await cloudformation.send(new DescribeChangeSetCommand(names));
    expect(described).toMatchObject({
      Status: 'CREATE_COMPLETE',
      StatusReason: `recorded, not simulated: ${label} (1)`,
    });
  });

  it('is refused by name where it says who may ask, or where nothing is to be recorded', async () => {
    const policy = body({ Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'api', Policy: {} } } });
    await expect(create(policy)).rejects.toThrow('the property Policy of AWS::ApiGateway::RestApi');
    const strict = await startLocalAws({ pace: 'max', strict: true });
    const making = strict
      .client(CloudFormationClient, where)
      .send(new CreateStackCommand({ StackName: 'strict', TemplateBody: bucket(accelerated) }));
    try {
      await expect(making).rejects.toThrow('the property AccelerateConfiguration of AWS::S3::Bucket');
    } finally {
      await strict.close();
    }
  });
});
