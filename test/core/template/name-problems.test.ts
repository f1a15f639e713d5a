import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../core/policy/policy.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import { type Plan } from '../../../core/release/plan.ts';
import { nameProblems } from '../../../core/template/name-problems.ts';
import { namedTypes, namingProperties } from '../../../core/template/resource-names.ts';
import { identityKinds, resourceKinds } from '../../../core/template/resource-kinds.ts';
import { stacksOf } from '../../../core/template/target-problem.ts';
import type { Template } from '../../../core/template/template.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';
import { namesFor } from './names-for.ts';

function planOf(policy: Policy, parameters: Record<string, Record<string, string>> = {}): Plan {
  const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
  const made = makePlan({ release, artifact, manifest: { ...manifest, parameters }, policy });
  if ('problems' in made) throw new Error(JSON.stringify(made.problems));
  return made.plan;
}

const sampled = samplePolicy();

/** What is said of the names of a template. */
function said(template: Template, policy = sampled, parameters: Record<string, Record<string, string>> = {}) {
  return nameProblems(stacksOf(template, planOf(policy, parameters)), policy, manifest);
}

/** What is said of one property of one resource. */
const of = (Type: string, Properties: Record<string, unknown>, policy = sampled) =>
  said({ Resources: { One: { Type, Properties } } }, policy);

describe('a name that the policy does not give the service', () => {
  it('is told of schedules, too, that SAM’s transform names after their events', () => {
    const nightly = (Properties: object) =>
      of('AWS::Serverless::Function', { Events: { Nightly: { Type: 'ScheduleV2', Properties } } });
    const [told, ...others] = nightly({ ScheduleExpression: 'rate(1 day)' });
    expect(others).toEqual([]);
    expect(told?.problem.message).toContain(
      '"OneNightly" (AWS::Scheduler::Schedule) is called "OneNightly" in staging',
    );
    expect(told?.problem.places).toEqual(['Resources.One.Properties.Events.Nightly.Properties.Name']);
    const remedy = 'leave Name out and set "OmitName: true", or begin it with the stack’s name';
    expect(told?.problem.message).toContain(remedy);
    expect(nightly({ Name: 'nightly' })[0]?.problem.message).toContain(remedy);
    expect(nightly({ OmitName: true })).toEqual([]);
    expect(nightly({ Name: { 'Fn::Sub': '${AWS::StackName}-nightly' } })).toEqual([]);
    expect(of('AWS::Serverless::Function', { Events: { Daily: { Type: 'Schedule' } } })).toEqual([]);
  });

  it('is told with all environments, what it may be called, the place, and who can mend it', () => {
    expect(of('AWS::SQS::Queue', { QueueName: 'jobs' })).toEqual([
      {
        problem: {
          code: 'template.name-not-granted',
          path: 'template.json',
          message:
            '"One" (AWS::SQS::Queue) is called "jobs" in staging and production, where the policy lets what belongs to orders be called sluice-orders-staging-* and sluice-orders-production-*: leave QueueName out, or begin it with the stack’s name (!Sub "${AWS::StackName}-…"); or ask the platform team for a name or pattern in "services.orders.names" that covers it.',
          places: ['Resources.One.Properties.QueueName'],
          who: 'either',
        },
        targets: ['staging 222222222222/us-east-1', 'production 333333333333/us-east-1'],
      },
    ]);
  });

  it('is known through parameters, for each environment', () => {
    const template = {
      Parameters: { Stage: { Type: 'String', Default: 'none' } },
      Resources: {
        One: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': 'sluice-orders-${Stage}-jobs' } } },
      },
    };
    const own = { staging: { Stage: 'staging' }, production: { Stage: 'production' } };
    expect(said(template, sampled, own)).toEqual([]);
    const other = { Resources: { One: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Stage' } } } } };
    const given = { staging: { Stage: 'sluice-orders-staging-x' }, production: { Stage: 'jobs' } };
    const [found, ...more] = said({ ...template, ...other }, sampled, given);
    expect(found?.targets).toEqual(['production 333333333333/us-east-1']);
    expect(found?.problem.message).toContain('is called "jobs" in production, where');
    expect(more).toEqual([]);
  });

  it('is left alone where nobody knows it, where it may not be made, and where the role is the platform team’s', () => {
    expect(of('AWS::SQS::Queue', { QueueName: { 'Fn::ImportValue': 'x' } })).toEqual([]);
    const conditional = { Type: 'AWS::SQS::Queue', Condition: 'Never', Properties: { QueueName: 'jobs' } };
    expect(said({ Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } }, Resources: { conditional } })).toEqual([]);
    const role = 'arn:aws:iam::333333333333:role/own';
    const execution = { '333333333333/us-east-1': { role } };
    const [found] = of('AWS::SQS::Queue', { QueueName: 'jobs' }, samplePolicy({ execution }));
    expect(found?.targets).toEqual(['staging 222222222222/us-east-1']);
    const managed = { '333333333333/us-east-1': { managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'] } };
    expect(of('AWS::SQS::Queue', { QueueName: 'jobs' }, samplePolicy({ execution: managed }))[0]?.targets).toHaveLength(
      2,
    );
  });

  it('passes where CloudFormation cuts the stack’s name', () => {
    const services = { orders: { environments: ['staging'], stack: 'a-very-long-name-of-a-stack-{environment}' } };
    const policy = samplePolicy({ services });
    const QueueName = 'a-very-long-name-of-a-st-Jobs-ABCDEFGHIJKL';
    expect(of('AWS::SQS::Queue', { QueueName }, policy)).toEqual([]);
  });

  it('is any, of an entry that the policy does not have any more', () => {
    const template = { Resources: { One: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'x' } } } };
    const stacks = stacksOf(template, planOf(sampled));
    expect(nameProblems(stacks, { services: {}, environments: {} }, manifest)).toHaveLength(1);
  });

  it('passes where the policy has it', () => {
    const services = { orders: { environments: ['staging', 'production'], names: ['jobs', 'orders-*'] } };
    const policy = samplePolicy({ services });
    expect(of('AWS::SQS::Queue', { QueueName: 'jobs' }, policy)).toEqual([]);
    expect(of('AWS::SQS::Queue', { QueueName: 'orders-x' }, policy)).toEqual([]);
    expect(of('AWS::S3::Bucket', { BucketName: 'orders-x' }, policy)).toEqual([]);
    expect(of('AWS::SQS::Queue', { QueueName: 'other' }, policy)[0]?.problem.message).toContain(
      'be called sluice-orders-staging-*, jobs, orders-* and sluice-orders-production-*:',
    );
  });

  it('of a function has to be one of the service’s own, because sessions look at it', () => {
    const policy = samplePolicy({ services: { '*': { environments: ['staging', 'production'] } } });
    const name = { FunctionName: 'sluice-baskets-staging-x' };
    expect(of('AWS::Lambda::Function', name, policy)).toHaveLength(1);
    expect(of('AWS::SQS::Queue', { QueueName: 'sluice-baskets-staging-x' }, policy)).toEqual([]);
  });

  it('of a role may have no path, whoever asks', () => {
    const [found, ...more] = of('AWS::IAM::Role', {
      Path: '/sluice-orders-staging-x/',
      RoleName: { Ref: 'AWS::NoValue' },
    });
    expect(found?.problem).toEqual({
      code: 'template.name-not-granted',
      path: 'template.json',
      message:
        '"One" (AWS::IAM::Role) has the path "/sluice-orders-staging-x/": what is called behind a path could be anybody’s, so none is granted but "/": leave Path out.',
      places: ['Resources.One.Properties.Path'],
    });
    expect(more).toEqual([]);
    expect(of('AWS::IAM::Role', { Path: '/' })).toEqual([]);
  });
});

