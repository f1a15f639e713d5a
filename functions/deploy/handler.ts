import { environmentSchemas } from '../../core/environment-variables.ts';
import { deployInput } from '../../core/tasks.ts';
import { createHandler, type Moment } from '../handler.ts';
import { apply } from './apply.ts';
import { bake } from './bake.ts';
import { lookAhead } from './look-ahead.ts';
import { restoreStack } from './restore-stack.ts';
import { restoreTraffic } from './restore-traffic.ts';
import { type DeployServices, deployServices } from './services.ts';
import { settle } from './settle.ts';
import { shift } from './shift.ts';
import { waitForGreen } from './wait-for-green.ts';
import { waitForStack } from './wait-for-stack.ts';

/** Tasks of the workflow: changes to targets. */
export const handler = createHandler({
  name: 'deploy',
  environment: environmentSchemas.deploy,
  services: deployServices,
  begin: (services) => services.begin(),
  handle: deploy,
});

/** @throws business errors by the names that the workflow catches */
export async function deploy(event: unknown, services: DeployServices, moment: Moment): Promise<unknown> {
  const input = deployInput.parse(event);
  moment.about(input);
  switch (input.task) {
    case 'lookAhead':
      return lookAhead(input, services, moment);
    case 'waitForGreen':
      return waitForGreen(input, services, moment);
    case 'waitForStack':
      return waitForStack(input, services, moment);
    case 'bake':
      return bake(input, services, moment);
    case 'apply':
      return apply(input, services, moment);
    case 'shift':
      return shift(input, services, moment);
    case 'settle':
      return settle(input, services, moment);
    case 'restoreTraffic':
      return restoreTraffic(input, services, moment);
    case 'restoreStack':
      return restoreStack(input, services, moment);
  }
}
