import assert from 'node:assert/strict';
import * as z from 'zod';
import type { Engine } from '../../../../cli/engine.ts';
import { CommandError, exitCode } from '../../../../cli/exit-codes.ts';
import { recordedObject } from '../../../../core/checks/evidence.ts';
import { demandDocument } from '../../../../core/contract/api/actions.ts';
import { comparisonDocument } from '../../../../core/contract/api/comparison.ts';
import { verificationDocument } from '../../../../core/contract/api/verification.ts';
import { type EvidencePage, evidencePage } from '../../../../core/contract/api/evidence.ts';
import { liveList, releaseList, transitionList } from '../../../../core/contract/api/documents.ts';
import { computed, packTiny, type TinyRelease } from '../../tiny-service.ts';
import { everyResourceKind } from '../every-resource.ts';
import type { Revision } from '../template-builders.ts';
import { ANSWER } from '../lambda-resources.ts';
import { byLink, detailOf, isCall, type ProbeHarness } from './harness.ts';
import { tooManyVersions } from './old-versions.ts';

const reference = { secret: 'sluice-orders-{environment}/smoke', key: 'token', scheme: 'Bearer' };

const checks = {
  smoke: [
    { invoke: 'Function', payload: {}, expect: { json: { ok: true } } },
    { http: 'ApiUrl', path: '/health', headers: { Authorization: reference }, expect: { status: 200 } },
  ],
};

/** A version of the service with resources of every kind. */
export function orders(
  version: string,
  revision: Revision,
  more: Partial<TinyRelease> = {},
): ReturnType<typeof packTiny> {
  return packTiny({
    service: 'orders',
    version,
    answer: ANSWER,
    ...more,
    resources: { ...everyResourceKind(revision), ...more.resources },
    parameters: { QueueName: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/orders/queue' } },
    outputs: { ApiUrl: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } },
    manifest: {
      checks,
      alarms: ['LostAlarm'],
      rollout: { staging: 'AllAtOnce', production: 'Canary10Percent6Minutes' },
      requires: [{ secret: 'orders/db' }, { parameter: '/orders/queue' }],
      ...more.manifest,
    },
  });
}

/** What is no artifact at all is rejected, and in the ledger. */
export async function rejected(harness: ProbeHarness): Promise<void> {
  const { transitions } = await harness.release({ key: 'orders/0.0.1.zip', bytes: Buffer.from('no zip') }, 'Rejected');
  assert.deepEqual(
    transitions.map(({ type }) => type),
    ['received', 'rejected', 'ended'],
  );
}

/** The first version ever cannot be made in staging: what was made of it goes again, the stack too. */
export async function firstFails(harness: ProbeHarness): Promise<void> {
  const resources = { Doom: failingFunction(Object.keys(everyResourceKind(1))) };
  await harness.release(orders('0.1.0', 1, { resources }), 'RolledBack');
}

/** A function with a timeout that Lambda refuses, made after everything else. */
export function failingFunction(after: readonly string[]): object {
  return {
    Type: 'AWS::Lambda::Function',
    DependsOn: after,
    Properties: {
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      // CloudFormation alone can tell that it is too much.
      Timeout: computed('901'),
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: './code',
    },
  };
}

/** Version 1 goes live everywhere, woken by events alone: the reconciler is kept from running. */
export async function firstVersion(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  suspendReconciler(harness);
  killAfterExecute(harness);
  await harness.release(orders('1.0.0', 1), 'Succeeded');
  await expectReleaseListed(harness);
  await expectDigest(harness, 'awaited');
  const written = harness.watchdog.next((one) => (isCall('PutObject', 'sluice-wake')(one) ? true : undefined));
  faults.assertAllHappened();
  faults.clear();
  await written;
  await expectDigest(harness, 'agrees');
}

