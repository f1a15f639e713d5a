import { describe, expect, it } from 'vitest';
import { structureProblems } from '../../../core/template/structure-problems.ts';
import { templateSchema } from '../../../core/template/template.ts';

function problemsOf(sections: Readonly<Record<string, unknown>>) {
  const template = templateSchema.parse({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } }, ...sections });
  return structureProblems(template, 'template.json').map(({ code, message, places }) => ({ code, message, places }));
}

function found(sections: Readonly<Record<string, unknown>>) {
  return problemsOf(sections).map(({ code, places }) => `${code} ${places?.join(' ') ?? ''}`);
}

const topic = (Properties: object, more: object = {}) => ({ Type: 'AWS::SNS::Topic', Properties, ...more });

describe('a template that CloudFormation refuses as it is', () => {
  it.each([
    ['a section', { 'x-shared': {} }, 'template.key-unknown x-shared'],
    [
      'an attribute of a resource',
      { Resources: { A: topic({}, { DependOn: 'B' }) } },
      'template.key-unknown Resources.A.DependOn',
    ],
    [
      'a member of a parameter',
      { Parameters: { A: { Type: 'String', Defualt: 'x' } } },
      'template.key-unknown Parameters.A.Defualt',
    ],
    ['a member of an output', { Outputs: { A: { Value: 1, Name: 'x' } } }, 'template.key-unknown Outputs.A.Name'],
    ['Globals without SAM', { Globals: {} }, 'template.key-unknown Globals'],
  ])('has %s that nobody knows', (_, sections, expected) => {
    expect(found(sections)).toEqual([expected]);
  });

  it('has an output without a value', () => {
    expect(found({ Outputs: { A: { Description: 'x' }, B: { Value: '' } } })).toEqual([
      'template.output-without-value Outputs.A',
    ]);
  });

  it.each([
    [{ Type: 'String', Default: 'c', AllowedValues: ['a', 'b'] }],
    [{ Type: 'String', Default: 'ab', MinLength: '3' }],
    [{ Type: 'Number', Default: 11, MaxValue: 10 }],
    [{ Type: 'Number', Default: 'many' }],
    [{ Type: 'String', Default: '9x', AllowedPattern: '[a-z]+' }],
  ])('has a default that its own parameter does not take: %j', (Size) => {
    expect(found({ Parameters: { Size } })).toEqual(['template.parameter-default Parameters.Size.Default']);
  });

  it('has resources that need one another in a circle', () => {
    const A = topic({ DisplayName: { 'Fn::GetAtt': ['B', 'TopicName'] } });
    const B = topic({ DisplayName: { 'Fn::Sub': 'x ${C}' } });
    expect(
      found({ Resources: { A, B, C: topic({}, { DependsOn: ['A'] }), D: topic({ DisplayName: { Ref: 'A' } }) } }),
    ).toEqual(['template.circular Resources.A Resources.B Resources.C']);
    expect(found({ Resources: { A: topic({ DisplayName: { Ref: 'A' } }) } })).toEqual([
      'template.circular Resources.A',
    ]);
  });

  it('has no circle that only a condition closes', () => {
    const chosen = { 'Fn::If': ['Is', { Ref: 'B' }, 'none'] };
    const Conditions = { Is: { 'Fn::Equals': ['a', 'b'] } };
    const B = topic({ DisplayName: { Ref: 'A' } });
    expect(found({ Conditions, Resources: { A: topic({ DisplayName: chosen }), B } })).toEqual([]);
    expect(
      found({ Conditions, Resources: { A: topic({ DisplayName: { Ref: 'B' } }, { Condition: 'Is' }), B } }),
    ).toEqual([]);
  });

  it('is looked through where it is as long as CloudFormation takes', () => {
    const chain = Array.from({ length: 500 }, (_, at) => [
      `T${at}`,
      topic({ DisplayName: { Ref: `T${(at + 1) % 500}` } }),
    ]);
    expect(found({ Resources: Object.fromEntries(chain) })).toHaveLength(1);
  });

  it.each([
    [{ 'Fn::GetAtt': ['Topic', 'Colour'] }, 'Fn::GetAtt'],
    [{ 'Fn::GetAtt': 'Topic.Colour' }, 'Fn::GetAtt'],
    [{ 'Fn::Sub': 'a ${Topic.Colour}' }, 'Fn::Sub'],
    [
      { 'Fn::Join': ['', [{ 'Fn::Sub': ['${x}', { x: { 'Fn::GetAtt': ['Topic', 'Colour'] } }] }]] },
      'Fn::Join[1][0].Fn::Sub[1].x.Fn::GetAtt',
    ],
  ])('asks for an attribute that the type has not: %j', (DisplayName, at) => {
    const Resources = { Topic: topic({}), Other: topic({ DisplayName }) };
    expect(found({ Resources })).toEqual([`template.attribute-unknown Resources.Other.Properties.DisplayName.${at}`]);
    expect(found({ Resources: { Topic: topic({}) }, Outputs: { A: { Value: DisplayName } } })).toEqual([
      `template.attribute-unknown Outputs.A.Value.${at}`,
    ]);
  });

  it('says what is wrong, and what there is', () => {
    const Resources = { Policy: { Type: 'AWS::SNS::TopicPolicy', Properties: {} }, Topic: topic({}) };
    const Outputs = { A: { Value: { 'Fn::GetAtt': ['Topic', 'Colour'] } } };
    expect(problemsOf({ Resources, Outputs })[0]?.message).toBe(
      'The template asks for the attribute "Colour" of "Topic" (Outputs.A.Value), but AWS::SNS::Topic has only TopicArn, TopicName: correct it.',
    );
    const Model = { Type: 'AWS::ApiGateway::Model', Properties: {} };
    const asked = { A: { Value: { 'Fn::GetAtt': ['Model', 'Name'] } } };
    expect(problemsOf({ Resources: { Model }, Outputs: asked })[0]?.message).toBe(
      'The template asks for the attribute "Name" of "Model" (Outputs.A.Value), but AWS::ApiGateway::Model has no attributes: correct it, or use Ref.',
    );
  });
});

