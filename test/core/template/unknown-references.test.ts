import { describe, expect, it } from 'vitest';
import type { Template } from '../../../core/template/template.ts';
import { unknownReferenceProblems } from '../../../core/template/unknown-references.ts';

const queue = { Type: 'AWS::SQS::Queue' };
const said = (template: Partial<Template>) =>
  unknownReferenceProblems({ Resources: { Jobs: queue }, ...template }, 'template.json').map(({ message }) => message);
const one = (Properties: Record<string, unknown>, more: object = {}) => ({
  Resources: { Jobs: queue, One: { Type: 'AWS::SNS::Topic', Properties, ...more } },
});

describe('a name that a template refers to', () => {
  it.each<[string, Partial<Template>]>([
    [
      'a resource',
      one(
        {
          A: { Ref: 'Jobs' },
          B: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
          C: { 'Fn::Sub': '${Jobs.Arn}-${AWS::Region}-${!Kept}' },
        },
        { DependsOn: 'Jobs' },
      ),
    ],
    ['a parameter', { ...one({ A: { Ref: 'Stage' } }), Parameters: { Stage: { Type: 'String' } } }],
    ['a variable of its own', one({ A: { 'Fn::Sub': ['${Own}', { Own: { Ref: 'Jobs' } }] } })],
    ['the bucket of assets, which has a problem of its own', one({ A: { Ref: 'SluiceAssetBucket' } })],
    [
      'conditions and mappings',
      {
        ...one({ A: { 'Fn::If': ['Yes', 1, { 'Fn::FindInMap': ['Sizes', 'a', 'b'] }] } }, { Condition: 'Yes' }),
        Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Not': [{ Condition: 'Yes' }] } },
        Mappings: { Sizes: {} },
        Outputs: { Url: { Condition: 'Yes', Value: { Ref: 'Jobs' } } },
      },
    ],
    [
      'a member of a type of its own',
      one({ Definition: { States: { Pick: { Choices: [{ Condition: '{% $x %}' }], DependsOn: 'anything' } } } }),
    ],
    [
      'anything, where a transform adds to the template',
      { ...one({ A: { Ref: 'OrdersRole' } }), Transform: ['AWS::Serverless-2016-10-31', 'AWS::LanguageExtensions'] },
    ],
    [
      'what SAM makes for a resource, and for all',
      {
        Resources: {
          Jobs: { Type: 'AWS::Serverless::Function', Properties: { Events: { Get: { Type: 'Api' } } } },
          One: {
            Type: 'AWS::SNS::Topic',
            Properties: {
              A: { Ref: 'JobsRole' },
              B: { 'Fn::GetAtt': ['Jobs.Alias', 'Arn'] },
              C: { Ref: 'ServerlessRestApiProdStage' },
            },
            DependsOn: ['JobsAliaslive', 'CodeDeployServiceRole'],
          },
        },
        Transform: 'AWS::Serverless-2016-10-31',
      },
    ],
    ['a pseudo parameter', one({ A: { Ref: 'AWS::NoValue' }, B: { 'Fn::Sub': '${AWS::URLSuffix}' } })],
    ['anything, where a part of it is transformed', one({ A: { Ref: 'Gone' }, B: { 'Fn::Transform': { Name: 'X' } } })],
    [
      'a mapping that is computed',
      one({ A: { 'Fn::FindInMap': [{ Ref: 'Jobs' }, 'a', 'b'] }, B: { 'Fn::If': [{}, 1, 2] } }),
    ],
  ])('is there: %s', (_, template) => {
    expect(said(template)).toEqual([]);
  });

  it.each<[string, Partial<Template>, string]>([
    [
      'by Ref',
      one({ A: { Ref: 'Gone' } }),
      '"Gone" (Resources.One.Properties.A), but has no resource or parameter of that name: correct or add it.',
    ],
    [
      'in a template of SAM’s, where it makes nothing of that name',
      { ...one({ A: { Ref: 'Jbos' } }), Transform: ['AWS::Serverless-2016-10-31'] },
      '"Jbos" (Resources.One.Properties.A), but has no resource or parameter of that name: correct or add it. Is "Jobs" meant?',
    ],
    [
      'in a template of SAM’s, where it only begins like another',
      { ...one({ A: { Ref: 'Jobss' } }), Transform: 'AWS::Serverless-2016-10-31' },
      '"Jobss" (Resources.One.Properties.A), but has no resource or parameter of that name: correct or add it. Is "Jobs" meant?',
    ],
    [
      'in a template of SAM’s, as a condition, which it makes none of',
      { ...one({}, { Condition: 'JobsOn' }), Transform: 'AWS::Serverless-2016-10-31' },
      '"JobsOn" (Resources.One.Condition), but has no condition',
    ],
    ['as a pseudo parameter', one({ A: { 'Fn::Sub': '${AWS::UrlSuffix}' } }), 'Is "AWS::URLSuffix" meant?'],
    ['by GetAtt', one({ A: [{ 'Fn::GetAtt': 'Gone.Arn' }] }), '"Gone"'],
    ['by Sub', one({ A: { 'Fn::Sub': 'x-${Gone.Arn}' } }), '"Gone"'],
    ['by a variable of Sub', one({ A: { 'Fn::Sub': ['${Own}', { Own: { Ref: 'Gone' } }] } }), '"Gone"'],
    [
      'by DependsOn',
      one({}, { DependsOn: ['Jobs', 'Gone'] }),
      '"Gone" (Resources.One.DependsOn[1]), but has no resource',
    ],
    [
      'as a condition',
      one({ A: { 'Fn::If': ['Gone', 1, 2] } }, { Condition: 'Gone' }),
      '"Gone" (Resources.One.Properties.A and Resources.One.Condition), but has no condition',
    ],
    ['as a mapping', one({ A: { 'Fn::FindInMap': ['Gone', 'a', 'b'] } }), 'no mapping'],
    ['by an output', { Outputs: { Url: { Value: { Ref: 'Gone' } } } }, '"Gone" (Outputs.Url.Value)'],
    [
      'by an output’s condition',
      { Outputs: { Url: { Value: 'x', Condition: 'Gone' } } },
      '"Gone" (Outputs.Url.Condition)',
    ],
    [
      'by a condition',
      { Conditions: { A: { 'Fn::Or': [{ Condition: 'Gone' }] } } },
      '"Gone" (Conditions.A.Fn::Or[0].Condition), but has no condition',
    ],
    [
      'by a condition, to a resource',
      { Conditions: { A: { 'Fn::Equals': [{ Ref: 'Jobs' }, 'x'] } } },
      '"Jobs" (Conditions.A.Fn::Equals[0])',
    ],
  ])('is not there: %s', (_, template, sentence) => {
    expect(said(template)).toEqual([expect.stringContaining(sentence)]);
  });

  it('is told once, with every place that refers to it', () => {
    expect(said(one({}, { DependsOn: ['Nothing', 'Nothing'] }))).toEqual([
      'The template refers to "Nothing" (Resources.One.DependsOn[0] and Resources.One.DependsOn[1]), but has no resource of that name: correct or add it.',
    ]);
  });

  it('is told once of a place that refers to it twice', () => {
    const [found, ...more] = unknownReferenceProblems(one({ A: { 'Fn::Sub': '${Gone} ${Gone}' } }), 'template.json');
    expect(found?.places).toEqual(['Resources.One.Properties.A.Fn::Sub']);
    expect(more).toEqual([]);
  });

  it('is told once, with every place', () => {
    const Properties = { A: { Ref: 'Gone' }, B: { Ref: 'Gone' } };
    const [found, ...more] = unknownReferenceProblems(
      { Resources: { One: { Type: 'X', Properties }, Two: { Type: 'X', Properties } } },
      'template.json',
    );
    expect(found?.places).toEqual(
      ['One', 'Two'].flatMap((id) => [`Resources.${id}.Properties.A.Ref`, `Resources.${id}.Properties.B.Ref`]),
    );
    expect(more).toEqual([]);
  });

  it('has the place of what refers, and of nothing around it', () => {
    const A = { 'Fn::Join': ['', ['x', { 'Fn::Sub': ['${Own} ${Lost}', { Own: { Ref: 'Gone' } }] }]] };
    const problems = unknownReferenceProblems(one({ A }), 'template.json');
    expect(problems.map(({ places }) => places)).toEqual([
      ['Resources.One.Properties.A.Fn::Join[1][1].Fn::Sub'],
      ['Resources.One.Properties.A.Fn::Join[1][1].Fn::Sub[1].Own.Ref'],
    ]);
  });
});
