import {
  CreateEventBusCommand,
  DisableRuleCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, it } from 'vitest';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { administrator, smallAws } from './small-aws.ts';

const [source, target] = ['111111111111', '222222222222'];
const fn = (account: string): string => `arn:aws:lambda:us-east-1:${account}:function:wake:live`;
const pattern = JSON.stringify({ source: ['my.app'] });
let aws: ReturnType<typeof smallAws>;
let me: Caller;
beforeEach(() => {
  aws = smallAws();
  me = administrator(aws.kernel, source);
});

async function rule(
  targets: Partial<Target>[],
  { name = 'allowed', bus, caller = me }: { name?: string; bus?: string; caller?: Caller } = {},
) {
  await aws.kernel.send(caller, new PutRuleCommand({ Name: name, EventPattern: pattern, EventBusName: bus }));
  await aws.kernel.send(
    caller,
    new PutTargetsCommand({
      Rule: name,
      EventBusName: bus,
      Targets: targets.map((each, index) => ({ Id: String(index), Arn: fn(caller.account), ...each })),
    }),
  );
}

async function put(detail: unknown = { n: 1 }, bus?: string) {
  const answer = await aws.kernel.send(
    me,
    new PutEventsCommand({
      Entries: [{ Source: 'my.app', DetailType: 'Thing', Detail: JSON.stringify(detail), EventBusName: bus }],
    }),
  );
  await aws.clock.idle();
  return answer;
}

describe('from PutEvents to a function', () => {
  it("gives the event in its envelope, in the rule's name", async () => {
    await rule([{}]);
    const answer = await put({ n: 1 });
    expect(answer.FailedEntryCount).toBe(0);
    expect(aws.invocations).toHaveLength(1);
    expect(aws.invocations[0]?.payload).toHaveProperty('time', expect.stringMatching(/^2026-11-20T09:00:\d\dZ$/));
    expect(aws.invocations[0]?.payload).toMatchObject({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Thing',
      source: 'my.app',
      account: source,
      region: 'us-east-1',
      resources: [],
      detail: { n: 1 },
    });
    expect(aws.invocations[0]?.from.principal).toMatchObject({
      service: 'events.amazonaws.com',
      sourceArn: `arn:aws:events:us-east-1:${source}:rule/allowed`,
    });
    expect(aws.kernel.meters.read().events).toBe(1);
  });

  it('shapes the input by constant, path and template', async () => {
    await rule([
      { Input: '{"constant":true}' },
      { InputPath: '$.detail.list[1]' },
      {
        InputTransformer: {
          InputPathsMap: { list: '$.detail.list', text: "$.detail['text']" },
          InputTemplate: '{"list": <list>, "said": "it said <text>", "rule": "<aws.events.rule-name>"}',
        },
      },
    ]);
    await put({ list: [1, { two: 2 }], text: 'a "word"' });
    expect(aws.invocations.map(({ payload }) => payload)).toEqual([
      { constant: true },
      { two: 2 },
      { list: [1, { two: 2 }], said: 'it said a "word"', rule: 'allowed' },
    ]);
  });

  it('answers bad entries one by one', async () => {
    const { FailedEntryCount: failed, Entries: entries } = await aws.kernel.send(
      me,
      new PutEventsCommand({
        Entries: [
          { Source: 'aws.s3', DetailType: 'x', Detail: '{}' },
          { Source: 'my.app', DetailType: 'x', Detail: '[]' },
          { Source: 'my.app', DetailType: 'x', Detail: '{}', EventBusName: 'nowhere' },
          { Source: 'my.app', DetailType: 'x', Detail: '{}' },
        ],
      }),
    );
    expect(failed).toBe(3);
    expect(entries?.map(({ ErrorCode: code }) => code)).toEqual([
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'InvalidArgument',
      undefined,
    ]);
  });
});

