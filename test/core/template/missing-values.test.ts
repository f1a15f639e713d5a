import { describe, expect, it } from 'vitest';
import { judgeByPolicy } from '../../../core/release/judge.ts';
import { missingValueProblems } from '../../../core/template/missing-values.ts';
import { stacksOf } from '../../../core/template/target-problem.ts';
import type { Template } from '../../../core/template/template.ts';
import { digest, manifest, production, release, samplePolicy, staging } from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
const template: Template = {
  Parameters: {
    SluiceAssetBucket: { Type: 'String' },
    Level: { Type: 'String', Default: '' },
    Stage: { Type: 'String' },
    Vpc: { Type: 'AWS::SSM::Parameter::Value<String>' },
    Password: { Type: 'String', NoEcho: true },
  },
  Resources: { Jobs: { Type: 'AWS::SQS::Queue' } },
};

/** What is told, with where it is and of which targets. */
function told(
  isNew: boolean | undefined,
  parameters: Record<string, Record<string, string>> = {},
  policy: Record<string, unknown> = {},
) {
  const { plan } = judgeByPolicy({
    ...{ release, artifact, template, manifest: { ...manifest, parameters }, policy: samplePolicy(policy) },
  });
  if (plan === undefined) throw new Error('no plan');
  return missingValueProblems(stacksOf(template, plan), 'orders', () => isNew).map(({ problem, targets }) => [
    problem.path,
    /The parameters? (.*) of the template/.exec(problem.message)?.[1],
    targets.join(),
  ]);
}

describe('parameters without any value', () => {
  const inStaging = `staging ${staging}`;
  const inProduction = `production ${production}`;

  it('keep a release from where nothing is yet, said once of all environments that have the same', () => {
    expect(told(true)).toEqual([['parameters', 'Stage, Vpc and Password', `${inStaging},${inProduction}`]]);
    expect(told(true, { staging: { Stage: 's' } })).toEqual([
      ['parameters.staging', 'Vpc and Password', inStaging],
      ['parameters.production', 'Stage, Vpc and Password', inProduction],
    ]);
    expect(told(true, { staging: { Stage: 's', Vpc: '/vpc', Password: '{{resolve:ssm-secure:/p}}' } })).toEqual([
      ['parameters.production', 'Stage, Vpc and Password', inProduction],
    ]);
  });

  it('are told of each target by itself', () => {
    const all = { Stage: 's', Vpc: '/vpc', Password: 'x' };
    const two = {
      waves: [
        {
          targets: [
            { account: '222222222222', region: 'us-east-1' },
            { account: '222222222222', region: 'eu-west-1' },
          ],
        },
      ],
    };
    const environments = { staging: two, production: two };
    const parameters = {
      production: all,
      [`staging/${staging}`]: all,
      'staging/222222222222/eu-west-1': { Stage: 's', Vpc: '/v' },
    };
    expect(told(true, parameters, { environments })).toEqual([
      ['parameters.staging', 'Password', 'staging 222222222222/eu-west-1'],
    ]);
  });

  it('may be hidden ones that a stack has, where nobody knows whether one is there', () => {
    expect(told(undefined).map(([, names]) => names)).toEqual(['Stage and Vpc']);
  });

  it('are what a stack has that is there, or may have been there before Sluice', () => {
    expect(told(false)).toEqual([]);
    const services = { orders: { environments: ['staging', 'production'], stack: 'orders-{environment}' } };
    expect([told(true, {}, { services }), told(undefined, {}, { services })]).toEqual([[], []]);
  });
});
