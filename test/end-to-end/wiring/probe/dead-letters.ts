import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import assert from 'node:assert/strict';
import {
  DescribeEventBusCommand,
  EventBridgeClient,
  PutPermissionCommand,
  RemovePermissionCommand as RemoveBusPermissionCommand,
} from '@aws-sdk/client-eventbridge';
import {
  AddPermissionCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type EngineMetricName, engineMetrics, metricNamespace } from '../../../../core/contract/engine-metrics.ts';
import { ENGINE } from '../../../../local/sandbox.ts';
import { detailOf, type ProbeHarness } from './harness.ts';

const TARGET = { account: '222222222222', region: 'us-east-1' } as const;
const TARGET_STACK = 'ReleaseTarget-222222222222-us-east-1';

/** Longer than the event of an upload may take, and than the pause after the bucket was read through. */
const UNTIL_MISSED = 16 * 60_000;

/** What could not be started when it was received, the reconciler starts; what was never received, it has received. */
export async function startedByReconciler(harness: ProbeHarness): Promise<void> {
  const { faults, clock } = harness.sandbox.aws;
  faults.atEvent('S3 says nothing', { source: 'aws.s3' }, { kind: 'lose' });
  const missed = harness.ended('orders-0.0.8-a1');
  await harness.clients.team.push('orders/0.0.8.zip', Buffer.from('no zip that anybody hears of'));
  await clock.sleep(UNTIL_MISSED, 'an upload is missed');
  faults.atCall(
    'nothing is started',
    { service: 'states', operation: 'StartExecution', role: 'sluice-receive', times: 1e9 },
    { kind: 'error', code: 'StateMachineDeleting' },
  );
  await harness.release({ key: 'orders/0.0.5.zip', bytes: Buffer.from('no zip either') }, 'Rejected');
  assert.equal((await missed).release.status, 'Rejected');
  faults.assertAllHappened();
  faults.clear();
}

/** What a function fails at for good ends in its dead-letter queue, and somebody is told. */
export async function failedInvocations(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  faults.atCall(
    'the ledger is out of order',
    { service: 'dynamodb', role: 'sluice-receive', times: 1e9 },
    { kind: 'error', code: 'ResourceInUseException' },
  );
  const told = alarmNotified(harness, /receive/);
  emitObjectCreated(harness, 'orders/0.0.6.zip', 'gone');
  await told;
  faults.assertAllHappened();
  faults.clear();
  const toldOfWake = alarmNotified(harness, /wake/);
  emitStackEvent(harness, { 'client-request-token': 7 });
  await toldOfWake;
  const Payload = Buffer.from(JSON.stringify({ task: 'none' }));
  const lambda = harness.sandbox.aws.client(LambdaClient, ENGINE);
  for (const name of ['verify', 'notify']) {
    const toldOfIt = alarmNotified(harness, new RegExp(name));
    await lambda.send(new InvokeCommand({ FunctionName: `sluice-${name}`, InvocationType: 'Event', Payload }));
    await toldOfIt;
  }
  await waitForDeadLetters(harness, ENGINE, 'ReleaseEngine', { service: 'lambda', senders: 4 });
}

/** An event that cannot be delivered ends in the dead-letter queue of its rule: here somebody took the permissions away. */
export async function undeliverableEvents(harness: ProbeHarness): Promise<void> {
  await harness.watchdog.expectingRefusals(async () => {
    const restore = await Promise.all(['sluice-receive', 'sluice-wake'].map((name) => closeFunction(harness, name)));
    emitObjectCreated(harness, 'orders/0.0.7.zip', 'gone');
    emitExecutionEnded(harness);
    emitStackEvent(harness, {});
    emitDeploymentEvent(harness);
    emitAlarmEvent(harness);
    await waitForDeadLetters(harness, ENGINE, 'ReleaseEngine', { service: 'events', senders: 5 });
    for (const again of restore) await again();
    const reopen = await closeBus(harness);
    const told = alarmNotified(harness, /Forwarding/);
    emitStackEvent(harness, {});
    emitDeploymentEvent(harness);
    emitAlarmEvent(harness);
    await waitForDeadLetters(harness, TARGET, TARGET_STACK, { service: 'events', senders: 3 });
    await told;
    await reopen();
  });
}

