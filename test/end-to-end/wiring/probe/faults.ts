import assert from 'node:assert/strict';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, DeleteEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { oneRelease } from '../../../../cli/follow.ts';
import type { Observation } from 'local-aws/observation';
import { ENGINE } from '../../../../local/sandbox.ts';
import { packTiny } from '../../tiny-service.ts';
import { ANSWER } from '../lambda-resources.ts';
import { byLink, detailOf, isCall, type ProbeHarness } from './harness.ts';
import { emitObjectCreated } from './dead-letters.ts';
import { killAfterExecute, failingFunction, orders } from './releases.ts';

/** An artifact that is deleted under the engine's hands is told apart from one that may not be read. */
export async function artifactDeleted(harness: ProbeHarness): Promise<void> {
  const { aws, bucket } = harness.sandbox;
  const s3 = aws.client(S3Client, ENGINE);
  const remove = (Key: string, VersionId: string): Promise<unknown> =>
    s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
  aws.faults.atEvent('S3 says nothing', { source: 'aws.s3' }, { kind: 'lose' });
  const lost = await harness.clients.team.push('orders/0.0.2.zip', Buffer.from('gone before it is received'));
  await remove(lost.key, lost.versionId);
  const written = harness.watchdog.next((one) =>
    isCall('TransactWriteItems', 'sluice-receive')(one) ? true : undefined,
  );
  emitObjectCreated(harness, lost.key, lost.versionId);
  // It ends where it is received: nothing is executed.
  await written;
  const { status, failure } = await oneRelease(harness.clients.team, 'orders-0.0.2-a1');
  assert.deepEqual([status, failure?.error], ['Rejected', 'ArtifactRejected']);
  aws.faults.clear();
  await deletedBefore(harness, '0.0.3', 'sluice-validate', isCall('StartExecution', 'sluice-receive'), remove);
  await deletedBefore(harness, '0.0.4', 'sluice-deploy', isCall('StartExecution', 'sluice-workflow'), remove);
}

type Remove = (key: string, versionId: string) => Promise<unknown>;

/** Drops an artifact that goes at a moment, before a function looks at it. */
async function deletedBefore(
  harness: ProbeHarness,
  version: string,
  role: string,
  moment: (one: Observation) => boolean,
  remove: Remove,
): Promise<void> {
  const { faults } = harness.sandbox.aws;
  faults.atCall(
    `${role} looks later`,
    { service: 's3', operation: 'HeadObject', role },
    { kind: 'delay', milliseconds: 200 },
  );
  const { key, bytes } = packTiny({ service: 'orders', version });
  const at = harness.watchdog.next((one) => (moment(one) ? true : undefined));
  const end = harness.ended(`orders-${version}-a1`);
  const { versionId } = await harness.clients.team.push(key, bytes);
  await at;
  await remove(key, versionId);
  assert.match((await end).release.failure?.reason ?? '', /(no longer|not) the one that was accepted/);
  faults.assertAllHappened();
  faults.clear();
}

/** Of two releases that wait for a third, the newer goes ahead: the older is told. Then people decline, asked by the domain. */
export async function superseded(harness: ProbeHarness): Promise<void> {
  const { aws } = harness.sandbox;
  const ses = aws.client(SESv2Client, ENGINE);
  await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: 'sluice@example.com' }));
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  harness.decide(byLink('decline'));
  aws.faults.atCall(
    'the first release takes its time',
    { service: 'cloudformation', operation: 'ExecuteChangeSet', role: 'sluice-target-deploy-us-east-1' },
    { kind: 'delay', milliseconds: 1_000 },
  );
  const first = harness.release(orders('1.5.0', 2), 'Declined');
  await harness.watchdog.next((one) => (isCall('AssumeRole', 'sluice-deploy')(one) ? true : undefined));
  const older = harness.release(orders('1.5.1', 2), 'Superseded');
  await harness.watchdog.next((one) => (waits(one, 'orders-1.5.1-a1') ? true : undefined));
  const newer = harness.release(orders('1.5.2', 2, { manifest: { alarms: ['LostAlarm', 'AnyAlarm'] } }), 'Declined');
  await Promise.all([first, older, newer]);
  aws.faults.assertAllHappened();
  aws.faults.clear();
  harness.decide(byLink('approve'));
}

/** The row of a release that waits for a turn was written. */
function waits(one: Observation, release: string): boolean {
  if (one.kind !== 'call' || one.operation !== 'TransactWriteItems') return false;
  const text = JSON.stringify(one.input);
  return text.includes(release) && text.includes('waiter#');
}

/** CloudFormation cannot even undo its change: it is asked to go on with it. */
export async function stuckRollback(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  const setsTimeout = (input: unknown): boolean => 'VisibilityTimeout' in detailOf(detailOf(input)['Attributes']);
  faults.atCall(
    'the queue cannot be put back',
    {
      service: 'sqs',
      operation: 'SetQueueAttributes',
      role: 'sluice-target-cfn-us-east-1-orders',
      input: setsTimeout,
      nth: 2,
    },
    { kind: 'error', code: 'InternalError', status: 500 },
  );
  killAfterExecute(harness);
  await harness.release(orders('1.6.0', 1, { resources: { Doom: failingFunction(['Queue']) } }), 'RolledBack');
  faults.assertAllHappened();
  faults.clear();
}

