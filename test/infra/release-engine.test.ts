import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { apiRoutes } from '../../core/contract/api/routes.ts';
import { environmentVariableNames } from '../../core/contract/environment-variables.ts';
import { functionNames } from '../../core/contract/names.ts';
import { allowedActions, rolesOf } from './policies.ts';
import {
  policyOfEveryFunction,
  resourcesOf,
  synthesize,
  templateOf,
  type Resource,
  type Template,
} from './synthesized.ts';

let engine: Template;
beforeAll(() => {
  engine = templateOf(synthesize({ 'sluice:policy': policyOfEveryFunction() }), 'ReleaseEngine');
}, 120_000);

const properties = (type: string): Record<string, unknown>[] =>
  resourcesOf(engine, type).map(([, { Properties }]) => Properties);

describe('functions', () => {
  const functionShape = z.object({
    FunctionName: z.string(),
    Runtime: z.string(),
    Architectures: z.array(z.string()),
    TracingConfig: z.object({ Mode: z.string() }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
    Timeout: z.number(),
  });

  it.each(functionNames)('gives %s exactly the variables it parses', (name) => {
    const [found] = properties('AWS::Lambda::Function')
      .map((one) => functionShape.parse(one))
      .filter(({ FunctionName }) => FunctionName === `sluice-${name}`);
    expect(Object.keys(found?.Environment.Variables ?? {}).sort()).toEqual(environmentVariableNames(name).sort());
    expect(found).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], TracingConfig: { Mode: 'Active' } });
  });

  it('run on the Node.js of which `npm run test:node24` brings one exact version', () => {
    const { scripts } = z
      .object({ scripts: z.object({ 'test:node24': z.string() }) })
      .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
    const [, major] = /--package=node@(\d+)\.\d+\.\d+ /.exec(scripts['test:node24']) ?? [];
    const runtimes = properties('AWS::Lambda::Function').map((one) => functionShape.parse(one).Runtime);
    expect(new Set(runtimes)).toEqual(new Set([`nodejs${major ?? '?'}.x`]));
  });

  it('keeps the log of each for a year', () => {
    const groups = properties('AWS::Logs::LogGroup');
    expect(groups.map(({ LogGroupName }) => LogGroupName)).toEqual(
      expect.arrayContaining(functionNames.map((name) => `/aws/lambda/sluice-${name}`)),
    );
    for (const group of groups) expect(group).toMatchObject({ RetentionInDays: 365 });
  });

  it('keeps invocations free for those that receive and wake, where the account has room for that', () => {
    const reserved = (stack: typeof engine) =>
      resourcesOf(stack, 'AWS::Lambda::Function').flatMap(([, { Properties }]) =>
        'ReservedConcurrentExecutions' in Properties
          ? [[Properties['FunctionName'], Properties['ReservedConcurrentExecutions']]]
          : [],
      );
    expect(reserved(engine)).toEqual([]);
    const own = templateOf(synthesize({ 'sluice:reserved-concurrency': '20' }, { engineOnly: true }), 'ReleaseEngine');
    expect(reserved(own).sort()).toEqual([
      ['sluice-receive', 20],
      ['sluice-wake', 20],
    ]);
  });

  it('tells asynchronous functions where failures go', () => {
    const configured = properties('AWS::Lambda::EventInvokeConfig');
    expect(configured).toHaveLength(4); // receive, verify (slices of synthetic traffic), wake, notify
    for (const one of configured) expect(one).toHaveProperty('DestinationConfig.OnFailure.Destination');
  });
});