/** Releases that end badly raise alarms; the metrics are Step Functions' own. */
export async function alarms(harness: ProbeHarness): Promise<void> {
  for (const [metric, alarm] of [
    ['ExecutionsFailed', /NotClean/],
    ['ExecutionsTimedOut', /TimedOut/],
  ] as const) {
    const told = alarmNotified(harness, alarm);
    const StateMachineArn = `arn:aws:states:${ENGINE.region}:${ENGINE.account}:stateMachine:sluice-release`;
    harness.sandbox.aws.kernel.port.metrics.record({
      ...ENGINE,
      namespace: 'AWS/States',
      name: metric,
      dimensions: { StateMachineArn },
      value: 1,
      unit: 'Count',
    });
    await told;
  }
}

/** The engine's own alarms: what its reconciler measures for too long is told. */
export async function ownAlarms(harness: ProbeHarness): Promise<void> {
  const { clock, kernel } = harness.sandbox.aws;
  const longest = 10;
  for (const [name, alarm, value] of [
    ['Undelivered', /Undelivered/, 1],
    ['ReconcilerLag', /ReconcilerLag/, 3600],
  ] as const satisfies readonly (readonly [EngineMetricName, RegExp, number])[]) {
    const told = alarmNotified(harness, alarm);
    const { unit } = engineMetrics[name];
    for (let minute = 0; minute <= longest; minute += 1) {
      kernel.port.metrics.record({ ...ENGINE, namespace: metricNamespace, name, dimensions: {}, value, unit });
      await clock.sleep(60_000, `${name} is measured again`);
    }
    await told;
  }
}

/** Resolves once a topic was told of an alarm of that name. */
function alarmNotified(harness: ProbeHarness, name: RegExp): Promise<unknown> {
  return harness.watchdog.next((one) => {
    if (one.kind !== 'notification') return undefined;
    const { AlarmName, NewStateValue } = detailOf(JSON.parse(one.message));
    return NewStateValue === 'ALARM' && name.test(String(AlarmName)) ? AlarmName : undefined;
  });
}

/** How often queues are read in which nothing more can come, and how often at all: a minute and more. */
const MOST_READS = { atRest: 50, altogether: 600 };

/**
 * Waits until that many different rules, or functions, have left letters in the queues of a stack.
 * @throws Error when everything is at rest before, or it takes too long
 */
async function waitForDeadLetters(
  harness: ProbeHarness,
  where: typeof ENGINE | typeof TARGET,
  StackName: string,
  wanted: { readonly service: 'events' | 'lambda'; readonly senders: number },
): Promise<void> {
  const { aws } = harness.sandbox;
  const resources = new ListStackResourcesCommand({ StackName });
  const { StackResourceSummaries = [] } = await aws.client(CloudFormationClient, where).send(resources);
  const queues = StackResourceSummaries.filter(({ ResourceType }) => ResourceType === 'AWS::SQS::Queue');
  const sqs = aws.client(SQSClient, where);
  const seen = new Set<string>();
  for (let reads = 0, atRest = 0; seen.size < wanted.senders; reads += 1) {
    atRest = harness.watchdog.isAtRest() ? atRest + 1 : 0;
    const canCome = atRest < MOST_READS.atRest && reads < MOST_READS.altogether;
    assert.ok(canCome, `There are letters of ${[...seen].join(', ')} alone in the queues of ${StackName}.`);
    for (const { PhysicalResourceId: QueueUrl } of queues) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
      );
      for (const message of Messages) seen.add(senderOf(message, wanted.service));
      seen.delete('');
    }
    await harness.pause();
  }
}

const failedInvocation = z.object({ requestContext: z.object({ functionArn: z.string() }) });

/** The rule, or the function, that a letter comes from; empty where it is of the other kind. */
function senderOf({ Body = '{}', MessageAttributes }: Message, service: 'events' | 'lambda'): string {
  const rule = MessageAttributes?.['RULE_ARN']?.StringValue;
  if (service === 'events' || rule !== undefined) return service === 'events' ? (rule ?? '') : '';
  return failedInvocation.parse(JSON.parse(Body)).requestContext.functionArn;
}