/** Users meet what nobody saw before: the old version gets their traffic back. */
export async function badForUsers(harness: ProbeHarness): Promise<void> {
  const answer = `context.invokedFunctionArn.endsWith(':live') ? { ok: false } : ${ANSWER}`;
  await harness.release(orders('1.7.0', 2, { answer }), 'RolledBack');
}

/** A rollback that does not end well: somebody is paged, and told by mail. */
export async function failedRollback(harness: ProbeHarness): Promise<void> {
  const { aws } = harness.sandbox;
  const { faults } = aws;
  const ses = aws.client(SESv2Client, ENGINE);
  await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: 'example.com' }));
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'sluice@example.com' }));
  // No refusal that may pass: that would be tried again for half an hour.
  faults.atCall(
    'the stack cannot be put back',
    { service: 'cloudformation', operation: 'ExecuteChangeSet', account: '333333333333', nth: 2, times: 1e9 },
    { kind: 'error', code: 'OperationNotFoundException' },
  );
  const told = ['Publish', 'SendEmail'].map((operation) => next(harness, operation, 'sluice-notify'));
  const answer = `context.invokedFunctionArn.includes(':333333333333:') ? { ok: false } : ${ANSWER}`;
  await harness.release(orders('1.9.3', 2, { answer }), 'Failed');
  await Promise.all(told);
  faults.assertAllHappened();
  faults.clear();
  await ses.send(new DeleteEmailIdentityCommand({ EmailIdentity: 'sluice@example.com' }));
  await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'example.com' }));
}

/**
 * An alarm is on already when traffic would move, and the deploying function dies again and again: when it is back, it
 * finds by itself that its deployment was refused.
 */
export async function alarmAlreadyFiring(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  const role = 'sluice-target-deploy-us-east-1';
  const dies = (operation: string, when: 'before' | 'after', times: number): void =>
    faults.atCall(
      `the deploying function dies ${when} ${operation}`,
      { service: 'codedeploy', operation, role, times },
      { kind: 'kill', when },
    );
  dies('CreateDeployment', 'after', 1);
  dies('GetDeployment', 'before', 4);
  const Ring = { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'TRUE' } };
  const ringing = orders('1.7.1', 1, { resources: { Ring }, manifest: { alarms: ['Ring'] } });
  await harness.release(ringing, 'RolledBack');
  faults.assertAllHappened();
  faults.clear();
}

/** Resolves once a function that acts as `role` made a call, and it was answered. */
function next({ watchdog }: ProbeHarness, operation: string, role: string): Promise<true> {
  return watchdog.next((one) => (isCall(operation, role)(one) ? true : undefined));
}

/** One alias is refused by its hook while the canary of another runs: that is stopped. The reconciler has delivered what SES refused at first. */
export async function brokenHook(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  // The first asks for the approval.
  faults.atCall(
    'mail is refused',
    { service: 'ses', operation: 'SendEmail', role: 'sluice-notify', nth: 2 },
    { kind: 'error', code: 'MessageRejected' },
  );
  let mails = 0;
  const sent = isCall('SendEmail', 'sluice-notify');
  const mailed = harness.watchdog.next((one) => (sent(one) && ++mails === 2 ? true : undefined));
  const status = `context.invokedFunctionArn.includes(':333333333333:') ? 'Failed' : 'Succeeded'`;
  const answer = ANSWER.replace("'Succeeded'", status);
  await harness.release(orders('1.8.0', 1, { answer }), 'RolledBack');
  await mailed;
  faults.assertAllHappened();
  faults.clear();
}

/** Somebody stops the execution while people are asked: the release is over, and nothing was touched. */
export async function stoppedDuringApproval(harness: ProbeHarness): Promise<void> {
  harness.decide(async (request) => {
    await stop(harness, request.release);
    request.decidedElsewhere();
  });
  await harness.release(orders('1.9.0', 2), 'Cancelled');
  harness.decide(byLink('approve'));
}

/** Somebody stops the execution while a target is changed: its child is stopped with it, and what it did is undone. */
export async function stoppedDuringDeployment(harness: ProbeHarness): Promise<void> {
  const changing = harness.watchdog.next((one) =>
    isCall('ExecuteChangeSet', 'sluice-target-deploy-us-east-1')(one) ? true : undefined,
  );
  const end = harness.release(orders('1.9.1', 1), 'RolledBack');
  await changing;
  await stop(harness, 'orders-1.9.1-a1');
  await end;
}

async function stop({ sandbox }: ProbeHarness, release: string): Promise<void> {
  const { account, region } = ENGINE;
  const executionArn = `arn:aws:states:${region}:${account}:execution:sluice-release:${release}`;
  await sandbox.aws.client(SFNClient, ENGINE).send(new StopExecutionCommand({ executionArn }));
}