/** What the bucket of digests has of the first release: before the reconciler has run again, and after that. */
async function expectDigest({ clients: { team } }: ProbeHarness, digest: 'awaited' | 'agrees'): Promise<void> {
  const path = '/v1/releases/orders-1.0.0-a1/verification';
  assert.equal((await team.call(verificationDocument, 'GET', path)).digest, digest);
}

/** What differs is read from the artifacts, of which one is gone. */
export async function compared({ clients: { team } }: ProbeHarness): Promise<void> {
  const path = '/v1/releases/orders-0.0.4-a1/compare/orders-1.0.0-a1';
  const { template } = await team.call(comparisonDocument, 'GET', path);
  assert.match(JSON.stringify(template), /cannot be read/);
}

/** What was declined is tried again, at once: nobody waits for the reconciler, which starts what nobody has started. */
export async function retried(harness: ProbeHarness): Promise<void> {
  harness.decide(byLink('decline'));
  const starts = isCall('StartExecution', 'sluice-decide');
  const started = harness.watchdog.next((one) => (starts(one) ? true : undefined));
  const end = harness.ended('orders-1.2.0-a2');
  const path = '/v1/releases/orders-1.2.0-a1/retry';
  await harness.clients.approver.call(demandDocument, 'POST', path, { reason: 'As the probe says' });
  await started;
  assert.equal((await end).release.status, 'Declined');
  harness.decide(byLink('approve'));
}

/** What is live is dropped again: nothing changes, and that is written down. */
export async function sameAgain(harness: ProbeHarness): Promise<void> {
  const written = harness.watchdog.next((one) => (isCall('UpdateItem', 'sluice-receive')(one) ? true : undefined));
  const { key, bytes } = orders('1.0.0', 1);
  await harness.clients.team.push(key, bytes);
  await written;
}

/** The reconciler does not run, until the faults are cleared. */
export function suspendReconciler({ sandbox }: ProbeHarness): void {
  const reconciles = (input: unknown): boolean => {
    const { Payload } = detailOf(input);
    return Payload instanceof Uint8Array && Buffer.from(Payload).includes('reconcile');
  };
  sandbox.aws.faults.atCall(
    'the reconciler does not run',
    { service: 'lambda', operation: 'Invoke', input: reconciles, times: 1e9 },
    { kind: 'error', code: 'ServiceException', status: 500 },
  );
}

/**
 * The deploying function dies after it has begun to change a stack: its second try registers a wait for what has ended
 * already, and finds that out by itself.
 */
export function killAfterExecute({ sandbox }: ProbeHarness): void {
  sandbox.aws.faults.atCall(
    'the deploying function dies',
    { service: 'cloudformation', operation: 'ExecuteChangeSet', role: 'sluice-target-deploy-us-east-1' },
    { kind: 'kill', when: 'after' },
  );
}

/**
 * Version 2 follows by canary, let through by an IAM principal, although an event of each kind is lost. Of too many old versions of its
 * function some go.
 */
export async function secondVersion(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  const expectSomeGone = await tooManyVersions(harness);
  faults.atEvent(
    'a stack event is lost',
    { source: 'aws.cloudformation', detail: (detail) => JSON.stringify(detail).includes('"UPDATE_COMPLETE"') },
    { kind: 'lose' },
  );
  faults.atEvent(
    'a deployment event is lost',
    { source: 'aws.codedeploy', detail: (detail) => detailOf(detail)['state'] === 'SUCCESS' },
    { kind: 'lose' },
  );
  harness.decide(async (request) => {
    const approval = new URL(request.link).pathname.split('/').at(-1) ?? '';
    const path = `/v1/releases/${request.release}/approvals/${approval}`;
    await harness.clients.approver.call(z.unknown(), 'POST', path, { decision: 'approve', reason: 'By IAM' });
    request.decidedElsewhere();
  });
  await harness.release(orders('1.1.0', 2), 'Succeeded');
  await expectSomeGone();
  harness.decide(byLink('approve'));
  faults.assertAllHappened();
  faults.clear();
}

