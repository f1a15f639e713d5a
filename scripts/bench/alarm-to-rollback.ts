import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { defaultStackName } from '../../core/contract/names.ts';
import type { Sandbox } from '../../local/sandbox.ts';
import type { ScenarioRunner } from '../../local/scenario-runner.ts';
import { packTiny } from '../../test/end-to-end/tiny-service.ts';
import type { BudgetLine } from './budget-line.ts';

const production = { account: '333333333333', region: 'us-east-1' };
const alarm = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: { 'Fn::Sub': '${AWS::StackName}-Alarm' },
    ...{ Namespace: 'Bench', MetricName: 'Errors', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'ignore' },
  },
};
/** The first call of a rollback: it stops the shift, or restores the alias where CodeDeploy has stopped the shift already. */
const firstSteps = ['StopDeployment', 'UpdateAlias'];

const alarmEvent = z.object({ alarmName: z.string(), state: z.object({ value: z.literal('ALARM') }) });

function isAlarmFiring(detail: unknown): boolean {
  return alarmEvent.safeParse(detail).success;
}

/** Fires an alarm while traffic shifts, and measures the engine time from the alarm's event to the first call that rolls back. */
export async function measureAlarmToRollback(
  sandbox: Sandbox,
  runner: ScenarioRunner,
  service: string,
): Promise<BudgetLine> {
  const { aws } = sandbox;
  const version = async (number: string): Promise<string> => {
    const { key, bytes } = packTiny({
      ...{ service, version: number, resources: { Alarm: alarm } },
      manifest: { alarms: ['Alarm'], rollout: { production: 'Canary10Percent5Minutes' } },
    });
    const { release } = await runner.release(key, bytes);
    return release.status;
  };
  await version('1.0.0');
  let [firedAt, calledAt]: (number | undefined)[] = [];
  const stop = aws.kernel.onObservation((one) => {
    if (one.kind === 'event' && isAlarmFiring(one.detail)) firedAt ??= aws.clock.now();
    if (one.kind !== 'call' || one.caller.principal.type !== 'assumedRole') return;
    const isDeployer = one.caller.principal.roleName.startsWith('sluice-target-deploy-');
    if (firedAt !== undefined && isDeployer && firstSteps.includes(one.operation)) calledAt ??= aws.clock.now();
  });
  const alarmFired = runner.transitions.waitFor(`${service}-1.1.0-a1`, 'shiftStarted').then(async () => {
    const AlarmName = `${defaultStackName(service, 'production')}-Alarm`;
    const state = { AlarmName, StateValue: 'ALARM', StateReason: 'measured' } as const;
    await aws.client(CloudWatchClient, production).send(new SetAlarmStateCommand(state));
  });
  const status = await version('1.1.0');
  await alarmFired;
  stop();
  if (status !== 'RolledBack' || firedAt === undefined || calledAt === undefined)
    throw new Error(`The release should be rolled back by its alarm, and ended as ${status}.`);
  return { what: 'alarm to rollback call', measured: (calledAt - firedAt) / 1000, budget: 2, unit: ' s' };
}
