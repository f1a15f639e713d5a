import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { serviceStackName } from '../../core/contract/names.ts';
import type { Stage } from '../../local/sandbox.ts';
import type { Theatre } from '../../local/scenario-runner.ts';
import { packTiny } from '../../test/end-to-end/tiny-service.ts';
import type { Line } from './budget-line.ts';

const place = { account: '333333333333', region: 'us-east-1' };
const alarm = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: { 'Fn::Sub': '${AWS::StackName}-Alarm' },
    ...{ Namespace: 'Bench', MetricName: 'Errors', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 },
    ...{ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'ignore' },
  },
};
/** By what a rollback begins: the shift is stopped, or, where CodeDeploy did so already, the alias is put back. */
const firstSteps = ['StopDeployment', 'UpdateAlias'];

const alarmEvent = z.object({ alarmName: z.string(), state: z.object({ value: z.literal('ALARM') }) });

function turnsRed(detail: unknown): boolean {
  return alarmEvent.safeParse(detail).success;
}

/** Turns an alarm red while traffic moves, and measures the engine time from the alarm's event to the first call that rolls back. */
export async function measureAlarm(stage: Stage, theatre: Theatre, service: string): Promise<Line> {
  const { aws } = stage;
  const version = async (number: string): Promise<string> => {
    const { key, bytes } = packTiny({
      ...{ service, version: number, resources: { Alarm: alarm } },
      manifest: { alarms: ['Alarm'], rollout: { production: 'Canary10Percent5Minutes' } },
    });
    const { release } = await theatre.release(key, bytes);
    return release.status;
  };
  await version('1.0.0');
  let [red, called]: (number | undefined)[] = [];
  const stop = aws.kernel.onObservation((one) => {
    if (one.kind === 'event' && turnsRed(one.detail)) red ??= aws.clock.now();
    if (one.kind !== 'call' || one.caller.principal.type !== 'assumedRole') return;
    const isDeployer = one.caller.principal.roleName.startsWith('sluice-target-deploy-');
    if (red !== undefined && isDeployer && firstSteps.includes(one.operation)) called ??= aws.clock.now();
  });
  const turnedRed = theatre.watch.until(`${service}-1.1.0-a1`, 'shiftStarted').then(async () => {
    const AlarmName = `${serviceStackName(service, 'production')}-Alarm`;
    const state = { AlarmName, StateValue: 'ALARM', StateReason: 'measured' } as const;
    await aws.client(CloudWatchClient, place).send(new SetAlarmStateCommand(state));
  });
  const status = await version('1.1.0');
  await turnedRed;
  stop();
  if (status !== 'RolledBack' || red === undefined || called === undefined)
    throw new Error(`Not what is measured: ${status}.`);
  return { what: 'alarm to rollback call', measured: (called - red) / 1000, budget: 2, unit: ' s' };
}
