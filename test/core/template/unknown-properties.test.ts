import { describe, expect, it } from 'vitest';
import type { Template } from '../../../core/template/template.ts';
import { misspeltProperties, propertyRemarks } from '../../../core/template/unknown-properties.ts';

const one = (Type: string, Properties?: Record<string, unknown>): Template => ({
  Resources: { It: { Type, ...(Properties === undefined ? {} : { Properties }) } },
});
const lambda = (Properties: Record<string, unknown>): Template => ({
  Resources: { It: { Type: 'AWS::Lambda::Function', Properties } },
});
/** The places of what is misspelt, each with the name that is meant. */
const misspelt = (template: Template) =>
  misspeltProperties(template, 'template.yaml').map(({ places = [], message }) => [
    places.join(),
    /it is called "(.*)"\.$/.exec(message)?.[1],
  ]);

describe('a property that its type has not', () => {
  it('is misspelt where one character is wrong, or upper and lower case', () => {
    expect(misspelt(lambda({ Timeouts: 3, handler: 'a.b', Rle: 'x', Runtime: 'nodejs24.x' }))).toEqual([
      ['Resources.It.Properties.Timeouts', 'Timeout'],
      ['Resources.It.Properties.handler', 'Handler'],
      ['Resources.It.Properties.Rle', 'Role'],
    ]);
    const [problem] = misspeltProperties(lambda({ Timeouts: 3 }), 'template.yaml');
    expect(problem).toMatchObject({ code: 'template.property-unknown', path: 'template.yaml' });
  });

  it('is looked for inside of others, of lists and of both branches of a condition', () => {
    const choice = { 'Fn::If': ['Small', { SubnetIDs: [] }, { Ref: 'AWS::NoValue' }] };
    expect(misspelt(lambda({ VpcConfig: choice, FileSystemConfigs: [{ Arn: 'x' }, { ARN: 'x' }] }))).toEqual([
      ['Resources.It.Properties.VpcConfig.Fn::If[1].SubnetIDs', 'SubnetIds'],
      ['Resources.It.Properties.FileSystemConfigs[1].ARN', 'Arn'],
    ]);
  });

  it('may be newer than what is known, where it is like none: that is only said', () => {
    const template = lambda({ Whatever: 1, Environment: { STAGE: 'x' }, MemorySise1: 1 });
    expect(misspelt(template)).toEqual([]);
    expect(propertyRemarks(template)).toEqual([
      'AWS::Lambda::Function has no property "Whatever" that this version of Sluice knows (Resources.It.Properties.Whatever): CloudFormation refuses it, unless it is newer.',
      'AWS::Lambda::Function has no property "STAGE" that this version of Sluice knows (Resources.It.Properties.Environment.STAGE): CloudFormation refuses it, unless it is newer.',
      'AWS::Lambda::Function has no property "MemorySise1" that this version of Sluice knows (Resources.It.Properties.MemorySise1): CloudFormation refuses it, unless it is newer. Is "MemorySize" meant?',
    ]);
    expect(propertyRemarks(lambda({ Timeouts: 3 }))).toEqual([]);
  });

  it('is one of SAM’s, too', () => {
    const sam = { ...one('AWS::Serverless::Function', { Handlers: 'a.b', AutoPublishAlias: 'live', Nothing: 1 }) };
    expect(misspelt({ ...sam, Transform: 'AWS::Serverless-2016-10-31' })).toEqual([
      ['Resources.It.Properties.Handlers', 'Handler'],
    ]);
    expect(propertyRemarks(sam)).toEqual([
      'AWS::Serverless::Function has no property "Nothing" that this version of Sluice knows (Resources.It.Properties.Nothing): SAM refuses it, unless it is newer.',
    ]);
  });
});

describe('nothing is said', () => {
  it.each<[string, Template]>([
    ['of a type that is not known', one('AWS::EC2::VPC', { Nothing: 1 })],
    ['of a custom resource', one('AWS::CloudFormation::CustomResource', { ServiceToken: 'x', Nothing: 1 })],
    ['of what a type leaves open', lambda({ Environment: { Variables: { ANY: 'x' } }, Tags: [{ key: 'x' }] })],
    ['of a document', one('AWS::IAM::Role', { AssumeRolePolicyDocument: { statement: [] } })],
    ['of functions', lambda({ Code: { 'Fn::Transform': { Name: 'AWS::Include' } }, VpcConfig: { Ref: 'Net' } })],
    ['of none at all', one('AWS::SQS::Queue')],
    ['of members that JavaScript has', one('constructor', { Nothing: 1 })],
    ['where a macro makes the template', { ...lambda({ Timeouts: 3 }), Transform: 'Macro' }],
  ])('%s', (_, template) => {
    expect([misspelt(template), propertyRemarks(template)]).toEqual([[], []]);
  });
});
