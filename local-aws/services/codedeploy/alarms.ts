import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { AwsError } from '../../kernel/errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { DeploymentFailure, type Run } from './running.ts';
import type { Deployment, Realm } from './store.ts';

const alarmEvent = z.object({ alarmName: z.string(), state: z.object({ value: z.string() }) });

/**
 * Wakes a deployment as soon as one of its alarms goes off; the deployment then asks CloudWatch for the truth.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
 */
export function watchAlarms(kernel: Kernel, realm: Realm, deployment: Deployment): () => void {
  const names = alarmNames(deployment);
  if (names.length === 0) return () => undefined;
  return kernel.onObservation((observation) => {
    if (observation.kind !== 'event' || observation.source !== 'aws.cloudwatch') return;
    if (observation.account !== realm.account || observation.region !== realm.region) return;
    const event = alarmEvent.safeParse(observation.detail);
    if (!event.success || event.data.state.value !== 'ALARM' || !names.includes(event.data.alarmName)) return;
    deployment.stop ??= stopFor([event.data.alarmName]);
    deployment.wake?.();
  });
}

/** Asks CloudWatch, as the group's role, and marks the deployment to stop when an alarm is on. @throws DeploymentFailure */
export async function checkAlarms({ kernel, deployment, role }: Run): Promise<void> {
  const names = alarmNames(deployment);
  if (names.length === 0) return;
  const found = await poll(kernel, role, names, deployment.alarms?.ignorePollAlarmFailure === true);
  const active = found.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  if (active.length > 0) deployment.stop ??= stopFor(active);
}

async function poll(kernel: Kernel, role: Run['role'], names: string[], ignoreFailure: boolean) {
  try {
    const { MetricAlarms = [], CompositeAlarms = [] } = await kernel.send(
      role,
      new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
    );
    const found = [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateValue = '' }) => ({
      name: AlarmName,
      state: StateValue,
    }));
    const missing = names.filter((name) => !found.some((alarm) => alarm.name === name));
    if (missing.length > 0 && !ignoreFailure)
      throw new DeploymentFailure(
        'CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND',
        `The deployment failed because these alarms could not be found: ${missing.join(', ')}`,
      );
    return found;
  } catch (error) {
    if (error instanceof AwsError && ignoreFailure) return [];
    throw error;
  }
}

function alarmNames({ alarms, creator }: Deployment): string[] {
  // A rollback goes through whatever the alarms say: it is what they asked for.
  if (alarms?.enabled !== true || creator === 'codeDeployRollback') return [];
  return (alarms.alarms ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
}

function stopFor(names: readonly string[]): NonNullable<Deployment['stop']> {
  return {
    error: {
      code: 'ALARM_ACTIVE',
      message: `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: <${names.join(', ')}>`,
    },
    rollBack: undefined,
    event: 'DEPLOYMENT_STOP_ON_ALARM',
  };
}
