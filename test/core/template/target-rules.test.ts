import { describe, expect, it } from 'vitest';
import type { Executions } from '../../../core/policy/execution.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import { environmentOf, type Plan } from '../../../core/release/plan.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { processedProblems as problemsAfter, targetProblems } from '../../../core/template/target-rules.ts';
import type { Template } from '../../../core/template/template.ts';
import { digest, manifest, release, samplePolicy } from '../samples.ts';

const template = { Resources: { Cluster: { Type: 'AWS::EKS::Cluster' } } };
const managed = { managedPolicies: ['arn:aws:iam::aws:policy/PowerUserAccess'] };

function planWith(execution: Executions): Plan {
  const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
  const made = makePlan({ release, artifact, manifest, policy: { ...samplePolicy(), execution } });
  if ('problems' in made) throw new Error('no plan');
  return made.plan;
}

const judged = (plan: Plan, judgedTemplate: Template = template) =>
  targetProblems(judgedTemplate, plan, samplePolicy());
const processedProblems = (...given: Parameters<typeof problemsAfter>) =>
  problemsAfter(...given).map(({ message }) => message);
const targetsOf = ({ environments }: Plan) => environments.flatMap(({ waves }) => waves.flat());
const everywhere = (execution: typeof managed) =>
  Object.fromEntries(targetsOf(planWith({})).map(({ account, region }) => [`${account}/${region}`, execution]));

describe('a kind of resource that the built-in list does not have', () => {
  it('is refused as soon as one target goes by the list', () => {
    expect(judged(planWith({})).map(({ problem }) => problem.code)).toEqual(['template.kind-not-granted']);
    expect(judged(planWith(everywhere(managed)))).toEqual([]);
    const [first] = targetsOf(planWith({}));
    const all = Object.entries(everywhere(managed));
    const but = Object.fromEntries(all.filter(([name]) => name !== `${first?.account}/${first?.region}`));
    expect(judged(planWith(but))).toHaveLength(1);
  });

  it('is told of in the target where a transform makes it', () => {
    const [first] = targetsOf(planWith({}));
    if (first === undefined) throw new Error('no target');
    const said = (plan: Plan) => processedProblems(template, first, environmentOf(plan, 'staging'), manifest);
    expect(said(planWith({}))).toEqual([expect.stringContaining('AWS::EKS::Cluster')]);
    expect(said(planWith(everywhere(managed)))).toEqual([]);
  });

  it('is told of with a boundary that only the transform shows to be another', () => {
    const [first] = targetsOf(planWith({}));
    if (first === undefined) throw new Error('no target');
    const Properties = { PermissionsBoundary: 'arn:aws:iam::222222222222:policy/ours' };
    const role = { Resources: { Role: { Type: 'AWS::IAM::Role', Properties } } };
    expect(processedProblems(role, first, environmentOf(planWith({}), 'staging'), manifest)).toEqual([
      expect.stringContaining('arn:aws:iam::222222222222:policy/ours'),
    ]);
  });
});

describe('a connection of another stack', () => {
  const ConnectionArn = 'arn:aws:events:us-east-1:222222222222:connection/others/1';
  const others = { Resources: { Send: { Type: 'AWS::Events::ApiDestination', Properties: { ConnectionArn } } } };

  it('is refused where the built-in role makes resources, before a transform and after it', () => {
    const [first] = targetsOf(planWith({}));
    if (first === undefined) throw new Error('no target');
    const after = (plan: Plan) => processedProblems(others, first, environmentOf(plan, 'staging'), manifest);
    expect(judged(planWith({}), others).map(({ problem }) => problem.code)).toEqual(['template.connection-foreign']);
    expect(after(planWith({}))).toEqual([expect.stringContaining(ConnectionArn)]);
    expect([judged(planWith(everywhere(managed)), others), after(planWith(everywhere(managed)))]).toEqual([[], []]);
  });
});

describe('a route in the API of another stack', () => {
  const route = { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Shared' } } };
  const withRoute = { Parameters: { Shared: { Type: 'String' } }, Resources: { Route: route } };
  const apart: NonNullable<Manifest['parameters']> = {
    staging: { Shared: 'aaaaaaaaaa' },
    production: { Shared: 'bbbbbbbbbb' },
  };
  const planOf = (sharedApis?: string[], parameters = apart): Plan => {
    const policy = samplePolicy({
      services: { '*': { environments: ['staging', 'production'], ...(sharedApis && { sharedApis }) } },
    });
    const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
    const made = makePlan({ release, artifact, manifest: { ...manifest, parameters }, policy });
    if ('problems' in made) throw new Error(JSON.stringify(made.problems));
    return made.plan;
  };
  const told = (plan: Plan): string[] => judged(plan, withRoute).map(({ problem }) => problem.message);

  it('is refused unless the policy names the API of each environment', () => {
    expect(told(planOf(['aaaaaaaaaa', 'bbbbbbbbbb']))).toEqual([]);
    expect(told(planOf(['aaaaaaaaaa']))).toEqual([expect.stringMatching(/"bbbbbbbbbb".*"services\.\*\.sharedApis"/)]);
    expect(told(planOf())).toHaveLength(2);
  });

  it('is refused where only one target names another API', () => {
    const where = 'production/333333333333/us-east-1';
    const shared = { staging: { Shared: 'aaaaaaaaaa' }, production: { Shared: 'aaaaaaaaaa' } };
    expect(told(planOf(['aaaaaaaaaa'], shared))).toEqual([]);
    const other = { ...shared, [where]: { Shared: 'bbbbbbbbbb' } };
    expect(told(planOf(['aaaaaaaaaa'], other))).toEqual([expect.stringContaining('"bbbbbbbbbb"')]);
  });

  it('is told of in the target where a transform makes it', () => {
    const plan = planOf(['aaaaaaaaaa']);
    const [target] = targetsOf(plan);
    if (target === undefined) throw new Error('no target');
    const said = (name: string) => processedProblems(withRoute, target, environmentOf(plan, name), manifest);
    expect([said('staging').length, said('production').length]).toEqual([0, 1]);
  });
});
