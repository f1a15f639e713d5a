import { describe, expect, it } from 'vitest';
import { judgeByPolicy } from '../../../core/release/judge.ts';
import { stacksOf } from '../../../core/template/target-problem.ts';
import type { Template } from '../../../core/template/template.ts';
import { valueProblems, valueProblemsIn, valueRemarks } from '../../../core/template/value-problems.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };

type Properties = Readonly<Record<string, unknown>>;

const one = (Type: string, Properties?: Properties, besides: object = {}): Template => ({
  Resources: { It: { Type, ...(Properties === undefined ? {} : { Properties }), ...besides } },
});
const needed = { Role: 'arn', Code: { ZipFile: 'x' } };
const lambda = (Properties: Properties, besides?: object) =>
  one('AWS::Lambda::Function', { ...needed, ...Properties }, besides);
const queue = (Properties: Properties) => one('AWS::SQS::Queue', Properties);
const sam = (Properties: Properties, Globals?: object): Template => ({
  ...one('AWS::Serverless::Function', Properties),
  ...{ Transform: 'AWS::Serverless-2016-10-31', ...(Globals === undefined ? {} : { Globals }) },
});
/** Those that a release of it would make. */
function stacks(template: Template) {
  const { plan } = judgeByPolicy({ release, artifact, manifest, policy: samplePolicy(), template });
  if (plan === undefined) throw new Error('There is no plan.');
  return stacksOf(template, plan);
}
/** Code, and what is said. */
const told = (template: Template) =>
  valueProblems(template, 'template.yaml').map(({ code, message }) => `${code.replace(/.*-/, '')}: ${message}`);
const places = (template: Template) =>
  valueProblems(template, 'template.yaml').map(({ places: [place = ''] = [] }) =>
    place.replace('Resources.It.Properties.', ''),
  );

describe('a value of which CloudFormation cannot make what belongs there', () => {
  it('is told with its place, in words', () => {
    expect(valueProblems(lambda({ Timeout: 'five' }), 'template.yaml')).toEqual([
      {
        code: 'template.property-value',
        path: 'template.yaml',
        message:
          'Timeout of "It" (AWS::Lambda::Function) is "five", of which CloudFormation cannot make a whole number: correct it.',
        places: ['Resources.It.Properties.Timeout'],
      },
    ]);
  });

  it.each<[string, Template, string]>([
    [
      'text that is no number',
      queue({ DelaySeconds: '5s' }),
      'is "5s", of which CloudFormation cannot make a whole number',
    ],
    [
      'truth for a number',
      queue({ DelaySeconds: true }),
      'is true, of which CloudFormation cannot make a whole number',
    ],
    [
      'a word for truth',
      queue({ FifoQueue: 'maybe' }),
      'is "maybe", of which CloudFormation cannot make true or false',
    ],
    ['a number for truth', queue({ FifoQueue: 2 }), 'is 2, of which CloudFormation cannot make true or false'],
    ['a list for text', queue({ QueueName: ['a'] }), 'is a list, of which CloudFormation cannot make text'],
    [
      'an object for text',
      queue({ QueueName: { Name: 'a' } }),
      'is an object, of which CloudFormation cannot make text',
    ],
    ['text for a list', lambda({ Layers: 'arn' }), 'is "arn", of which CloudFormation cannot make a list'],
    ['an object for a list', queue({ Tags: { Key: 'a' } }), 'is an object, of which CloudFormation cannot make a list'],
    ['text for a tag', queue({ Tags: ['a'] }), 'is "a", of which CloudFormation cannot make a tag with Key and Value'],
    ['a list for an object', lambda({ VpcConfig: [] }), 'is a list, of which CloudFormation cannot make an object'],
    ['text for an object', lambda({ VpcConfig: 'vpc-1' }), 'is "vpc-1", of which CloudFormation cannot make an object'],
    [
      'a list for a map',
      lambda({ Environment: { Variables: [] } }),
      'is a list, of which CloudFormation cannot make an',
    ],
    [
      'text for a fraction',
      one('AWS::CloudWatch::Alarm', {
        Threshold: 'high',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
      }),
      'is "high", of which CloudFormation cannot make a number',
    ],
  ])('%s', (_, template, sentence) => {
    expect(told(template)).toEqual([expect.stringContaining(sentence)]);
  });

  it('is found inside of objects, lists and maps', () => {
    const Environment = { Variables: { LIST: ['a'], MAP: { a: 1 }, TEXT: 'a' } };
    const FileSystemConfigs = [{ Arn: ['a'], LocalMountPath: '/mnt' }];
    expect(
      places(
        lambda({ Environment, FileSystemConfigs, VpcConfig: { SubnetIds: 'a', Ipv6AllowedForDualStack: 'x' } }),
      ).sort(),
    ).toEqual([
      ...['Environment.Variables.LIST', 'Environment.Variables.MAP', 'FileSystemConfigs[0].Arn'],
      ...['VpcConfig.Ipv6AllowedForDualStack', 'VpcConfig.SubnetIds'],
    ]);
  });

  it('is one of SAM’s, and of its Globals where a resource takes it from there', () => {
    expect(places(sam({ Timeout: 'five', Environment: { Variables: 'a' }, Layers: 'arn' }))).toEqual([
      'Environment.Variables',
      'Layers',
      'Timeout',
    ]);
    const globals = { Function: { Timeout: 'five', VpcConfig: { SubnetIds: 'a' } } };
    expect(told(sam({}, globals))).toEqual([
      'value: Timeout of Globals.Function is "five", of which CloudFormation cannot make a whole number: correct it.',
      'value: VpcConfig.SubnetIds of Globals.Function is "a", of which CloudFormation cannot make a list: correct it.',
    ]);
    expect(places(sam({ Timeout: 3 }, globals))).toEqual(['Globals.Function.VpcConfig.SubnetIds']);
    expect(valueRemarks(sam({ Timeout: 3 }, globals))).toEqual([
      expect.stringMatching(/^Timeout of Globals\.Function is "five".* \(Globals\.Function\.Timeout\)$/),
    ]);
  });
});

