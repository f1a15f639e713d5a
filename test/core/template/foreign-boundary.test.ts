import { describe, expect, it } from 'vitest';
import { boundaryOf } from '../../../core/policy/execution.ts';
import { boundaryProblems, foreignBoundaries } from '../../../core/template/foreign-boundary.ts';
import type { Template } from '../../../core/template/template.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const target = { account: '222222222222', region: 'us-east-1' };
const orders = { entry: 'orders', executions: {}, parameters: {} };
const own = boundaryOf(orders, target) ?? '';

function bounded(PermissionsBoundary: unknown, Type = 'AWS::IAM::Role'): Template {
  return {
    Parameters: { Boundary: { Type: 'String', Default: own }, Bare: { Type: 'String' }, Odd: 'no parameter' },
    Resources: { Role: { Type, Properties: { PermissionsBoundary } }, Queue: { Type: 'AWS::SQS::Queue' } },
  };
}

const named = (value: unknown, parameters = {}, Type?: string, executions = {}): string[] =>
  foreignBoundaries(bounded(value, Type), target, { ...orders, parameters, executions }).map(
    ({ sentence }) => sentence,
  );

describe('the boundary that a template names', () => {
  it.each([
    own,
    { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/sluice-target-boundary-${AWS::Region}-orders' },
    { Ref: 'Boundary' },
    // What is worked out by CloudFormation alone is looked at by CloudFormation alone.
    { Ref: 'Bare' },
    { 'Fn::If': ['A', 'arn:aws:iam::222222222222:policy/own', { Ref: 'AWS::NoValue' }] },
    undefined,
  ])('may be the target’s: %j', (value) => {
    expect(named(value)).toEqual([]);
  });

  it('may be no other', () => {
    const [sentence = ''] = named('arn:aws:iam::aws:policy/ReadOnlyAccess');
    expect(sentence).toBe(
      `"Role" (AWS::IAM::Role) names the permissions boundary arn:aws:iam::aws:policy/ReadOnlyAccess, but in 222222222222/us-east-1 it has to be ${own}: remove PermissionsBoundary from it, Sluice adds the right one.`,
    );
    expect(named({ Ref: 'Boundary' }, { Boundary: 'arn:aws:iam::222222222222:policy/own' })).toHaveLength(1);
    expect(named({ 'Fn::Sub': '${Boundary}-2' })).toHaveLength(1);
    expect(named('arn:aws:iam::222222222222:policy/own', {}, 'AWS::Serverless::Function')).toHaveLength(1);
  });

  it('is what the policy says of the target', () => {
    const wants = (boundary: string) => ({ '222222222222/us-east-1': { boundary } });
    const organisation = 'arn:aws:iam::222222222222:policy/organisation';
    expect(named(organisation, {}, undefined, wants(organisation))).toEqual([]);
    expect(named(own, {}, undefined, wants(organisation))[0]).toContain(`it has to be ${organisation}`);
    expect(named(organisation, {}, undefined, wants('none'))).toEqual([]);
  });

  it('has to be right in every target: told once, for the first where it is not', () => {
    const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
    const made = makePlan({ release, artifact, manifest, policy: samplePolicy() });
    if ('problems' in made) throw new Error('no plan');
    const problems = boundaryProblems(bounded(own), made.plan);
    expect(problems).toMatchObject([
      {
        problem: {
          ...{ code: 'template.boundary-foreign', path: 'template.json' },
          places: ['Resources.Role.Properties.PermissionsBoundary'],
        },
        targets: ['production 333333333333/us-east-1'],
      },
    ]);
    expect(problems[0]?.problem.message).toContain('333333333333/');
    expect(boundaryProblems(bounded(undefined), made.plan)).toEqual([]);
  });

  it('is read with the parameters of each target', () => {
    const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
    const policy = {
      ...samplePolicy(),
      services: samplePolicy({ services: { orders: { environments: ['staging'] } } }).services,
    };
    const planned = (parameters: Record<string, Record<string, string>>) =>
      makePlan({ release, artifact, manifest: { ...manifest, parameters }, policy });
    const [right, wrong] = [
      planned({ 'staging/222222222222/us-east-1': { Bare: own } }),
      planned({
        staging: { Bare: own },
        'staging/222222222222/us-east-1': { Bare: 'arn:aws:iam::222222222222:policy/own' },
      }),
    ].map((made) => ('plan' in made ? boundaryProblems(bounded({ Ref: 'Bare' }), made.plan).length : 'no plan'));
    expect([right, wrong]).toEqual([0, 1]);
  });
});
