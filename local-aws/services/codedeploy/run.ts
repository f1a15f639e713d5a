import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { ErrorCode } from '@aws-sdk/client-codedeploy';
import { randomUUID } from 'node:crypto';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { checkAlarms, watchAlarms } from './alarms.ts';
import { readAppSpec, revisionText, type AppSpec } from './app-spec.ts';
import { trafficSteps } from './configurations.ts';
import { emitStateChange } from './state-change-event.ts';
import { rollbackOf } from './rollback.ts';
import { DeploymentFailure, Interrupted, type Run } from './running.ts';
import type { Deployment, Hook, Realm, Realms } from './store.ts';
import { checkAlias, finishTraffic, shareTraffic } from './traffic.ts';

/** How long CodeDeploy takes to begin. */
const START_MILLISECONDS = 1_000;
/** A hook that has not reported by then has failed. */
const HOOK_MILLISECONDS = 60 * 60 * 1_000;

/** Starts a deployment in the background. It waits on the clock only, and is idle while it waits. */
export function start(realms: Realms, realm: Realm, deployment: Deployment): void {
  realms.kernel.background(`CodeDeploy ${deployment.id}`, () => carryOut(realms, realm, deployment));
}

async function carryOut(realms: Realms, realm: Realm, deployment: Deployment): Promise<void> {
  const { kernel } = realms;
  const unwatch = watchAlarms(kernel, realm, deployment);
  let spec: AppSpec | undefined;
  try {
    await pause(kernel, deployment, START_MILLISECONDS);
    deployment.status = 'InProgress';
    deployment.startedAt = kernel.clock.date();
    touch(kernel, deployment);
    emitStateChange(kernel, realm, deployment, 'START');
    const run = prepare(realms, realm, deployment);
    spec = run.spec;
    await steps(run);
    end(kernel, deployment, 'Succeeded');
    deployment.group.lastSuccessful = deployment;
    emitStateChange(kernel, realm, deployment, 'SUCCESS');
  } catch (error) {
    broken(realms, realm, deployment, error);
    const rollback = rollbackOf(realms, realm, deployment, spec);
    if (rollback !== undefined) start(realms, realm, rollback);
  } finally {
    unwatch();
  }
}

function prepare(realms: Realms, realm: Realm, deployment: Deployment): Run {
  const spec = readAppSpec(revisionText(deployment.revision));
  if (typeof spec === 'string')
    throw new DeploymentFailure(
      'INVALID_LAMBDA_CONFIGURATION',
      `The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration. ${spec}`,
    );
  const role = realms.kernel.port.iam.assumeForService({
    roleArn: deployment.group.roleArn,
    service: 'codedeploy.amazonaws.com',
    region: realm.region,
    sessionName: deployment.id,
  });
  return { kernel: realms.kernel, realm, deployment, spec, role };
}

async function steps(run: Run): Promise<void> {
  const { deployment } = run;
  const rollback = deployment.creator === 'codeDeployRollback';
  if (!rollback) {
    await checkAlarms(run);
    interruption(deployment);
    await checkAlias(run);
  }
  await lifecycle(run, 'BeforeAllowTraffic', () => hook(run, run.spec.hooks.BeforeAllowTraffic));
  await lifecycle(run, 'AllowTraffic', async () => {
    for (const { weight, holdMilliseconds } of trafficSteps(deployment.configuration.routing)) {
      await shareTraffic(run, weight);
      await hold(run, holdMilliseconds);
    }
    await finishTraffic(run);
  });
  await lifecycle(run, 'AfterAllowTraffic', () => hook(run, run.spec.hooks.AfterAllowTraffic));
}

/** How often alarms are asked for while traffic is held; their events are what usually tells. */
const ALARM_POLL_MILLISECONDS = 30_000;

async function hold(run: Run, milliseconds: number): Promise<void> {
  const until = run.kernel.clock.now() + milliseconds;
  for (;;) {
    await checkAlarms(run);
    interruption(run.deployment);
    const left = until - run.kernel.clock.now();
    if (left <= 0) return;
    const watched = run.deployment.alarms?.enabled === true;
    await pause(run.kernel, run.deployment, watched ? Math.min(left, ALARM_POLL_MILLISECONDS) : left);
  }
}