/** Somebody says no, to an approval whose task died when it had asked for it: the second invocation finds it open still. */
export async function declined(harness: ProbeHarness): Promise<void> {
  const { faults } = harness.sandbox.aws;
  const asks = (input: unknown): boolean => JSON.stringify(input).includes('"approvalRequested"');
  faults.atCall(
    'the function that asks dies',
    { service: 'dynamodb', operation: 'TransactWriteItems', role: 'sluice-gate', input: asks },
    { kind: 'kill', when: 'after' },
  );
  harness.decide(byLink('decline'));
  await harness.release(orders('1.2.0', 1), 'Declined');
  harness.decide(byLink('approve'));
  faults.assertAllHappened();
  faults.clear();
}

/** A change that CloudFormation undoes, in an update: it would take a topic that is Sluice's, which is forbidden besides not being granted. */
export async function brokenChange(harness: ProbeHarness): Promise<void> {
  const Properties = { TopicName: computed('sluice-target-alarms') };
  const resources = { Doom: { Type: 'AWS::SNS::Topic', DependsOn: ['Flow', 'Group'], Properties } };
  await harness.watchdog.expectingRefusals(async () => {
    const { release } = await harness.release(orders('1.3.0', 2, { resources }), 'RolledBack');
    assert.match(
      release.failure?.reason ?? '',
      /sns:(GetTopicAttributes|CreateTopic) .*explicit deny in an identity-based policy/,
    );
  });
}

/**
 * A new version that does not do what it should, before anybody was moved to it. What it brought to keep data in is looked into, and goes
 * because it is empty.
 */
export async function brokenCode(harness: ProbeHarness): Promise<void> {
  const retained = (Type: string, Properties: object = {}) => ({ Type, Properties, DeletionPolicy: 'Retain' });
  const resources = {
    NewTable: retained('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
    NewBucket: retained('AWS::S3::Bucket'),
    NewQueue: retained('AWS::SQS::Queue'),
    NewLog: retained('AWS::Logs::LogGroup'),
    NewFunctionLog: retained('AWS::Logs::LogGroup', {
      LogGroupName: { 'Fn::Sub': '/aws/lambda/${AWS::StackName}-new' },
    }),
  };
  const { transitions } = await harness.release(
    orders('1.4.0', 2, { answer: '{ ok: false }', resources }),
    'RolledBack',
  );
  assert.equal(transitions.at(-1)?.evidence?.['left'], undefined);
}

/** What the release was judged by is read from where it lies, and what does not lie there is not found. */
async function expectEvidence(team: Engine, id: string): Promise<void> {
  const { transitions } = await team.call(transitionList, 'GET', `/v1/releases/${id}/transitions`);
  const [named] = transitions.flatMap(({ evidence }) => recordedObject(evidence) ?? []);
  const of = (sha256: string): Promise<EvidencePage> =>
    team.call(evidencePage, 'GET', `/v1/releases/${id}/evidence/${sha256}`);
  assert.equal((await of(named?.object.sha256 ?? '')).release, id);
  const absent: unknown = await of('0'.repeat(64)).catch((problem: unknown) => problem);
  assert.ok(absent instanceof CommandError && absent.exitCode === exitCode.notFound, String(absent));
}

/** Whoever reads the ledger now finds the release, however they ask. */
async function expectReleaseListed({ clients: { team } }: ProbeHarness): Promise<void> {
  for (const query of ['', '?service=orders', '?status=Succeeded', '?environment=production&service=orders']) {
    const { releases } = await team.call(releaseList, 'GET', `/v1/releases${query}`);
    assert.ok(
      releases.some(({ id }) => id === 'orders-1.0.0-a1'),
      query,
    );
  }
  await expectEvidence(team, 'orders-1.0.0-a1');
  const { live } = await team.call(liveList, 'GET', '/v1/live');
  assert.deepEqual(live.map(({ environment, version }) => `${environment} ${version}`).sort(), [
    'production 1.0.0',
    'staging 1.0.0',
  ]);
}