describe('a required property that is missing', () => {
  it('is told once of each object, of a resource without properties, too', () => {
    expect(told(one('AWS::Lambda::Function'))).toEqual([
      'missing: "It" (AWS::Lambda::Function) has no Code, Role, which CloudFormation asks for: add them.',
    ]);
    expect(told(lambda({ FileSystemConfigs: [{ Arn: 'a' }] }))).toEqual([
      'missing: FileSystemConfigs[0] of "It" (AWS::Lambda::Function) has no LocalMountPath, which CloudFormation asks for: add it.',
    ]);
  });

  it('may come from a function, or from SAM’s Globals', () => {
    const include = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://a/b' } } };
    expect(places(one('AWS::Lambda::Function', include))).toEqual([]);
    expect(places(one('AWS::Lambda::Function', { ...include, Timeout: 'five' }))).toEqual(['Timeout']);
    expect(places(sam({ FileSystemConfigs: [{ Arn: 'a' }] }))).toEqual([]);
  });
});

describe('what AWS may know and Sluice does not', () => {
  it.each<[string, Template, string]>([
    [
      'another choice',
      one('AWS::DynamoDB::Table', { KeySchema: [], BillingMode: 'PAY_PER_REQ' }),
      'BillingMode of "It" (AWS::DynamoDB::Table) is "PAY_PER_REQ", and this version of Sluice knows only PAY_PER_REQUEST, PROVISIONED: AWS refuses it, unless it is newer. (Resources.It.Properties.BillingMode)',
    ],
    [
      'a number below the least',
      lambda({ MemorySize: 64 }),
      'MemorySize of "It" (AWS::Lambda::Function) is 64, and this version of Sluice knows of 128 to 32768: AWS refuses it, unless this limit has changed since. (Resources.It.Properties.MemorySize)',
    ],
    [
      'a number above the greatest',
      queue({ DelaySeconds: '901' }),
      'is 901, and this version of Sluice knows of 0 to 900',
    ],
    ['a number below the only bound', lambda({ Timeout: 0 }), 'is 0, and this version of Sluice knows of at least 1'],
    [
      'a choice in a list',
      lambda({ Architectures: ['arm'] }),
      'Architectures[0] of "It" (AWS::Lambda::Function) is "arm"',
    ],
    [
      'a number that is a choice',
      one('AWS::Logs::LogGroup', { RetentionInDays: 8 }),
      'is "8", and this version of Sluice',
    ],
  ])('%s is only said', (_, template, sentence) => {
    expect(places(template)).toEqual([]);
    expect(valueRemarks(template)).toEqual([expect.stringContaining(sentence)]);
  });

  it('what a condition may leave out is only said, too', () => {
    const branches = lambda({ Timeout: { 'Fn::If': ['Slow', 'long', 3] } });
    expect(valueRemarks(branches)).toEqual([
      'Timeout.Fn::If[1] of "It" (AWS::Lambda::Function) is "long", of which CloudFormation cannot make a whole number: correct it, unless its condition never chooses it. (Resources.It.Properties.Timeout.Fn::If[1])',
    ]);
    const conditional = lambda({ Timeout: 'five' }, { Condition: 'Slow' });
    expect(valueRemarks(conditional)).toHaveLength(1);
    expect([...places(branches), ...places(conditional)]).toEqual([]);
  });
});

