import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { deployInput } from '../../core/contract/tasks.ts';
import { createHandler, type InvocationContext } from '../../engine/handler/handler.ts';
import { adoptStack } from './forward/adopt-stack.ts';
import { apply } from './forward/apply.ts';
import { bake } from './forward/bake.ts';
import { lookAhead } from './forward/look-ahead.ts';
import { clearPreview } from './planning/clear-preview.ts';
import { previewTarget } from './planning/preview-target.ts';
import { restoreStack } from './rollback/restore-stack.ts';
import { restoreTraffic } from './rollback/restore-traffic.ts';
import { type DeployServices, deployServices } from './services.ts';
import { settle } from './forward/settle.ts';
import { shift } from './forward/shift.ts';
import { waitForAlarmsOk } from './forward/wait-for-alarms-ok.ts';
import { waitForStack } from './forward/wait-for-stack.ts';

/** Tasks of the workflow: changes to targets. */
export const handler = createHandler({
  name: 'deploy',
  environment: environmentSchemas.deploy,
  services: deployServices,
  begin: (services) => services.begin(),
  handle: deploy,
});

/** @throws business errors by the names that the workflow catches */
export async function deploy(
  event: unknown,
  services: DeployServices,
  invocation: InvocationContext,
): Promise<unknown> {
  const input = deployInput.parse(event);
  invocation.about(input);
  // Where Lambda kills the invocation, nothing else says what it was about.
  invocation.log.info(`Task ${input.task} begins`);
  switch (input.task) {
    case 'previewTarget':
      return previewTarget(input, services, invocation);
    case 'clearPreview':
      return clearPreview(input, services, invocation);
    case 'lookAhead':
      return lookAhead(input, services, invocation);
    case 'waitForAlarmsOk':
      return waitForAlarmsOk(input, services, invocation);
    case 'waitForStack':
      return waitForStack(input, services, invocation);
    case 'adoptStack':
      return adoptStack(input, services, invocation);
    case 'bake':
      return bake(input, services, invocation);
    case 'apply':
      return apply(input, services, invocation);
    case 'shift':
      return shift(input, services, invocation);
    case 'settle':
      return settle(input, services, invocation);
    case 'restoreTraffic':
      return restoreTraffic(input, services, invocation);
    case 'restoreStack':
      return restoreStack(input, services, invocation);
  }
}