const onlyStaging = samplePolicy({ services: { orders: { environments: ['staging'] } } });

describe('each type whose names count', () => {
  const properties = namedTypes.flatMap((type) =>
    namingProperties({ Type: type }).map(({ property }) => [type, property] as const),
  );

  it.each(properties)('%s by its %s', (type, property) => {
    const [fits, doesNot] = namesFor(type, property);
    expect(of(type, { [property]: fits }, onlyStaging)).toEqual([]);
    expect(of(type, { [property]: doesNot }, onlyStaging).map(({ problem }) => problem.places)).toEqual([
      [`Resources.One.Properties.${property}`],
    ]);
  });

  it('is on the list of what may be made, and every type on it that has a name is among them', () => {
    const kinds = [...resourceKinds, ...identityKinds];
    const types = kinds.flatMap((kind) => kind.types);
    expect(namedTypes.filter((type) => !types.includes(type))).toEqual([]);
    const bearing = kinds.filter(({ grants }) =>
      grants.some(({ resources }) => resources.some((one) => one.includes('{name}'))),
    );
    expect(bearing.flatMap((kind) => kind.types).filter((type) => !namedTypes.includes(type))).toEqual(nameless);
  });

  it('belongs to functions of its own, and so does what a team makes up', () => {
    const byArn = (FunctionName: string) => of('AWS::Lambda::Permission', { FunctionName }, onlyStaging).length;
    const arn = 'arn:aws:lambda:us-east-1:222222222222:function:';
    expect([`${arn}sluice-orders-staging-x:live`, `${arn}x`, '222222222222:function:x:live'].map(byArn)).toEqual([
      0, 1, 1,
    ]);
    expect(of('AWS::Lambda::Function', { Role: 'x' }, onlyStaging)).toEqual([]);
    const tokens = ['arn:aws:lambda:us-east-1:222222222222:function:x', 'arn:aws:sns:us-east-1:222222222222:x', 'x'];
    const found = tokens.map((ServiceToken) => of('Custom::Thing', { ServiceToken }, onlyStaging).length);
    expect(found).toEqual([1, 0, 0]);
  });
});

/** They are parts of something else, or called by AWS. */
const nameless = [
  'Custom::*',
  'AWS::CodeDeploy::DeploymentGroup',
  ...['AWS::SQS::QueuePolicy', 'AWS::SQS::QueueInlinePolicy'],
  ...['AWS::SNS::TopicPolicy', 'AWS::SNS::TopicInlinePolicy', 'AWS::SNS::Subscription'],
  'AWS::Events::EventBusPolicy',
  ...['AWS::StepFunctions::StateMachineAlias', 'AWS::StepFunctions::StateMachineVersion'],
  'AWS::S3::BucketPolicy',
  'AWS::Kinesis::StreamConsumer',
  ...['AWS::SecretsManager::ResourcePolicy', 'AWS::SecretsManager::RotationSchedule'],
  'AWS::KMS::Key',
  ...['AWS::Logs::LogStream', 'AWS::Logs::MetricFilter', 'AWS::Logs::SubscriptionFilter'],
  ...['AWS::IAM::RolePolicy', 'AWS::IAM::Policy'],
];
