import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  TagResourceCommand,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { AwsError } from '../../kernel/errors.ts';
import type { Caller } from '../../kernel/principal.ts';
import { readSchedule } from '../../services/schedule-expression.ts';
import { administrator, smallAws } from '../events/small-aws.ts';

const account = '111111111111';
const fn = `arn:aws:lambda:us-east-1:${account}:function:wake`;
const RoleArn = `arn:aws:iam::${account}:role/wake`;
let aws: ReturnType<typeof smallAws>;
let me: Caller;

beforeEach(async () => {
  aws = smallAws();
  me = administrator(aws.kernel, account);
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:scheduler:us-east-1:${account}:schedule-group/default` } },
  };
  await aws.kernel.send(
    me,
    new CreateRoleCommand({ RoleName: 'wake', AssumeRolePolicyDocument: JSON.stringify({ Statement: statement }) }),
  );
  const grant = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: fn };
  await aws.kernel.send(
    me,
    new PutRolePolicyCommand({
      RoleName: 'wake',
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({ Statement: grant }),
    }),
  );
});

const settings = (changed: Partial<CreateScheduleCommandInput>): CreateScheduleCommandInput => ({
  Name: 'reconcile',
  ScheduleExpression: 'rate(1 minute)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: fn, RoleArn, Input: '{"reconcile":true,"at":"<aws.scheduler.scheduled-time>"}' },
  ...changed,
});
const create = (changed: Partial<CreateScheduleCommandInput> = {}) =>
  aws.kernel.send(me, new CreateScheduleCommand(settings(changed)));
const update = (changed: Partial<CreateScheduleCommandInput> = {}) =>
  aws.kernel.send(me, new UpdateScheduleCommand(settings(changed)));
/** Creates the schedule; gives when. The clock moves on a little while calls are under way. */
const created = async (changed: Partial<CreateScheduleCommandInput>): Promise<number> => {
  await create(changed);
  const { CreationDate: date } = await aws.kernel.send(me, new GetScheduleCommand({ Name: 'reconcile' }));
  return date?.getTime() ?? 0;
};
const second = (at: number): string => new Date(at).toISOString().replace(/\.\d+/, '');
const minutes = (count: number): Promise<void> => aws.clock.advance(count * 60_000);

it('invokes the target by its role from the start on, at the rate', async () => {
  const first = await created({});
  await minutes(2);
  expect(aws.invocations.map(({ payload }) => payload)).toEqual(
    [0, 60_000, 120_000].map((after) => ({
      reconcile: true,
      at: new Date(first + after).toISOString().replace(/\.\d+/, ''),
    })),
  );
  expect(aws.invocations[0]?.from.principal).toMatchObject({ type: 'assumedRole', roleArn: RoleArn });
});

it('leaves no timer while disabled, and keeps its beat when enabled again', async () => {
  const first = await created({ State: 'DISABLED' });
  expect(aws.clock.pending()).toEqual([]);
  await aws.clock.advance(30_000);
  await update({ State: 'ENABLED' });
  await minutes(1);
  expect(aws.invocations).toHaveLength(1);
  // A minute after it was created, not after it was enabled.
  expect((aws.invocations[0]?.at ?? 0) - first).toBeGreaterThanOrEqual(60_000);
  expect((aws.invocations[0]?.at ?? 0) - first).toBeLessThan(75_000);
  await update({ State: 'DISABLED' });
  expect(aws.clock.pending()).toEqual([]);
  await update();
  await aws.kernel.send(me, new DeleteScheduleCommand({ Name: 'reconcile' }));
  expect(aws.clock.pending()).toEqual([]);
});

it('runs a one-time schedule once, and deletes it afterwards when asked to', async () => {
  await create({
    ScheduleExpression: 'at(2026-11-20T05:30:00)',
    ScheduleExpressionTimezone: 'America/New_York',
    ActionAfterCompletion: 'DELETE',
  });
  await minutes(89);
  expect(aws.invocations).toHaveLength(0);
  await minutes(1);
  expect(aws.invocations).toHaveLength(1);
  await expect(aws.kernel.send(me, new GetScheduleCommand({ Name: 'reconcile' }))).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
});

it('ends at its end date', async () => {
  await create({ StartDate: new Date('2026-11-20T09:10:00Z'), EndDate: new Date('2026-11-20T09:11:30Z') });
  await minutes(60);
  expect(aws.invocations.map(({ at }) => new Date(at).getUTCMinutes())).toEqual([10, 11]);
});

it('retries, and buries what cannot be delivered', async () => {
  const queue = `arn:aws:sqs:us-east-1:${account}:dead`;
  await create({
    ScheduleExpression: 'at(2026-11-20T09:01:00)',
    Target: { Arn: fn, RoleArn, RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: queue } },
  });
  aws.trouble.error = new AwsError('ServiceException', 'Something went wrong', 500);
  await minutes(10);
  expect(aws.invocations).toHaveLength(2);
  expect(aws.letters[0]).toMatchObject({
    queue,
    body: { source: 'aws.scheduler', 'detail-type': 'Scheduled Event' },
    attributes: { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '1', TARGET_ARN: fn },
  });
});

it('asks for the role to be passed, and for its trust', async () => {
  await aws.kernel.send(me, new CreateScheduleGroupCommand({ Name: 'other' }));
  // The role trusts the group `default` only.
  await expect(create({ GroupName: 'other' })).rejects.toThrow(
    'must allow AWS EventBridge Scheduler to assume the role',
  );
  await create();
  await expect(create()).rejects.toMatchObject({ code: 'ConflictException' });
  const { Schedules: schedules } = await aws.kernel.send(me, new ListSchedulesCommand({}));
  expect(schedules).toMatchObject([{ Name: 'reconcile', GroupName: 'default', State: 'ENABLED' }]);
});

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-flexible-time-windows.html
it('invokes the target within its flexible window, and says the time that was meant', async () => {
  const half = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const first = await created({
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 10 },
  });
  half.mockRestore();
  await minutes(4);
  expect(aws.invocations).toEqual([]);
  await minutes(2);
  expect(aws.invocations.map(({ payload }) => payload)).toMatchObject([{ at: second(first) }]);
  await minutes(50);
  expect(aws.invocations).toHaveLength(1);
  await minutes(16);
  expect(aws.invocations[1]?.payload).toMatchObject({ at: second(first + 3_600_000) });
  expect(aws.invocations).toHaveLength(2);
});

it('starts a state machine as its role may', async () => {
  const machine = `arn:aws:states:us-east-1:${account}:stateMachine:nightly`;
  const Target = { Arn: machine, RoleArn, Input: '{"night":1}' };
  await create({ Target });
  await minutes(1);
  expect(aws.executions).toEqual([]);
  const statement = { Effect: 'Allow', Action: 'states:StartExecution', Resource: machine };
  const PolicyDocument = JSON.stringify({ Statement: statement });
  await aws.kernel.send(me, new PutRolePolicyCommand({ RoleName: 'wake', PolicyName: 'states', PolicyDocument }));
  await minutes(1);
  expect(aws.executions[0]).toEqual({ machine, input: { night: 1 } });
});

it('refuses a flexible window without a length, and a length without one', async () => {
  const message = 'MaximumWindowInMinutes';
  await expect(create({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } })).rejects.toThrow(message);
  await expect(create({ FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 5 } })).rejects.toThrow(message);
});

it('refuses by name what it does not do', async () => {
  await expect(create({ KmsKeyArn: 'arn' })).rejects.toThrow('KmsKeyArn');
  await expect(create({ Target: { Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution', RoleArn } })).rejects.toThrow(
    'aws-sdk:sfn',
  );
  await expect(create({ Target: { Arn: fn, RoleArn, SqsParameters: {} } })).rejects.toThrow('SqsParameters');
  await expect(aws.kernel.send(me, new TagResourceCommand({ ResourceArn: fn, Tags: [] }))).rejects.toThrow(
    'TagResource',
  );
  await expect(create({ ScheduleExpression: 'rate(1 minutes)' })).rejects.toThrow('Invalid Schedule Expression');
});

describe('schedule expressions', () => {
  const after = Date.parse('2026-11-20T09:00:00Z');
  it.each([
    ['rate(5 minutes)', 'UTC', '2026-11-20T09:05:00.000Z'],
    ['rate(1 day)', 'UTC', '2026-11-21T09:00:00.000Z'],
    ['cron(15 10 * * ? *)', 'UTC', '2026-11-20T10:15:00.000Z'],
    ['cron(0/10 8-17 ? * MON-FRI *)', 'UTC', '2026-11-20T09:10:00.000Z'],
    // 1 is Sunday, as AWS counts.
    ['cron(0 8 ? * 1 *)', 'UTC', '2026-11-22T08:00:00.000Z'],
    ['cron(0 8 ? * 2#1 *)', 'UTC', '2026-12-07T08:00:00.000Z'],
    ['cron(0 8 ? * L *)', 'UTC', '2026-11-21T08:00:00.000Z'],
    ['cron(0 8 L * ? *)', 'UTC', '2026-11-30T08:00:00.000Z'],
    ['cron(0 8 1W * ? *)', 'UTC', '2026-12-01T08:00:00.000Z'],
    ['cron(0 8 1 1 ? 2030)', 'UTC', '2030-01-01T08:00:00.000Z'],
    ['cron(0 8 * * ? *)', 'Europe/Oslo', '2026-11-21T07:00:00.000Z'],
    ['at(2026-12-24T18:00:00)', 'Europe/Oslo', '2026-12-24T17:00:00.000Z'],
  ])('%s in %s', (expression, timezone, expected) => {
    const next = readSchedule(expression, after, timezone)?.next(after);
    expect(new Date(next ?? 0).toISOString()).toBe(expected);
  });

  it.each([
    'rate(0 minutes)',
    'rate(2 minute)',
    'rate(1 second)',
    'cron(* * * * * *)',
    'cron(0 8 * * ?)',
    'cron(0 25 * * ? *)',
    'at(tomorrow)',
    'every day',
  ])('does not take %s', (expression) => expect(readSchedule(expression, 0)).toBeUndefined());
});