describe('when a target fails', () => {
  const queue = (name: string) => ({ DeadLetterConfig: { Arn: `arn:aws:sqs:us-east-1:${source}:${name}` } });

  it('sends what may not be delivered to the dead-letter queue at once, with the reason', async () => {
    await rule([queue('dead')], { name: 'forbidden' });
    await put({ n: 7 });
    expect(aws.invocations).toHaveLength(0);
    expect(aws.letters).toHaveLength(1);
    expect(aws.letters[0]?.body).toMatchObject({ detail: { n: 7 } });
    expect(aws.letters[0]?.attributes).toMatchObject({
      RULE_ARN: `arn:aws:events:us-east-1:${source}:rule/forbidden`,
      TARGET_ARN: fn(source),
      ERROR_CODE: 'NO_PERMISSIONS',
    });
    expect(aws.metrics.map(({ name }) => name)).toContain('InvocationsSentToDlq');
  });

  it('tries again until it works', async () => {
    await rule([{}]);
    aws.trouble.error = new AwsError('TooManyRequestsException', 'Rate exceeded', 429);
    await put();
    await aws.clock.advance(1_000);
    expect(aws.invocations).toHaveLength(2);
    aws.trouble.error = undefined;
    await aws.clock.advance(2_000);
    expect(aws.invocations).toHaveLength(3);
    await aws.clock.advance(86_400_000);
    expect(aws.invocations).toHaveLength(3);
  });

  it('gives up after as many retries, or as long, as the retry policy says', async () => {
    await rule([
      { ...queue('dead'), RetryPolicy: { MaximumRetryAttempts: 2 } },
      { ...queue('dead'), RetryPolicy: { MaximumEventAgeInSeconds: 60 } },
    ]);
    aws.trouble.error = new AwsError('ServiceException', 'Something went wrong', 500);
    await put();
    await aws.clock.advance(86_400_000);
    expect(
      aws.letters.map(({ attributes }) => [attributes['EXHAUSTED_RETRY_CONDITION'], attributes['RETRY_ATTEMPTS']]),
    ).toEqual([
      ['MaximumRetryAttempts', '2'],
      ['MaximumEventAgeInSeconds', '5'],
    ]);
  });

  it('retries for a day, 185 times, when no policy is given', async () => {
    await rule([{}]);
    aws.trouble.error = new AwsError('ServiceException', 'Something went wrong', 500);
    await put();
    await aws.clock.advance(2 * 86_400_000);
    expect(aws.invocations).toHaveLength(186);
  });
});

describe('faults on the way', () => {
  it('loses, doubles and delays events where asked, and knows that it did', async () => {
    await rule([{}]);
    const { faults } = aws.kernel;
    faults.atEvent('lost', { source: 'my.app' }, { kind: 'lose' });
    faults.atEvent('doubled', { source: 'my.app', nth: 2 }, { kind: 'double' });
    faults.atEvent('delayed', { source: 'my.app', nth: 3 }, { kind: 'delay', milliseconds: 5_000 });
    faults.atEvent('never', { source: 'other' }, { kind: 'lose' });
    await put();
    expect(aws.invocations).toHaveLength(0);
    await put();
    expect(aws.invocations).toHaveLength(2);
    await put();
    expect(aws.invocations).toHaveLength(2);
    await aws.clock.advance(5_000);
    expect(aws.invocations).toHaveLength(3);
    expect(faults.unused()).toEqual(['never']);
  });
});

describe('across accounts', () => {
  const bus = `arn:aws:events:us-east-1:${source}:event-bus/engine`;
  let they: Caller;

  async function forward() {
    they = administrator(aws.kernel, target);
    await aws.kernel.send(me, new CreateEventBusCommand({ Name: 'engine' }));
    await rule([{}], { bus: 'engine' });
    const trust = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
    await aws.kernel.send(
      they,
      new CreateRoleCommand({ RoleName: 'forward', AssumeRolePolicyDocument: JSON.stringify({ Statement: trust }) }),
    );
    const grant = { Effect: 'Allow', Action: 'events:PutEvents', Resource: bus };
    await aws.kernel.send(
      they,
      new PutRolePolicyCommand({
        RoleName: 'forward',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({ Statement: grant }),
      }),
    );
    await rule([{ Arn: bus, RoleArn: `arn:aws:iam::${target}:role/forward` }], { caller: they });
  }
  const emit = async (): Promise<void> => {
    aws.kernel.port.events.emit({
      account: target,
      region: 'us-east-1',
      source: 'my.app',
      detailType: 'Service',
      detail: { a: 1 },
    });
    await aws.clock.idle();
  };

  it("forwards by the rule's role where the bus lets the account in, keeping where the event came from", async () => {
    await forward();
    await emit();
    expect(aws.invocations).toHaveLength(0);
    await aws.kernel.send(
      me,
      new PutPermissionCommand({
        EventBusName: 'engine',
        StatementId: 'target',
        Principal: target,
        Action: 'events:PutEvents',
      }),
    );
    await emit();
    expect(aws.invocations).toHaveLength(1);
    expect(aws.invocations[0]).toMatchObject({
      function: fn(source),
      payload: { account: target, 'detail-type': 'Service', detail: { a: 1 } },
    });
  });

  it("takes events by the bus's ARN, when its policy allows", async () => {
    await forward();
    const entries = { Entries: [{ Source: 'my.app', DetailType: 'x', Detail: '{}', EventBusName: bus }] };
    await expect(aws.kernel.send(they, new PutEventsCommand(entries))).rejects.toThrow(
      'because no resource-based policy allows the events:PutEvents action',
    );
    const statement = { Effect: 'Allow', Principal: { AWS: target }, Action: 'events:PutEvents', Resource: bus };
    await aws.kernel.send(
      me,
      new PutPermissionCommand({ EventBusName: 'engine', Policy: JSON.stringify({ Statement: statement }) }),
    );
    await aws.kernel.send(they, new PutEventsCommand(entries));
    await aws.clock.idle();
    expect(aws.invocations).toHaveLength(1);
  });
});

