import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { actionDocument } from '../../../../core/contract/api/actions.ts';
import { ENGINE } from '../../../../local/sandbox.ts';
import { byLink, type ProbeHarness } from './harness.ts';
import { orders } from './releases.ts';

/** A release that waits for approval is cancelled while the reconciler is at rest: that wakes it. */
export async function cancelled(harness: ProbeHarness): Promise<void> {
  harness.decide(async (request) => {
    await stopReconciler(harness);
    const path = `/v1/releases/${request.release}/cancel`;
    await harness.clients.approver.call(actionDocument, 'POST', path, { reason: 'As the probe says' });
    request.decidedElsewhere();
  });
  await harness.release(orders('1.2.2', 1), 'Cancelled');
  harness.decide(byLink('approve'));
}

async function stopReconciler({ sandbox: { aws } }: ProbeHarness): Promise<void> {
  const scheduler = aws.client(SchedulerClient, ENGINE);
  const { Name, Target, ScheduleExpression, FlexibleTimeWindow } = await scheduler.send(
    new GetScheduleCommand({ Name: 'sluice-reconciler' }),
  );
  await scheduler.send(
    new UpdateScheduleCommand({ Name, Target, ScheduleExpression, FlexibleTimeWindow, State: 'DISABLED' }),
  );
}