const statementSchema = z.object({
  Sid: z.string(),
  Principal: z.object({ Service: z.string() }),
  Condition: z.object({ ArnLike: z.object({ 'AWS:SourceArn': z.string() }) }),
});

/** Takes EventBridge's permissions to invoke a function away; returns what gives them back. */
async function closeFunction({ sandbox: { aws } }: ProbeHarness, FunctionName: string): Promise<() => Promise<void>> {
  const lambda = aws.client(LambdaClient, ENGINE);
  const { Policy = '{}' } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  const { Statement } = z.object({ Statement: z.array(statementSchema) }).parse(JSON.parse(Policy));
  for (const { Sid: StatementId } of Statement)
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
  return async () => {
    for (const { Sid: StatementId, Principal, Condition } of Statement) {
      const SourceArn = Condition.ArnLike['AWS:SourceArn'];
      const Action = 'lambda:InvokeFunction';
      await lambda.send(
        new AddPermissionCommand({ FunctionName, StatementId, Action, Principal: Principal.Service, SourceArn }),
      );
    }
  };
}

/** Takes the target's permission to put events on the engine's bus away; returns what gives it back. */
async function closeBus({ sandbox: { aws } }: ProbeHarness): Promise<() => Promise<void>> {
  const events = aws.client(EventBridgeClient, ENGINE);
  const { Policy } = await events.send(new DescribeEventBusCommand({ Name: 'sluice' }));
  await events.send(new RemoveBusPermissionCommand({ EventBusName: 'sluice', StatementId: 'from-targets' }));
  return async () => {
    await events.send(new PutPermissionCommand({ EventBusName: 'sluice', Policy }));
  };
}

/** S3's event for an object, as the bucket sends it. */
export function emitObjectCreated({ sandbox }: ProbeHarness, key: string, versionId: string): void {
  const object = { key, 'version-id': versionId, size: 1, etag: '0'.repeat(32), sequencer: '0' };
  sandbox.aws.kernel.port.events.emit({
    ...ENGINE,
    source: 'aws.s3',
    detailType: 'Object Created',
    detail: { version: '0', bucket: { name: sandbox.bucket }, object, reason: 'PutObject' },
  });
}

function emitExecutionEnded({ sandbox }: ProbeHarness): void {
  const machine = `${ENGINE.region}:${ENGINE.account}:stateMachine:sluice-release`;
  sandbox.aws.kernel.port.events.emit({
    ...ENGINE,
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    detail: { name: 'orders-9.9.9-a1', status: 'ABORTED', stateMachineArn: `arn:aws:states:${machine}` },
  });
}

function emitStackEvent({ sandbox }: ProbeHarness, more: object): void {
  const id = `arn:aws:cloudformation:${TARGET.region}:${TARGET.account}:stack/sluice-orders-staging/0`;
  sandbox.aws.kernel.port.events.emit({
    ...TARGET,
    source: 'aws.cloudformation',
    detailType: 'CloudFormation Stack Status Change',
    detail: { 'stack-id': id, 'status-details': { status: 'UPDATE_COMPLETE' }, ...more },
  });
}

function emitDeploymentEvent({ sandbox }: ProbeHarness): void {
  sandbox.aws.kernel.port.events.emit({
    ...TARGET,
    source: 'aws.codedeploy',
    detailType: 'CodeDeploy Deployment State-change Notification',
    detail: {
      application: 'sluice',
      deploymentGroup: 'sluice-orders-staging-Live',
      deploymentId: 'd-000000000',
      state: 'SUCCESS',
    },
  });
}

function emitAlarmEvent({ sandbox }: ProbeHarness): void {
  sandbox.aws.kernel.port.events.emit({
    ...TARGET,
    source: 'aws.cloudwatch',
    detailType: 'CloudWatch Alarm State Change',
    detail: { alarmName: 'sluice-orders-staging-Lost', state: { value: 'ALARM' } },
  });
}