describe('roles', () => {
  it('allows no action by a wildcard', () => {
    for (const [name, { statements }] of rolesOf(engine)) {
      expect(
        allowedActions(statements).filter((action) => action.includes('*')),
        name,
      ).toEqual([]);
    }
  });

  it('lets only the deploying, verifying and waking functions into targets, each by its own role there', () => {
    const taken = [...rolesOf(engine)].flatMap(([name, { statements }]) =>
      statements.filter(({ Action }) => Action.includes('sts:AssumeRole')).map(({ Resource }) => [name, Resource]),
    );
    const rolesThere = (kind: string): string[] =>
      ['222222222222', '333333333333'].map((account) => `arn:aws:iam::${account}:role/sluice-target-${kind}-us-east-1`);
    expect(taken).toEqual(
      expect.arrayContaining([
        ['sluice-deploy', rolesThere('deploy')],
        ['sluice-wake', rolesThere('deploy')],
        ['sluice-verify', rolesThere('verify')],
      ]),
    );
    expect(taken).toHaveLength(3);
  });

  it('lets the reading function write nothing', () => {
    const actions = allowedActions(rolesOf(engine).get('sluice-read')?.statements ?? []);
    expect(actions.filter((action) => action.startsWith('dynamodb:')).sort()).toEqual(
      ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Query'].sort(),
    );
  });

  it('lets one function page whoever is on call, and by that topic alone', () => {
    const pages = [...rolesOf(engine)].flatMap(([name, { statements }]) =>
      statements.filter(({ Action }) => Action.includes('sns:Publish')).map(({ Resource }) => [name, Resource]),
    );
    const [topic] = resourcesOf(engine, 'AWS::SNS::Topic').filter(
      ([, { Properties }]) => Properties['TopicName'] === 'sluice-pager',
    );
    expect(pages).toEqual([['sluice-notify', [{ Ref: topic?.[0] }]]]);
  });

  it('lets those who speak with Slack, or with the OpenID provider, read its secret, and no other', () => {
    const readers = [...rolesOf(engine)].flatMap(([name, { statements }]) =>
      statements
        .filter(({ Action }) => Action.some((one) => /secretsmanager/.test(one)))
        .map((one) => [name, one.Action, one.Resource]),
    );
    const secret = 'arn:aws:secretsmanager:us-east-1:111111111111:secret:sluice/slack-??????';
    const client = secret.replace('slack', 'oidc');
    expect(readers.sort()).toEqual([
      ['sluice-interact', ['secretsmanager:GetSecretValue'], [secret]],
      ['sluice-notify', ['secretsmanager:GetSecretValue'], [secret]],
      ['sluice-sign-in', ['secretsmanager:GetSecretValue'], [client]],
    ]);
  });

  it('has the routes that the manifest of the Slack app names, and no other of Slack', () => {
    const manifest = z
      .object({
        features: z.object({ slash_commands: z.tuple([z.object({ command: z.string(), url: z.url() })]) }),
        oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
        settings: z.object({ interactivity: z.object({ request_url: z.url() }) }),
      })
      .parse(parse(readFileSync(new URL('../../docs/slack-app.yaml', import.meta.url), 'utf8')));
    const [{ command, url }] = manifest.features.slash_commands;
    const named = [url, manifest.settings.interactivity.request_url].map((one) => `POST ${new URL(one).pathname}`);
    const routes = properties('AWS::ApiGatewayV2::Route').map(({ RouteKey }) => String(RouteKey));
    expect(routes.filter((key) => key.includes('slack')).sort()).toEqual(named.sort());
    expect([command, manifest.oauth_config.scopes.bot]).toEqual(['/sluice', ['chat:write', 'commands']]);
  });

  it('signs people in by a function that touches sessions and nothing else', () => {
    const statements = rolesOf(engine).get('sluice-sign-in')?.statements ?? [];
    const grants = statements.filter(({ Action }) => Action.some((action) => action.startsWith('dynamodb:')));
    // In one statement: another beside it would allow what this one does not.
    expect(grants.map(({ Condition }) => Condition)).toEqual([
      {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['session#*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    ]);
    expect(allowedActions(statements).sort()).toEqual([
      ...['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      ...['secretsmanager:GetSecretValue', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    ]);
  });

  it('takes access tokens on routes of their own, for all but links that open the pages', () => {
    const keys = properties('AWS::ApiGatewayV2::Route').map(({ RouteKey }) => String(RouteKey));
    const own = keys.filter((key) => key.includes('/oidc/')).map((key) => key.replace('/oidc', ''));
    const signed = keys.filter((key) => key.includes(' /v1/') && key !== 'POST /v1/sessions');
    expect(own.sort()).toEqual(signed.sort());
  });

  it('has nothing of an OpenID provider where the policy has none', () => {
    const { Resources } = templateOf(synthesize({}, { engineOnly: true }), 'ReleaseEngine');
    expect(JSON.stringify(Resources)).not.toMatch(/oidc|sign-in"/i);
  });

  it('has nothing of Slack where the policy has none, but the variable', () => {
    const without = JSON.stringify(templateOf(synthesize({}, { engineOnly: true }), 'ReleaseEngine').Resources);
    expect(without.replaceAll('https://slack.com/api/', '').replaceAll('SLACK_API_URL', '')).not.toMatch(
      /slack|interact/i,
    );
  });

  it('lets one function tell others of releases, of nothing else, on a bus to which nobody forwards', () => {
    const telling = templateOf(
      synthesize({ 'sluice:policy': 'test/end-to-end/execution-policy.json' }, { engineOnly: true }),
      'ReleaseEngine',
    );
    const own = 'arn:aws:events:us-east-1:111111111111:event-bus/sluice-releases';
    const speakers = [...rolesOf(telling)].flatMap(([name, { statements }]) =>
      statements
        .filter(({ Action }) => Action.includes('events:PutEvents'))
        .map(({ Resource, Condition }) => [name, Resource, Condition]),
    );
    const said = { 'events:source': 'sluice', 'events:detail-type': 'Sluice Release Status Change' };
    expect(speakers).toEqual([['sluice-notify', [own], { StringEquals: said }]]);
    const policies = resourcesOf(telling, 'AWS::Events::EventBusPolicy').map(([, one]) => JSON.stringify(one));
    expect(policies.filter((text) => text.includes('ReleaseEvents'))).toEqual([]);
    expect(resourcesOf(telling, 'AWS::Events::EventBus')).toHaveLength(2);
    expect(JSON.stringify(engine)).not.toContain('sluice-releases"');
  });

  it('may send as the address, its domains, and by a default configuration set of theirs', () => {
    const own = templateOf(
      synthesize({ 'sluice:sender': 'sluice@mail.example.com' }, { engineOnly: true }),
      'ReleaseEngine',
    );
    const mails = [...rolesOf(own)].flatMap(([name, { statements }]) =>
      statements.filter(({ Action }) => Action.includes('ses:SendEmail')).map(({ Resource }) => [name, Resource]),
    );
    expect(mails.map(([name]) => name)).toEqual(['sluice-notify']);
    const text = JSON.stringify(mails[0]?.[1]);
    for (const of of ['sluice@mail.example.com', 'mail.example.com', 'example.com'])
      expect(text).toContain(`:ses:us-east-1:111111111111:identity/${of}"`);
    expect(text).toContain(':ses:us-east-1:111111111111:configuration-set/*"');
    expect(text).not.toContain('identity/com"');
  });

  it('lets releases be started by the alias alone', () => {
    const starts = ['sluice-receive', 'sluice-wake'].flatMap((name) =>
      (rolesOf(engine).get(name)?.statements ?? []).filter(({ Action }) => Action.includes('states:StartExecution')),
    );
    expect(starts.length).toBeGreaterThan(0);
    for (const { Condition } of starts)
      expect(Condition).toEqual({ 'ForAnyValue:StringEquals': { 'states:StateMachineQualifier': ['live'] } });
  });
});

describe('events', () => {
  const target = z.object({
    Arn: z.unknown(),
    DeadLetterConfig: z.object({ Arn: z.object({ 'Fn::GetAtt': z.array(z.string()) }) }),
  });
  const rule = z.object({ Targets: z.array(target), EventPattern: z.record(z.string(), z.unknown()) });

  it('gives every rule a dead-letter queue that takes its events', () => {
    const policies = JSON.stringify(properties('AWS::SQS::QueuePolicy'));
    const rules = resourcesOf(engine, 'AWS::Events::Rule');
    expect(rules).toHaveLength(5);
    for (const [id, { Properties }] of rules) {
      for (const { DeadLetterConfig } of rule.parse(Properties).Targets) {
        expect(engine.Resources[DeadLetterConfig.Arn['Fn::GetAtt'][0] ?? '']?.Type).toBe('AWS::SQS::Queue');
      }
      expect(policies).toContain(
        JSON.stringify({ ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [id, 'Arn'] } } }).slice(1, -1),
      );
    }
  });

  it('has an alarm on every queue, and somebody to tell', () => {
    const watched = properties('AWS::CloudWatch::Alarm').filter(({ Namespace }) => Namespace === 'AWS/SQS');
    const queues = resourcesOf(engine, 'AWS::SQS::Queue').map(([id]) => id);
    expect(watched.map((alarm) => JSON.stringify(alarm['Dimensions'])).sort()).toEqual(
      queues.map((id) => JSON.stringify([{ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }])).sort(),
    );
    for (const alarm of properties('AWS::CloudWatch::Alarm')) expect(alarm['AlarmActions']).toHaveLength(1);
  });

  it('lets exactly the forwarding roles of the target accounts put events on the bus', () => {
    expect(properties('AWS::Events::EventBusPolicy').map(({ Statement }) => Statement)).toMatchObject([
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Principal: { AWS: ['222222222222', '333333333333'].map((account) => `arn:aws:iam::${account}:root`) },
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/sluice-target-forward-*' } },
      },
    ]);
  });

  it('takes in whatever is dropped, whatever its name, but for what is only planned', () => {
    const patterns = properties('AWS::Events::Rule').map((one) => rule.parse(one).EventPattern);
    const [intake] = patterns.filter(({ source }) => JSON.stringify(source) === '["aws.s3"]');
    const { object, ...rest } = z.record(z.string(), z.unknown()).parse(intake?.['detail']);
    expect(Object.keys(rest)).toEqual(['bucket']);
    expect(object).toEqual({ key: [{ 'anything-but': { prefix: '.plans/' } }] });
  });
});

describe('the HTTP API', () => {
  it('asks for a signature on /v1 and nowhere else', () => {
    const shape = z.object({ RouteKey: z.string(), AuthorizationType: z.string() });
    const access = properties('AWS::ApiGatewayV2::Route').map((one) => shape.parse(one));
    expect(access.length).toBeGreaterThan(Object.keys(apiRoutes).length);
    for (const { RouteKey, AuthorizationType } of access)
      expect(AuthorizationType, RouteKey).toBe(/^\w+ \/v1\//.test(RouteKey) ? 'AWS_IAM' : 'NONE');
  });

  it('answers HEAD of every page as GET, by the same function, and what no route is for by the one that only reads', () => {
    const shape = z.object({ RouteKey: z.string(), Target: z.unknown() });
    const routes = properties('AWS::ApiGatewayV2::Route').map((one) => shape.parse(one));
    const targets = new Map(routes.map(({ RouteKey, Target }) => [RouteKey, JSON.stringify(Target)]));
    const pages = routes.map(({ RouteKey }) => RouteKey).filter((key) => /^GET (?!\/(oidc\/)?v1\/)/.test(key));
    expect(pages).toEqual(expect.arrayContaining(['GET /', 'GET /approvals/{approval}', 'GET /sign-in', 'GET /openapi.json'])); // prettier-ignore
    for (const key of pages) expect(targets.get(key.replace('GET', 'HEAD')), key).toBe(targets.get(key));
    expect(targets.get('$default')).toBe(targets.get('GET /'));
    expect(routes.length).toBeLessThan(300);
  });

  it('is throttled and logs who called, but no path, which may carry a secret', () => {
    const [stage] = properties('AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({ StageName: '$default', DefaultRouteSettings: { ThrottlingRateLimit: 50 } });
    expect(JSON.stringify(stage?.['AccessLogSettings'])).not.toMatch(/context\.path|requestPath/);
  });
});

describe('what must never be lost', () => {
  it.each([
    ['AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } }, 3],
    [
      'AWS::DynamoDB::Table',
      { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ],
    ['AWS::KMS::Key', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }],
  ])('%s is kept when the stack goes', (type, facts, count = 1) => {
    const found = resourcesOf(engine, type);
    expect(found).toHaveLength(count);
    for (const [, resource] of found) {
      expect(resource).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
      expect(resource.Properties).toMatchObject(facts);
    }
  });
});

describe('the evidence bucket', () => {
  it('takes a key once, lets no current version expire, and tells nobody of what is written', () => {
    const named = z.looseObject({ BucketName: z.string() });
    const [bucket, ...more] = properties('AWS::S3::Bucket').filter((one) =>
      named.parse(one).BucketName.startsWith('sluice-evidence-'),
    );
    expect(more).toEqual([]);
    expect(bucket).not.toHaveProperty('NotificationConfiguration');
    expect(JSON.stringify(bucket)).not.toContain('"ExpirationInDays"');
    expect(bucket).toMatchObject({ VersioningConfiguration: { Status: 'Enabled' } });
    const policies = properties('AWS::S3::BucketPolicy').map((one) => JSON.stringify(one));
    const once = policies.filter((policy) => policy.includes('WrittenOnce'));
    expect(once).toHaveLength(2);
    for (const policy of once) expect(policy).toContain('"Condition":{"Null":{"s3:if-none-match":"true"}}');
  });
});

describe('the bucket of digests', () => {
  const statement = z.looseObject({ Effect: z.string(), Action: z.union([z.string(), z.array(z.string())]) });
  const role = z.looseObject({
    RoleName: z.string(),
    Policies: z.array(z.looseObject({ PolicyDocument: z.looseObject({ Statement: z.array(statement) }) })).optional(),
  });
  const policy = z.looseObject({ PolicyDocument: z.object({ Version: z.string(), Statement: z.array(statement) }) });

  it('is locked for ten years, and lets nobody delete, or go around the lock', () => {
    const [bucket, ...more] = properties('AWS::S3::Bucket').filter((one) => 'ObjectLockEnabled' in one);
    expect(more).toEqual([]);
    expect(bucket).toMatchObject({
      BucketName: 'sluice-digests-111111111111-us-east-1',
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3653 } } },
    });
    const policies = properties('AWS::S3::BucketPolicy').filter((one) =>
      JSON.stringify(one).includes('sluice-digests-'),
    );
    const refused = policies
      .flatMap((one) => policy.parse(one).PolicyDocument.Statement)
      .flatMap(({ Action }) => Action);
    expect(refused).toEqual(
      expect.arrayContaining([
        's3:DeleteObject',
        's3:DeleteObjectVersion',
        's3:BypassGovernanceRetention',
        's3:PutObject',
      ]),
    );
  });

  it('is written by one function, which reads nothing there, and read by another', () => {
    const granted = resourcesOf(engine, 'AWS::IAM::Role').flatMap(([, { Properties }]) => {
      const { RoleName, Policies = [] } = role.parse(Properties);
      const own = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement).filter((one) =>
        JSON.stringify(one.Resource).includes('sluice-digests-'),
      );
      return own.flatMap(({ Action }) => Action).map((action) => `${RoleName} ${action}`);
    });
    expect(granted.sort()).toEqual([
      'sluice-read s3:GetObject',
      'sluice-read s3:ListBucket',
      'sluice-wake s3:PutObject',
    ]);
  });
});

describe('a deployment of another engine', () => {
  const versions = (of: Template): [string, Resource][] => [
    ...resourcesOf(of, 'AWS::Lambda::Version'),
    ...resourcesOf(of, 'AWS::StepFunctions::StateMachineVersion'),
  ];
  const ids = (of: Template): string[] => versions(of).map(([id]) => id);

  it('keeps the versions that releases under way run and call', () => {
    expect(versions(engine)).toHaveLength(8);
    for (const [, resource] of versions(engine)) {
      const retain = resource.Type === 'AWS::Lambda::Version' ? 'RetainExceptOnCreate' : 'Retain';
      expect(resource).toMatchObject({ DeletionPolicy: retain, UpdateReplacePolicy: 'Retain' });
    }
  });

  it('lets the workflow call versions alone', () => {
    const functions = new Set(resourcesOf(engine, 'AWS::Lambda::Version').map(([Ref]) => JSON.stringify({ Ref })));
    const machine = z.object({ DefinitionSubstitutions: z.record(z.string(), z.unknown()) });
    const called = properties('AWS::StepFunctions::StateMachine').flatMap((one) =>
      Object.entries(machine.parse(one).DefinitionSubstitutions).filter(([name]) => name.endsWith('Function')),
    );
    expect(new Set(called.map(([, arn]) => JSON.stringify(arn)))).toEqual(functions);
    const invoked = (rolesOf(engine).get('sluice-workflow')?.statements ?? [])
      .filter(({ Action }) => Action.includes('lambda:InvokeFunction'))
      .flatMap(({ Resource }) => Resource);
    expect(invoked).toHaveLength(4);
    for (const resource of invoked) expect(JSON.stringify(resource)).toMatch(/:\*"/);
  });

  it('publishes what changed, with all that leads to it, and nothing else', () => {
    expect(ids(templateOf(synthesize({}, { engineOnly: true }), 'ReleaseEngine'))).toEqual(ids(engine));
    const changed = templateOf(synthesize({ 'sluice:external-id': 'another' }, { engineOnly: true }), 'ReleaseEngine');
    const kept = ids(engine).filter((id) => ids(changed).includes(id));
    // Only what enters targets shows the external id; each machine calls one of these.
    expect(kept.map((id) => id.replace(/Version.*/, ''))).toEqual(['Functionsvalidate', 'Functionsgate']);
  });

  it('moves the aliases when everything else is done, so that nothing begins under what goes again when it fails', () => {
    const aliases = resourcesOf(engine, 'AWS::StepFunctions::StateMachineAlias');
    const others = Object.keys(engine.Resources).filter((other) => aliases.every(([id]) => id !== other));
    expect(aliases).toHaveLength(2);
    for (const [, { DependsOn }] of aliases) expect([...(DependsOn ?? [])].sort()).toEqual(others.sort());
  });

  it('leaves the reconciler running, whatever is open', () => {
    expect(properties('AWS::Scheduler::Schedule')).toMatchObject([{ State: 'ENABLED' }]);
  });
});
