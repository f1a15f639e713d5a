import { describe, expect, it } from 'vitest';
import { makePlan } from '../../../../core/release/make-plan.ts';
import { environmentOf, type Plan } from '../../../../core/release/plan.ts';
import { processedProblems, targetProblems } from '../../../../core/template/target-rules.ts';
import type { Template } from '../../../../core/template/template.ts';
import { digest, manifest, release, samplePolicy } from '../../samples.ts';

const target = { account: '333333333333', region: 'us-east-1' };

/** A plan in which production is as the fields say. */
function planWith(production: Record<string, unknown>): Plan {
  const waves = [{ targets: [target] }];
  const policy = samplePolicy({
    services: { orders: { environments: ['production'] } },
    environments: { production: { waves, ...production } },
  });
  const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 10, sha256: digest };
  const made = makePlan({ release, artifact, manifest, policy });
  if ('problems' in made) throw new Error('no plan');
  return made.plan;
}

const demanded = { rollout: { atLeast: 'Canary10Percent5Minutes' } };
const open: Template = {
  Resources: {
    Orders: { Type: 'AWS::Lambda::Function', Properties: {} },
    Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Orders' } } },
  },
};

const early = (production: Record<string, unknown>, template = open) =>
  targetProblems(template, planWith(production), samplePolicy()).map(
    ({ problem: { code, message } }) => `${code} ${message}`,
  );
const late = (production: Record<string, unknown>, template = open) =>
  processedProblems(template, target, environmentOf(planWith(production), 'production'), manifest).map(
    ({ message }) => message,
  );

describe('a way in around the rollout', () => {
  const sentence =
    /^No alias guards the function Orders, to which Url \(AWS::Lambda::Url\) leads: .* The policy demands a rollout in production: where it says "unguarded": "warn" for an environment, this is only told\.$/;

  it('is refused where the policy demands one, with who can let it pass', () => {
    const [problem, ...others] = early(demanded);
    expect(problem?.replace('template.unguarded ', '')).toMatch(sentence);
    expect(others).toEqual([]);
    expect(late(demanded).join(' ')).toMatch(sentence);
  });

  it.each([
    ['nothing is demanded', {}],
    ['everything may move at once', { rollout: { atLeast: 'AllAtOnce' } }],
    ['the policy only warns', { ...demanded, unguarded: 'warn' }],
  ])('passes where %s', (_, production) => {
    expect(early(production)).toEqual([]);
    expect(late(production)).toEqual([]);
  });

  it('is refused where the policy says so without demanding a rollout', () => {
    expect(early({ unguarded: 'refuse' })).toHaveLength(1);
    expect(late({ unguarded: 'refuse' })).toHaveLength(2);
  });

  it('is judged before SAM’s transform, and not before one that nobody knows', () => {
    const Api: Template['Resources'][string] = {
      Type: 'AWS::Serverless::Function',
      Properties: { Events: { Get: { Type: 'HttpApi' } } },
    };
    const sam = { Transform: 'AWS::Serverless-2016-10-31', Resources: { Api } };
    expect(early(demanded, sam)).toEqual([
      expect.stringContaining('No alias guards the function Api, to which Api (AWS::Serverless::Function) leads'),
    ]);
    const withAlias = { ...sam, Globals: { Function: { AutoPublishAlias: 'live' } } };
    expect(early(demanded, withAlias)).toEqual([]);
    expect(early(demanded, { ...sam, Transform: [sam.Transform, 'TeamMacro'] })).toEqual([]);
    expect(early(demanded, { ...sam, Transform: { Name: 'AWS::Include' } })).toEqual([]);
  });

  it('passes where every way leads to the alias', () => {
    const guarded = {
      Resources: {
        ...open.Resources,
        Live: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: { Ref: 'Orders' }, FunctionVersion: '1', Name: 'live' },
        },
        Url: {
          Type: 'AWS::Lambda::Url',
          Properties: { TargetFunctionArn: { Ref: 'Orders' }, Qualifier: 'live' },
        },
      },
    };
    expect(early(demanded, guarded)).toEqual([]);
    expect(late(demanded, guarded)).toEqual([]);
  });
});
