import { describe, expect, it } from 'vitest';
import { compareReleases } from '../../../core/comparison/compare.ts';
import { placesOf } from '../../../core/comparison/differences.ts';
import { compareTemplates } from '../../../core/comparison/templates.ts';
import type { Manifest } from '../../../core/manifest/manifest.ts';
import { makePlan } from '../../../core/release/make-plan.ts';
import type { Plan } from '../../../core/release/plan.ts';
import type { Template } from '../../../core/template/template.ts';
import * as s from '../samples.ts';

const artifact = { bucket: 'b', key: 'orders/1.4.2.zip', versionId: 'v1', size: 1, sha256: s.digest };

function planOf(manifest: Partial<Manifest> = {}, policy: Record<string, unknown> = {}, sha256 = s.digest): Plan {
  const made = makePlan({
    release: s.release,
    artifact: { ...artifact, sha256 },
    manifest: { ...s.manifest, ...manifest },
    policy: s.samplePolicy(policy),
  });
  if ('problems' in made) throw new Error(JSON.stringify(made));
  return made.plan;
}

const bare: Template = { Resources: {} };
const between = (before: Partial<Manifest>, after: Partial<Manifest>, was: Template = bare, is: Template = bare) =>
  compareReleases({ plan: planOf(before), template: was }, { plan: planOf(after), template: is });

describe('parameters', () => {
  const secret = 'correct horse battery staple';
  const Parameters = (more: object = {}) => ({ Level: { Type: 'String', Default: 'INFO' }, ...more });

  it('are compared with the defaults of the templates', () => {
    const given = { parameters: { staging: { Level: 'DEBUG' } } };
    const template = { ...bare, Parameters: Parameters() };
    expect(between({}, given, template, template).parameters).toEqual([
      { environment: 'staging', name: 'Level', before: 'INFO', after: 'DEBUG' },
    ]);
    const other = { ...bare, Parameters: { Level: { Type: 'String', Default: 'WARN' } } };
    expect(between(given, given, template, other).parameters).toEqual([
      { environment: 'production', name: 'Level', before: 'INFO', after: 'WARN' },
    ]);
  });

  it.each([
    ['hidden by its declaration', { Parameters: Parameters({ Password: { Type: 'String', NoEcho: true } }) }],
    [
      'of a property that is a secret',
      {
        Parameters: Parameters({ Password: { Type: 'String' } }),
        Resources: {
          Base: { Type: 'AWS::RDS::DBInstance', Properties: { MasterUserPassword: { Ref: 'Password' } } },
        },
      },
    ],
  ])('show no value that is %s, in either of the templates', (_, hides) => {
    const open = { ...bare, Parameters: Parameters({ Password: { Type: 'String' } }) };
    const given = { parameters: { production: { Password: secret } } };
    const next = { parameters: { production: { Password: '{{resolve:secretsmanager:orders/db}}' } } };
    for (const [was, is] of [
      [{ ...bare, ...hides }, open],
      [open, { ...bare, ...hides }],
    ] as const) {
      const found = between(given, next, was, is);
      expect(JSON.stringify(found)).not.toContain(secret);
      expect(found.parameters).toEqual([
        {
          environment: 'production',
          name: 'Password',
          before: '(hidden)',
          after: '{{resolve:secretsmanager:orders/db}}',
        },
      ]);
    }
  });

  it('name the target where targets differ', () => {
    const targets = [
      { account: '333333333333', region: 'us-east-1' },
      { account: '333333333333', region: 'eu-west-1' },
    ];
    const policy = {
      environments: { staging: { waves: [{ targets: targets.slice(0, 1) }] }, production: { waves: [{ targets }] } },
    };
    const one = { parameters: { 'production/333333333333/eu-west-1': { Level: 'DEBUG' } } };
    const template = { ...bare, Parameters: Parameters() };
    const found = compareReleases({ plan: planOf({}, policy), template }, { plan: planOf(one, policy), template });
    expect(found.parameters).toEqual([
      { environment: 'production', target: '333333333333/eu-west-1', name: 'Level', before: 'INFO', after: 'DEBUG' },
    ]);
  });
});

