import { describe, expect, it } from 'vitest';
import { judgeByPolicy } from '../../../core/release/judge.ts';
import { readinessOf, remarksOn } from '../../../core/release/readiness.ts';
import type { Template } from '../../../core/template/template.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
const judged = (template: Template | undefined, changes: object = {}, policy = samplePolicy()) =>
  judgeByPolicy({ release, artifact, manifest: { ...manifest, ...changes }, policy, template });

const role = { Type: 'AWS::IAM::Role', Properties: {} };
const template: Template = { Resources: { One: role, Two: role, Jobs: { Type: 'AWS::SQS::Queue', Properties: {} } } };
const named: Template = { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } } } };

describe('an artifact by a policy', () => {
  it('is judged by its template also where it fits the policy in no way', () => {
    const { plan, problems, inTargets } = judged(named, { rollout: { moon: 'AllAtOnce' } });
    expect(plan?.environments).toHaveLength(2);
    expect(problems.map(({ code }) => code)).toEqual(['plan.environment-unknown']);
    expect(inTargets.map(({ problem }) => problem.code)).toEqual(['template.name-not-granted']);
  });

  it('of a service that the policy does not have has nothing to be judged by', () => {
    const found = judged(named, { service: 'others' });
    expect(found).toMatchObject({ problems: [{ code: 'plan.service-unknown', who: 'platform' }], inTargets: [] });
    expect(readinessOf(found, named)).toEqual([]);
  });

  it('without a template that can be read is judged by its manifest', () => {
    expect(judged(undefined)).toMatchObject({ problems: [], inTargets: [] });
  });
});

describe('what is told of each target', () => {
  const by = (given: Template, changes: Record<string, unknown> = {}) =>
    readinessOf(judged(given, {}, samplePolicy(changes)), given).map((one) => ({
      ...one,
      boundary: one.boundary?.slice(-30),
    }));

  it('is its stack, its boundary, and how much is in the way', () => {
    const { account, region } = { account: '222222222222', region: 'us-east-1' };
    expect(by(template)[0]).toEqual({
      ...{ environment: 'staging', account, region, obstacles: 0, bounded: 2 },
      ...{ stack: 'sluice-orders-staging', stackByPolicy: false },
      boundary: 'target-boundary-us-east-1-orders'.slice(-30),
    });
    expect(by(named).map(({ obstacles, bounded }) => [obstacles, bounded])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it('is what the policy says', () => {
    const services = {
      orders: { environments: ['staging', 'production'], stack: 'orders-{environment}', names: ['jobs'] },
    };
    const execution = { '333333333333/us-east-1': { boundary: 'none' } };
    expect(by(template, { services, execution })[1]).toEqual({
      ...{ environment: 'production', account: '333333333333', region: 'us-east-1', obstacles: 0, bounded: 0 },
      ...{ stack: 'orders-production', stackByPolicy: true },
    });
    expect(by(named, { services })[0]?.obstacles).toBe(0);
  });
});

describe('what is to be known besides', () => {
  const said = (given: Template, changes: Record<string, unknown> = {}, of: object = {}) => {
    const { plan } = judged(given, of, samplePolicy(changes));
    if (plan === undefined) throw new Error('no plan');
    return remarksOn(plan, given, '2026-11-20T10:00:00.000Z');
  };

  it('is that a runtime is closed', () => {
    const Old = { Type: 'AWS::Lambda::Function', Properties: { Runtime: 'nodejs16.x' } };
    const told = said({ ...template, Resources: { ...template.Resources, Old } });
    expect(told).toContainEqual(expect.stringMatching(/^Old: Lambda makes no function with the runtime nodejs16\.x/));
  });

  it('is nothing where everything is known', () => {
    expect(said(template)).toEqual([]);
  });

  it('is what a transform makes', () => {
    expect(said({ ...template, Transform: 'AWS::Serverless-2016-10-31' })).toEqual([
      'What AWS::Serverless-2016-10-31 makes of the template is known to CloudFormation alone. Checked is what the template says itself; what is added to it – roles, permissions, parts of APIs – is judged when each target is prepared, before anything is changed there.',
    ]);
    const part = { Type: 'AWS::SNS::Topic', Properties: { 'Fn::Transform': { Name: 'Macro', Parameters: {} } } };
    const [found] = said({ Transform: ['One', { Name: 'Two' }], Resources: { part } });
    expect(found).toMatch(/^What One and Two and Macro makes/);
  });

  it('is what others let CloudFormation do', () => {
    const execution = { '333333333333/us-east-1': { managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'] } };
    expect(said(template, { execution })).toEqual([
      'In production 333333333333/us-east-1 the policy lets CloudFormation act by policies or a role of the platform team’s: which types of resources these allow is not checked.',
    ]);
  });

  it('is a parameter that only a stack that is there can have a value for', () => {
    const Parameters = {
      SluiceAssetBucket: { Type: 'String' },
      Stage: { Type: 'String' },
      Level: { Type: 'String', Default: 'INFO' },
    };
    const parameters = { production: { Stage: 'production' } };
    const services = { orders: { environments: ['staging', 'production'], stack: 'orders-{environment}' } };
    expect(said({ ...template, Parameters }, { services }, { parameters })).toEqual([
      'The manifest gives the parameter Stage no value for staging, and it has no default: a first release fails there without it. Add it to "parameters.staging"; a stack that is there already keeps what it has.',
    ]);
    const two = { ...Parameters, Other: { Type: 'String' } };
    expect(said({ ...template, Parameters: two }, { services })[1]).toContain(
      'gives the parameters Stage and Other no value for production, and they have',
    );
    // Of a stack that Sluice made, that is an obstacle; but a value that nobody can read may be left out of a later manifest.
    const Password = { Type: 'String', NoEcho: true };
    expect(said({ ...template, Parameters: { ...Parameters, Password } })[0]).toContain(
      'gives the parameter Password no value',
    );
  });

  it('is what moves all at once, where that is not refused', () => {
    const one = { Resources: { Orders: { Type: 'AWS::Lambda::Function', Properties: {} } } };
    expect(said(one)).toEqual(['No alias guards Orders: in staging and production it moves all at once.']);
    const two = { Resources: { ...one.Resources, Other: one.Resources.Orders } };
    expect(said(two)).toEqual(['No alias guards Orders and Other: in staging and production they move all at once.']);
    const Url = { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Orders' }, AuthType: 'NONE' } };
    expect(said({ Resources: { ...two.Resources, Url } })).toEqual([
      'No alias guards Orders: in staging it moves all at once.',
      'No alias guards Other: in staging and production it moves all at once.',
    ]);
    const { environments } = samplePolicy();
    const warned = { ...environments, production: { ...environments['production'], unguarded: 'warn' } };
    expect(said({ Resources: { ...two.Resources, Url } }, { environments: warned })).toEqual([
      'No alias guards Orders and Other: in staging and production they move all at once.',
    ]);
    // Orders cannot be guarded, for its function URL would get another address: that is told as an obstacle.
    expect(said({ Resources: { ...two.Resources, Url } }, {}, { guard: ['Orders'] })).toEqual([
      'No alias guards Other: in staging and production it moves all at once.',
    ]);
  });
});
