import { Stack } from 'aws-cdk-lib';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { everyMinute } from '../../core/reconcile/schedule.ts';
import { createRole } from '../constructs/permissions.ts';
import { reconcilerName } from './names.ts';

/**
 * Reconciles open work once a minute, in case an event was lost. The engine enables it while something is open, and
 * disables it afterwards; while releases are only monitored, it sets the time at which the first monitoring ends. A deployment that
 * changes it sets all of it to what the template says, whatever is open: so that is to run, and the first run puts it to rest.
 */
export class Reconciler extends Construct {
  constructor(scope: Construct, id: string, { wakeArn }: { readonly wakeArn: string }) {
    super(scope, id);
    const role = createRole(this, 'Role', {
      name: reconcilerName,
      description: 'Lets the reconciler schedule of Sluice invoke its function',
      trust: {
        service: 'scheduler.amazonaws.com',
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      },
      permissions: [{ actions: ['lambda:InvokeFunction'], resources: [wakeArn] }],
    });
    new CfnSchedule(this, 'Schedule', {
      name: reconcilerName,
      description: 'Reconciles open work; enabled only while something is open',
      scheduleExpression: everyMinute.expression,
      state: 'ENABLED',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: wakeArn,
        roleArn: role.attrArn,
        input: JSON.stringify(everyMinute.input),
        retryPolicy: everyMinute.retryPolicy,
      },
    });
  }
}