describe('templates', () => {
  it('differ in places, of which the values are not told', () => {
    const table = (level: string, more: object = {}): Template => ({
      ...bare,
      Resources: {
        Orders: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { KEY: level } }, ...more } },
      },
    });
    const found = compareTemplates(table('sk_live_1'), table('sk_live_2', { MemorySize: 256 }));
    expect(found.resources).toEqual([
      {
        ...{ logicalId: 'Orders', type: 'AWS::Lambda::Function', difference: 'changed', further: 0 },
        places: ['Properties.Environment.Variables.KEY', 'Properties.MemorySize'],
      },
    ]);
    expect(JSON.stringify(found)).not.toContain('sk_live');
  });

  it('differ in a member that is called like one of JavaScript’s own', () => {
    expect(placesOf({}, { constructor: 1, toString: 2 })).toEqual({ places: ['constructor', 'toString'], further: 0 });
  });

  it('count the places that are too many', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, index]));
    expect(placesOf({}, many)).toMatchObject({ places: { length: 20 }, further: 10 });
  });

  it('tell another type, and the members of other sections', () => {
    const [was, is] = ['AWS::SQS::Queue', 'AWS::SNS::Topic'].map((Type) => ({ ...bare, Resources: { One: { Type } } }));
    const found = compareTemplates(
      { ...(was ?? bare), Outputs: { Url: { Value: 1 } }, Transform: 'AWS::Serverless-2016-10-31' },
      { ...(is ?? bare), Outputs: { Url: { Value: 2 }, Arn: { Value: 3 } } },
    );
    expect(found.resources).toMatchObject([{ type: 'AWS::SNS::Topic', formerType: 'AWS::SQS::Queue' }]);
    expect(found.sections).toEqual([
      { section: 'Outputs', name: 'Arn', difference: 'added' },
      { section: 'Outputs', name: 'Url', difference: 'changed' },
      { section: 'Transform', name: 'Transform', difference: 'removed' },
    ]);
  });

  it('tell what is allowed, by statements, managed policies, permissions and SAM’s policies', () => {
    const role = (Action: string, arn: string): Template => ({
      ...bare,
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action, Resource: '*' } } }],
            ManagedPolicyArns: [arn],
          },
        },
        Call: {
          Type: 'AWS::Lambda::Permission',
          Properties: { Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', FunctionName: Action },
        },
        Sam: { Type: 'AWS::Serverless::Function', Properties: { Policies: [{ SQSPollerPolicy: { QueueName: arn } }] } },
      },
    });
    const { permissions } = compareTemplates(role('s3:GetObject', 'arn:a'), role('s3:PutObject', 'arn:b'));
    expect(permissions).toMatchObject([
      { logicalId: 'Call', added: [expect.stringContaining('on s3:PutObject for s3.amazonaws.com')] },
      {
        logicalId: 'Role',
        added: ['Allow to s3:PutObject on *', 'the policy arn:b'],
        removed: ['Allow to s3:GetObject on *', 'the policy arn:a'],
      },
      { logicalId: 'Sam', added: [expect.stringContaining('arn:b')], removed: [expect.stringContaining('arn:a')] },
    ]);
    expect(compareTemplates(role('a', 'b'), role('a', 'b')).permissions).toEqual([]);
  });
});

describe('checks and settings', () => {
  it('are compared by their names, without what is sent', () => {
    const smoke = (payload: string, name = 'ping') => ({
      checks: { smoke: [{ name, invoke: 'Orders', payload: { password: payload } }] },
      alarms: [name],
    });
    const found = between(smoke('hunter1'), smoke('hunter2'));
    expect(found.checks).toEqual([
      { kind: 'smoke', name: 'ping', difference: 'changed', places: ['payload.password'], further: 0 },
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter');
    expect(between(smoke('x'), smoke('x', 'pong')).checks).toMatchObject([
      { kind: 'smoke', name: 'pong', difference: 'added' },
      { kind: 'smoke', name: 'ping', difference: 'removed' },
      { kind: 'alarm', name: 'pong', difference: 'added' },
      { kind: 'alarm', name: 'ping', difference: 'removed' },
    ]);
  });

  it('tell what manifest and policy decide otherwise', () => {
    const before = { plan: planOf(), template: bare };
    const later = planOf({ rollout: { staging: 'Linear10PercentEvery1Minute' } }, {}, 'b'.repeat(64));
    const found = compareReleases(before, { plan: later, template: bare });
    expect(found.sameArtifact).toBe(false);
    expect(found.settings).toEqual([
      { environment: 'staging', setting: 'rollout', before: 'AllAtOnce', after: 'Linear10PercentEvery1Minute' },
    ]);
    expect(compareReleases(before, before)).toMatchObject({ sameArtifact: true, settings: [], checks: [] });
  });
});