it('fires scheduled rules until they are disabled, and then leaves nothing on the clock', async () => {
  await aws.kernel.send(me, new PutRuleCommand({ Name: 'allowed-rate', ScheduleExpression: 'rate(5 minutes)' }));
  await aws.kernel.send(me, new PutTargetsCommand({ Rule: 'allowed-rate', Targets: [{ Id: '1', Arn: fn(source) }] }));
  await aws.clock.advance(10 * 60_000);
  expect(aws.invocations).toHaveLength(2);
  expect(aws.invocations[0]?.payload).toMatchObject({
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    detail: {},
  });
  await aws.kernel.send(me, new DisableRuleCommand({ Name: 'allowed-rate' }));
  expect(aws.clock.pending()).toEqual([]);
});

it('refuses by name what it does not do', async () => {
  await rule([{}]);
  const targets = (each: Partial<Target>) =>
    new PutTargetsCommand({ Rule: 'allowed', Targets: [{ Id: '1', Arn: fn(source), ...each }] });
  await expect(
    aws.kernel.send(me, targets({ Arn: 'arn:aws:kinesis:us-east-1:111111111111:stream/x' })),
  ).rejects.toThrow('kinesis');
  await expect(aws.kernel.send(me, targets({ KinesisParameters: { PartitionKeyPath: '$' } }))).rejects.toThrow(
    'KinesisParameters',
  );
  await expect(aws.kernel.send(me, targets({ InputPath: '$.detail..x' }))).rejects.toThrow('$.detail..x');
  await expect(aws.kernel.send(me, new CreateEventBusCommand({ Name: 'x', KmsKeyIdentifier: 'key' }))).rejects.toThrow(
    'KmsKeyIdentifier',
  );
});

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
describe('a target that nothing simulates', () => {
  const destination = `arn:aws:events:us-east-1:${source}:api-destination/hook/0a1b2c3d-0000-4000-8000-000000000000`;
  const RoleArn = `arn:aws:iam::${source}:role/hooking`;
  const dead = { DeadLetterConfig: { Arn: `arn:aws:sqs:us-east-1:${source}:dead` } };

  async function hookingRole(Action: string): Promise<void> {
    const statement = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const document = (Statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement });
    await aws.kernel.send(
      me,
      new CreateRoleCommand({ RoleName: 'hooking', AssumeRolePolicyDocument: document(statement) }),
    );
    const PolicyDocument = document({ Effect: 'Allow', Action, Resource: destination });
    await aws.kernel.send(me, new PutRolePolicyCommand({ RoleName: 'hooking', PolicyName: 'hooking', PolicyDocument }));
  }

  it('needs a role', async () => {
    await expect(rule([{ Arn: destination }])).rejects.toThrow(`RoleArn is required for target ${destination}.`);
  });

  it.each([
    ['events:InvokeApiDestination', 'SDK_CLIENT_ERROR', /^The local AWS does not simulate API destinations: arn:/],
    ['events:PutEvents', 'NO_PERMISSIONS', /not authorized to perform: events:InvokeApiDestination on resource: arn:/],
  ])('is kept, and gives up each event at once, by a role that may %s', async (Action, code, message) => {
    await hookingRole(Action);
    await rule([{ Arn: destination, RoleArn, HttpParameters: { HeaderParameters: { a: 'b' } }, ...dead }]);
    await put({ n: 1 });
    expect(aws.letters).toHaveLength(1);
    expect(aws.letters[0]?.attributes).toMatchObject({
      ERROR_CODE: code,
      RETRY_ATTEMPTS: '0',
      TARGET_ARN: destination,
    });
    expect(aws.letters[0]?.attributes['ERROR_MESSAGE']).toMatch(message);
  });
});