describe('what a condition decides in a target', () => {
  const Conditions = { InProduction: { 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, '333333333333'] } };
  const production = ['production 333333333333/us-east-1'];
  /** Places and targets of what is wrong in some targets alone. */
  function inTargets(template: Template) {
    const whole = { Conditions, ...template };
    return valueProblemsIn(stacks(whole), 'template.yaml').map(({ problem: { places = [] }, targets }) => [
      places.join().replace('Resources.It.Properties.', ''),
      targets,
    ]);
  }

  it('is told of the targets where it holds', () => {
    const within = { 'Fn::If': ['InProduction', { 'Fn::If': ['InProduction', 'five', 'six'] }, 3] };
    expect(inTargets(lambda({ Timeout: within }))).toEqual([['Timeout.Fn::If[1].Fn::If[1]', production]]);
    expect(inTargets(lambda({ Timeout: 'five' }, { Condition: 'InProduction' }))).toEqual([['Timeout', production]]);
    const globals = sam({}, { Function: { Timeout: 'five' } });
    const conditional = {
      ...globals,
      Resources: { It: { Type: 'AWS::Serverless::Function', Condition: 'InProduction' } },
    };
    expect(inTargets(conditional)).toEqual([['Globals.Function.Timeout', production]]);
  });

  it('is not told where it does not hold, is not known, or is wrong everywhere', () => {
    expect(inTargets(lambda({ Timeout: { 'Fn::If': ['InProduction', 3, 3] } }))).toEqual([]);
    expect(inTargets(lambda({ Timeout: { 'Fn::If': ['Unknown', 'five', 3] } }))).toEqual([]);
    expect(inTargets(lambda({ Timeout: 'five' }, { Condition: 'Unknown' }))).toEqual([]);
    expect(inTargets(lambda({ Timeout: 'five' }))).toEqual([]);
  });
});

describe('nothing is said', () => {
  it.each<[string, Template]>([
    ['of numbers and truth as text', queue({ DelaySeconds: '5', MaximumMessageSize: ' 1024 ', FifoQueue: 'TRUE' })],
    ['of text as a number or truth', queue({ QueueName: 5, KmsMasterKeyId: false })],
    ['of other words for truth', queue({ FifoQueue: 'yes', SqsManagedSseEnabled: 0 })],
    ['of text that is empty', queue({ DelaySeconds: '', DeduplicationScope: '' })],
    ['of a fraction', queue({ DelaySeconds: 1.5 })],
    [
      'of what functions give',
      lambda({ Timeout: { Ref: 'T' }, Layers: { 'Fn::Split': [',', 'a'] }, VpcConfig: { Ref: 'AWS::NoValue' } }),
    ],
    ['of what is read later', lambda({ Timeout: '{{resolve:ssm:timeout}}', MemorySize: '${Size}' })],
    ['of null', lambda({ Timeout: null })],
    ['of a document', one('AWS::IAM::Role', { AssumeRolePolicyDocument: '{}', Policies: [] })],
    ['of a file of parameters', one('AWS::ApiGateway::RestApi', { Parameters: 's3://a/b' })],
    ['of a path, which packing replaces', one('AWS::Lambda::Function', { Role: 'arn', Code: './src' })],
    ['of a type that is not known', one('AWS::EC2::VPC', { CidrBlock: [] })],
    ['of members that JavaScript has', one('constructor', { Nothing: 1 })],
    ['where a macro makes the template', { ...lambda({ Timeout: 'five' }), Transform: 'Macro' }],
    ['where one of a list of macros makes the value', lambda({ Timeout: 'five', 'Fn::Transform': [{ Name: 'Dur' }] })],
    ['where a macro has its parameters first', lambda({ Timeout: { 'Fn::Transform': { Parameters: {}, Name: 'M' } } })],
    [
      'where the resource is included',
      one('AWS::Lambda::Function', undefined, {
        'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://b/k' } },
      }),
    ],
    ['of other sections of Globals', sam({}, { Nothing: { Timeout: 'five' } })],
  ])('%s', (_, template) => {
    expect([places(template), valueRemarks(template)]).toEqual([[], []]);
  });
});

it('says only where its condition is known what a condition may choose', () => {
  const template: Template = {
    ...queue({ DelaySeconds: { 'Fn::If': ['Long', 5, 'five'] } }),
    Conditions: { Long: { 'Fn::Equals': ['a', 'a'] } },
  };
  expect(valueRemarks(template)).toEqual([
    'DelaySeconds.Fn::If[2] of "It" (AWS::SQS::Queue) is "five", of which CloudFormation cannot make a whole number: correct it, unless its condition never chooses it. (Resources.It.Properties.DelaySeconds.Fn::If[2])',
  ]);
  expect(valueRemarks(template, stacks(template))).toEqual([]);
});

it('refuses what is wrong behind any number of values that are only said', () => {
  const Tags = Array.from({ length: 200 }, () => ({ 'Fn::If': ['C', 1, 2] }));
  expect(places(queue({ Tags, VisibilityTimeout: 'five' }))).toEqual(['VisibilityTimeout']);
});

it('tells a hundred of a resource at most, however many there are', () => {
  expect(valueProblems(queue({ Tags: Array.from({ length: 480_000 }, () => 1) }), 'template.yaml')).toHaveLength(100);
});