/** Runs one lifecycle event, keeping its times and how it ended. */
async function lifecycle(run: Run, name: string, work: () => Promise<void>): Promise<void> {
  const { kernel, deployment } = run;
  const event = deployment.lifecycle.find(({ lifecycleEventName }) => lifecycleEventName === name);
  if (event === undefined) throw new Error(`No lifecycle event ${name}`);
  event.startTime = kernel.clock.date();
  event.status = 'InProgress';
  touch(kernel, deployment);
  try {
    await work();
    interruption(deployment);
    event.status = 'Succeeded';
  } catch (error) {
    event.status = error instanceof Interrupted ? 'Skipped' : 'Failed';
    if (error instanceof DeploymentFailure)
      event.diagnostics = { errorCode: 'ScriptFailed', message: error.message, scriptName: '', logTail: '' };
    throw error;
  } finally {
    event.endTime = kernel.clock.date();
    touch(kernel, deployment);
  }
}

/** Invokes a hook's function and waits for it to report, up to an hour. */
async function hook(run: Run, functionName: string | undefined): Promise<void> {
  if (functionName === undefined) return;
  const { kernel, deployment, role } = run;
  const pending: Hook = { executionId: randomUUID(), status: 'Pending' };
  deployment.hooks.push(pending);
  const Payload = Buffer.from(
    JSON.stringify({ DeploymentId: deployment.id, LifecycleEventHookExecutionId: pending.executionId }),
  );
  await kernel.send(role, new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }));
  const until = kernel.clock.now() + HOOK_MILLISECONDS;
  while (reported(pending) === 'Pending' && kernel.clock.now() < until)
    await pause(kernel, deployment, until - kernel.clock.now());
  if (reported(pending) === 'Succeeded') return;
  const why = reported(pending) === 'Failed' ? 'reported a failure' : 'did not report within an hour';
  pending.status = 'Failed';
  throw new DeploymentFailure(
    'HOOK_EXECUTION_FAILURE',
    `The overall deployment failed because a lifecycle event hook failed: the function ${functionName} ${why}.`,
  );
}

/** A hook's status, which changes while the deployment waits. */
function reported(hook: Hook): Hook['status'] {
  return hook.status;
}

/** Waits until the time has passed or something wakes the deployment. @throws Interrupted when it is to stop */
async function pause(kernel: Kernel, deployment: Deployment, milliseconds: number): Promise<void> {
  interruption(deployment);
  await kernel.clock.waiting(
    () =>
      new Promise<void>((resolve) => {
        const timer = kernel.clock.after(milliseconds, resolve, `CodeDeploy ${deployment.id}`);
        deployment.wake = () => {
          timer.cancel();
          resolve();
        };
      }),
  );
  deployment.wake = undefined;
  interruption(deployment);
}

function interruption(deployment: Deployment): void {
  if (deployment.stop !== undefined) throw new Interrupted();
}

function broken(realms: Realms, realm: Realm, deployment: Deployment, error: unknown): void {
  const { kernel } = realms;
  if (error instanceof Interrupted) {
    deployment.error = deployment.stop?.error;
    end(kernel, deployment, 'Stopped');
    emitStateChange(kernel, realm, deployment, 'STOP');
    return;
  }
  deployment.error = reasonOf(error);
  end(kernel, deployment, 'Failed');
  emitStateChange(kernel, realm, deployment, 'FAILURE');
}

/** @throws what is a bug rather than a refusal */
function reasonOf(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof DeploymentFailure) return { code: error.code, message: error.message };
  if (!(error instanceof AwsError)) throw error;
  const code: ErrorCode = /AccessDenied/.test(error.code)
    ? 'IAM_ROLE_PERMISSIONS'
    : /NotFound/.test(error.code)
      ? 'INVALID_LAMBDA_FUNCTION'
      : /Thrott|TooManyRequests/.test(error.code)
        ? 'THROTTLED'
        : 'INTERNAL_ERROR';
  return { code, message: error.message };
}

function end(kernel: Kernel, deployment: Deployment, status: 'Succeeded' | 'Failed' | 'Stopped'): void {
  deployment.status = status;
  deployment.completedAt = kernel.clock.date();
  for (const event of deployment.lifecycle) if (event.status === 'Pending') event.status = 'Skipped';
  touch(kernel, deployment);
}

function touch(kernel: Kernel, deployment: Deployment): void {
  deployment.updatedAt = kernel.clock.date();
}
