import { DescribeTypeCommand, CreateStackCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { beforeEach, describe, expect, it } from 'vitest';
import { objectOf } from '../../services/cloudformation/template-source.ts';
import { physicalName } from '../../services/cloudformation/resource-steps.ts';
import { fixture, things, type Fixture } from './fixture.ts';

let aws: Fixture;
beforeEach(() => {
  aws = fixture();
});

/** What the fake resource A was created with. */
function given(): unknown {
  const call = aws.world.calls.find((entry) => entry.startsWith('create A '));
  const properties: unknown = JSON.parse(call?.slice('create A '.length) ?? 'null');
  return properties;
}

describe('a template', () => {
  it('in YAML says what it says in JSON', async () => {
    const stack = await aws.create({
      template: `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: { Type: String, Default: prod }
  Names: { Type: CommaDelimitedList, Default: "a, b,c" }
Mappings:
  Sizes: { prod: { Size: 10 } }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsOther: !Not [!Condition IsProd]
Resources:
  A:
    Type: AWS::Test::Thing
    Properties:
      Value: !Sub
        - "\${Stage}-\${Extra}-\${AWS::Region}-\${!Raw}"
        - Extra: !Join ["+", !Ref Names]
      Other:
        - !If [IsProd, !FindInMap [Sizes, !Ref Stage, Size], !Ref AWS::NoValue]
        - !If [IsOther, x, !Ref AWS::NoValue]
        - !Select [1, !Split ["/", a/b]]
        - Fn::Base64: !Ref AWS::AccountId
  B:
    Type: AWS::Test::Thing
    Condition: IsOther
Outputs:
  Arn: { Value: !GetAtt A.Arn }
`,
    });
    expect(stack.StackStatus).toBe('CREATE_COMPLETE');
    expect(given()).toEqual({
      Value: 'prod-a+b+c-us-east-1-${Raw}',
      Other: [10, 'b', Buffer.from('222222222222').toString('base64')],
    });
    expect(aws.world.calls).toHaveLength(1);
    expect(stack.Outputs?.[0]?.OutputValue).toMatch(/^arn:fake:shop-A-/);
  });

  it.each(['1.0', 1])('may say the version %j of a resource, as Serverless does', async (Version) => {
    const template = { Resources: { A: { Type: 'AWS::Test::Thing', Version } } };
    expect(await aws.create({ template })).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
  });

  // https://github.com/go-to-k/cdk-real-drift/issues/1074
  it.each([
    ['YAML', 'Resources:\n  A: { Type: AWS::Test::Thing, Properties: { Value: one, Other: x, Value: two } }\n'],
    ['JSON', '{"Resources":{"A":{"Type":"AWS::Test::Thing","Properties":{"Value":"one","Other":"x","Value":"two"}}}}'],
  ])('in %s that gives a name twice is taken, and the last counts', async (_, template) => {
    expect(await aws.create({ template })).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
    expect(given()).toEqual({ Value: 'two', Other: 'x' });
  });

  it.each([
    [
      'an unknown section',
      { ...Object(things({ A: {} })), Bogus: {} },
      /Invalid template property or properties \[Bogus\]/,
    ],
    [
      'an unknown type',
      { Resources: { A: { Type: 'AWS::Nope::Thing' } } },
      'Template format error: Unrecognized resource types: [AWS::Nope::Thing]',
    ],
    ['an unknown property', things({ A: { Color: 'red' } }), /property Color of AWS::Test::Thing/],
    [
      'an unknown attribute',
      things({ A: {}, B: { Value: { 'Fn::GetAtt': ['A', 'Size'] } } }),
      /attribute Size of AWS::Test::Thing/,
    ],
    [
      'an unknown resource attribute',
      { Resources: { A: { Type: 'AWS::Test::Thing', Colour: 1 } } },
      /Invalid template resource property 'Colour'/,
    ],
    [
      'an unknown function',
      things({ A: { Value: { 'Fn::ToJsonString': '' } } }),
      /intrinsic function Fn::ToJsonString/,
    ],
    [
      'a reference to nothing',
      things({ A: { Value: { Ref: 'Nobody' } } }),
      /Unresolved resource dependencies \[Nobody\]/,
    ],
    [
      'a circle',
      things({ A: { Value: { Ref: 'B' } }, B: { Value: { Ref: 'A' } } }),
      /Circular dependency between resources: \[A, B\]/,
    ],
    [
      'a resource that needs itself',
      things({ A: { Value: { Ref: 'A' } } }),
      'Circular dependency between resources: [A]',
    ],
    ['a transform', things({ A: {} }, { Transform: 'AWS::Serverless-2016-10-31' }), /AWS::Serverless-2016-10-31/],
    ['no resources', { Resources: {} }, /At least one Resources member/],
    ['broken JSON', '{ "Resources": ', /JSON not well-formed/],
    ['an unknown YAML tag', 'Resources:\n  A:\n    Type: !Bogus x\n', /YAML not well-formed/],
    [
      'a Snapshot policy',
      { Resources: { A: { Type: 'AWS::Test::Thing', DeletionPolicy: 'Snapshot' } } },
      /Snapshot policy of A/,
    ],
  ])('with %s is refused by name', async (_, template, message) => {
    await expect(aws.create({ template })).rejects.toThrow(message);
    expect(aws.world.calls).toEqual([]);
  });

  it('asks for the capability its IAM resources need', async () => {
    const role = (Properties: unknown): unknown => ({ Resources: { R: { Type: 'AWS::IAM::Role', Properties } } });
    await expect(aws.create({ template: role({}) })).rejects.toThrow('Requires capabilities : [CAPABILITY_IAM]');
    const named = { template: role({ RoleName: 'x' }), Capabilities: ['CAPABILITY_IAM' as const] };
    await expect(aws.create(named)).rejects.toMatchObject({
      name: 'InsufficientCapabilitiesException',
      message: 'Requires capabilities : [CAPABILITY_NAMED_IAM]',
    });
    const { Capabilities } = await aws.kernel.send(
      aws.admin,
      new ValidateTemplateCommand({ TemplateBody: JSON.stringify(role({ RoleName: 'x' })) }),
    );
    expect(Capabilities).toEqual(['CAPABILITY_NAMED_IAM']);
  });
});

describe('parameters', () => {
  const template = things(
    { A: { Value: { Ref: 'Stage' } } },
    {
      Parameters: {
        Stage: { Type: 'String', AllowedValues: ['a', 'b'] },
        Secret: { Type: 'String', NoEcho: true, Default: 'hush' },
      },
    },
  );
  const stage = (ParameterValue: string) => [{ ParameterKey: 'Stage', ParameterValue }];

  it('are checked, kept and hidden as their definition says', async () => {
    await expect(aws.create({ template })).rejects.toThrow('Parameters: [Stage] must have values');
    await expect(aws.create({ template, Parameters: stage('c') })).rejects.toThrow(
      "Parameter 'Stage' must be one of AllowedValues",
    );
    await expect(
      aws.create({ template, Parameters: [...stage('a'), { ParameterKey: 'X', ParameterValue: '' }] }),
    ).rejects.toThrow('Parameters: [X] do not exist in the template');
    const stack = await aws.create({ template, Parameters: stage('a') });
    expect(stack.Parameters).toContainEqual({ ParameterKey: 'Secret', ParameterValue: '****' });
    await expect(
      aws.update({ template, Parameters: [{ ParameterKey: 'Stage', UsePreviousValue: true }] }),
    ).rejects.toThrow('No updates are to be performed.');
  });

  it('are held against the rules of the template', async () => {
    const ruled = things(
      { A: {} },
      {
        Parameters: { V: { Type: 'String', Default: '5' } },
        Rules: {
          Check: {
            Assertions: [
              {
                Assert: { 'Fn::Not': [{ 'Fn::Contains': [['1', '5'], { Ref: 'V' }] }] },
                AssertDescription: 'bootstrap again',
              },
            ],
          },
        },
      },
    );
    await expect(aws.create({ template: ruled })).rejects.toThrow(/rule Check failed: bootstrap again/);
    expect(
      (await aws.create({ template: ruled, Parameters: [{ ParameterKey: 'V', ParameterValue: '6' }] })).StackStatus,
    ).toBe('CREATE_COMPLETE');
  });
});

describe('the service', () => {
  it('refuses operations and options it does not have, by name', async () => {
    await expect(aws.kernel.send(aws.admin, new DescribeTypeCommand({}))).rejects.toThrow(/DescribeType/);
    const body = JSON.stringify(things({ A: {} }));
    await expect(
      aws.kernel.send(aws.admin, new CreateStackCommand({ StackName: 'x', TemplateBody: body, TimeoutInMinutes: 1 })),
    ).rejects.toThrow(/TimeoutInMinutes in cloudformation:CreateStack/);
    await expect(aws.create({ template: things({ A: {} }), DeploymentConfig: { Mode: 'EXPRESS' } })).rejects.toThrow(
      /EXPRESS/,
    );
    await expect(
      aws.create({ template: { Description: 'x'.repeat(60_000), ...Object(things({ A: {} })) } }),
    ).rejects.toThrow(/51200/);
  });
});

it.each([
  ['https://b.s3.us-east-1.amazonaws.com/k/t.json', 'b', 'k/t.json'],
  ['https://s3.us-east-1.amazonaws.com/b/t.json', 'b', 't.json'],
  ['https://b.with.dots.s3.amazonaws.com/t.json', 'b.with.dots', 't.json'],
  ['http://127.0.0.1:4566/b/k%20t.json', 'b', 'k t.json'],
])('finds the template of %s', (url, Bucket, Key) => {
  expect(objectOf(url, 'http://127.0.0.1:4566')).toMatchObject({ Bucket, Key });
});

it('makes physical names as long as the service allows', () => {
  expect(physicalName('shop', 'OrdersFunction', 64, false)).toMatch(/^shop-OrdersFunction-[A-Z0-9]{12}$/);
  expect(physicalName('', 'OrdersFlow', 80, false)).toMatch(/^OrdersFlow-[A-Z0-9]{12}$/);
  const cut = physicalName('a-very-long-stack-name-indeed', 'AnEvenLongerLogicalIdentifier', 32, true);
  expect(cut).toMatch(/^a-very-lo-anevenlon-[a-z0-9]{12}$/);
});