describe('a template that CloudFormation takes', () => {
  it.each([
    [
      'of SAM',
      {
        Transform: 'AWS::Serverless-2016-10-31',
        Globals: {},
        Resources: { A: { Type: 'AWS::Serverless::Function', Connectors: {} } },
      },
    ],
    ['with a macro, which may make anything of it', { Transform: ['Ours'], Nonsense: {}, Outputs: { A: {} } }],
    [
      'with attributes that nobody can know',
      { Resources: { A: { Type: 'Custom::A' }, B: topic({ DisplayName: { 'Fn::GetAtt': 'A.Anything' } }) } },
    ],
    [
      'with names that Sub is given',
      { Resources: { Topic: topic({ DisplayName: { 'Fn::Sub': ['${a.b} ${!Topic.Colour}', { 'a.b': 1 }] } }) } },
    ],
    [
      'with functions of which CloudFormation knows alone what they ask for',
      {
        Resources: {
          Topic: topic({}),
          A: topic({ DisplayName: { 'Fn::GetAtt': ['Topic', { Ref: 'AWS::Region' }] } }),
          B: topic({ DisplayName: { 'Fn::GetAtt': ['Topic'] } }),
          C: topic({ DisplayName: { 'Fn::Sub': [{ Ref: 'AWS::Region' }, { a: 'Topic.Colour' }] } }),
        },
      },
    ],
    ['whose parts are made by a transform', { Outputs: { 'Fn::Transform': { Name: 'AWS::Include' } } }],
    [
      'with a default that nothing is said of',
      { Parameters: { A: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a', AllowedValues: ['b'] } } },
    ],
    [
      'with what the CDK writes beside a resource',
      { Resources: { A: topic({}, { Description: 'x', Metadata: { 'aws:cdk:path': 'x' } }) } },
    ],
    [
      'with a member of properties that is called as an attribute of resources',
      {
        Resources: {
          A: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: [{ DependsOn: ['A'] }] } },
        },
      },
    ],
  ])('is left alone: %s', (_, sections) => {
    expect(problemsOf(sections)).toEqual([]);
  });
});
