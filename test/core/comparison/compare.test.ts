import { describe, expect, it } from 'vitest';
import { compareReleases } from '../../../core/comparison/compare.ts';
import { describeComparison } from '../../../core/contract/api/comparison.ts';
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

  it('are told by their names alone where one of the templates cannot be read', () => {
    const given = (Level: string) => planOf({ parameters: { staging: { Level } } });
    const read = { plan: given('INFO'), template: { ...bare, Parameters: Parameters() } };
    const unread = { plan: given('DEBUG'), template: { unreadable: 'It is gone.' } };
    const hidden = { environment: 'staging', name: 'Level', before: '(hidden)', after: '(hidden)' };
    expect(compareReleases(read, unread).parameters).toContainEqual(hidden);
    expect(compareReleases(unread, read).parameters).toContainEqual(hidden);
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

describe('a release that goes elsewhere than another', () => {
  const wide = planOf();
  const narrow = planOf({}, { services: { orders: { environments: ['production'] } } });
  const Parameters = { Level: { Type: 'String', Default: 'INFO' } };
  const given = (plan: Plan, level = 'INFO') => ({
    plan,
    template: { ...bare, Parameters: { Level: { ...Parameters.Level, Default: level } } },
  });

  it('has the settings of an environment, and no parameters that differ, where the other does not come', () => {
    const { parameters, settings } = compareReleases(given(narrow), given(wide, 'WARN'));
    expect(parameters).toEqual([{ environment: 'production', name: 'Level', before: 'INFO', after: 'WARN' }]);
    expect(settings).toContainEqual({ setting: 'environments', before: 'production', after: 'staging, production' });
    expect(settings).toContainEqual({ environment: 'staging', setting: 'rollout', after: 'AllAtOnce' });
    expect(compareReleases(given(wide), given(narrow)).settings).toContainEqual({
      ...{ environment: 'staging', setting: 'rollout', before: 'AllAtOnce' },
    });
  });

  it('has a parameter that the other does not have', () => {
    const without = { plan: narrow, template: bare };
    expect(compareReleases(without, given(narrow)).parameters).toEqual([
      { environment: 'production', name: 'Level', after: 'INFO' },
    ]);
    expect(compareReleases(given(narrow), without).parameters).toEqual([
      { environment: 'production', name: 'Level', before: 'INFO' },
    ]);
  });

  it('has no parameters that differ in a target to which the other does not come', () => {
    const targets = [
      { account: '333333333333', region: 'us-east-1' },
      { account: '333333333333', region: 'eu-west-1' },
    ];
    const staging = { waves: [{ targets: targets.slice(0, 1) }] };
    const two = planOf({}, { environments: { staging, production: { waves: [{ targets }] } } });
    expect(compareReleases(given(wide), given(two, 'WARN')).parameters).toEqual([
      {
        ...{ environment: 'production', target: '333333333333/us-east-1', name: 'Level' },
        ...{ before: 'INFO', after: 'WARN' },
      },
    ]);
  });
});

it('the API shows the digest of an artifact, where there is one', () => {
  const { bucket, key, versionId, sha256 } = { ...artifact, sha256: s.digest };
  const side = (known: { sha256?: string }) => ({
    head: { ...s.succeeded.head, artifact: { bucket, key, versionId, ...known } },
    plan: planOf(),
  });
  const { before, after } = describeComparison(side({}), side({ sha256 }), between({}, {}));
  expect([before.digest, after.digest]).toEqual([undefined, sha256]);
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

  it('tell where two differ deep within no further than people read', () => {
    const names = Array.from({ length: 60 }, (_, index) => `member${index}`);
    const deep = names.reduceRight<unknown>((inner, name) => ({ [name]: inner, other: 1 }), 'x');
    const other = names.reduceRight<unknown>((inner, name) => ({ [name]: inner, other: 1 }), 'y');
    const [place, ...others] = placesOf(deep, other).places;
    expect(others).toEqual([]);
    expect(place).toMatch(/^member0\.member1\..*…$/);
    expect(place).toHaveLength(201);
  });

  it('tell what is added and removed, resources and whole sections', () => {
    const whole: Template = { Resources: { One: { Type: 'AWS::SQS::Queue' } }, Outputs: { Url: { Value: 1 } } };
    for (const [was, is, difference] of [
      [bare, whole, 'added'],
      [whole, bare, 'removed'],
    ] as const) {
      const found = compareTemplates(was, is);
      expect(found.resources).toMatchObject([{ logicalId: 'One', type: 'AWS::SQS::Queue', difference }]);
      expect(found.sections).toEqual([{ section: 'Outputs', name: 'Url', difference }]);
    }
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

  it('tell two checks of the same name apart by their order', () => {
    const smoke = (...statuses: number[]) => ({
      checks: { smoke: statuses.map((status) => ({ http: 'Url', expect: { status } })) },
    });
    const [name] = between({}, smoke(200)).checks.map((one) => one.name);
    expect(between(smoke(200), smoke(200, 201, 202)).checks).toEqual(
      [2, 3].map((number) => ({
        ...{ kind: 'smoke', name: `${name} (${number})`, difference: 'added', places: [], further: 0 },
      })),
    );
  });

  it.each<[string, Partial<Manifest>, string | undefined]>([
    [
      'requires',
      { requires: [{ secret: 'orders/db' }, { parameter: '/orders/url' }] },
      'parameter /orders/url, secret orders/db',
    ],
    ['dataChanges', { dataChanges: { reversible: true, recovery: 'F' } }, 'reversible'],
    ['dataChanges', { dataChanges: { reversible: false, recovery: 'https://example.com' } }, 'not reversible'],
    ['guard', { guard: ['Send', 'Orders'] }, 'Orders, Send'],
    ['guard', { guard: [] }, undefined],
  ])('tell what the manifest says of %s', (setting, manifest, told) => {
    const settings = told === undefined ? [] : [{ setting, after: told }];
    expect(between({}, manifest).settings).toEqual(settings);
    expect(between(manifest, {}).settings).toEqual(settings.map(() => ({ setting, before: told })));
  });

  it('tell how long a release is monitored', () => {
    const { environments } = s.samplePolicy();
    const production = { ...environments['production'], monitorAfterBake: 'PT1H' };
    const monitored = planOf({}, { environments: { ...environments, production } });
    const found = compareReleases({ plan: planOf(), template: bare }, { plan: monitored, template: bare });
    expect(found.settings).toEqual([{ environment: 'production', setting: 'monitorAfterBake', after: '1 h' }]);
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
