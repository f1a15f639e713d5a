import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { createHandler, type InvocationContext } from '../../engine/handler/handler.ts';
import { wakeEvent } from './event.ts';
import { onAlarm, onDeployment, onExecution, onStack } from './events.ts';
import { reconcile } from './reconcile.ts';
import { type WakeServices, wakeServices } from './services.ts';

/** EventBridge events and the reconciler's schedule: the tasks that wait for them are answered. */
export const handler = createHandler({
  name: 'wake',
  environment: environmentSchemas.wake,
  services: wakeServices,
  begin: (services) => services.begin(),
  handle: wake,
});

/** An event is only a reason to read the state: it may come twice, late, early, or when no task waits for it. */
export async function wake(input: unknown, services: WakeServices, invocation: InvocationContext): Promise<void> {
  const event = wakeEvent.parse(input);
  if ('reconcile' in event) {
    // Something ends now: until that is done, every minute.
    if (event.rested === true) await services.schedule.enable();
    return reconcile(services, invocation);
  }
  switch (event['detail-type']) {
    case 'CloudFormation Stack Status Change':
      return onStack(event, services, invocation);
    case 'CodeDeploy Deployment State-change Notification':
      return onDeployment(event, services, invocation);
    case 'CloudWatch Alarm State Change':
      return onAlarm(event, services, invocation);
    case 'Step Functions Execution Status Change':
      return onExecution(event, services, invocation);
  }
}
