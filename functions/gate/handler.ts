import { environmentSchemas } from '../../core/environment-variables.ts';
import { gateInput } from '../../core/tasks.ts';
import { createHandler, type Moment } from '../handler.ts';
import { askForApproval } from './ask-for-approval.ts';
import { askToGoOn } from './ask-to-go-on.ts';
import { complete } from './complete.ts';
import { leaveUnrestored } from './leave-unrestored.ts';
import { leaveUnsettled } from './leave-unsettled.ts';
import { planTheEnd } from './plan-the-end.ts';
import { type GateServices, gateServices } from './services.ts';
import { waitForTurn } from './wait-for-turn.ts';

/** Tasks of the workflow: reasons to wait, and ends. */
export const handler = createHandler({
  name: 'gate',
  environment: environmentSchemas.gate,
  services: gateServices,
  handle: gate,
});

/** @throws business errors by the names that the workflow catches */
export async function gate(event: unknown, services: GateServices, moment: Moment): Promise<unknown> {
  const input = gateInput.parse(event);
  moment.about(input);
  switch (input.task) {
    case 'askForApproval':
      return askForApproval(input, services, moment);
    case 'askToGoOn':
      return askToGoOn(input, services, moment);
    case 'waitForTurn':
      return waitForTurn(input, services, moment);
    case 'leaveUnsettled':
      return leaveUnsettled(input, services, moment);
    case 'leaveUnrestored':
      return leaveUnrestored(input, services, moment);
    case 'planTheEnd':
      return planTheEnd(input, services, moment);
    case 'complete':
      return complete(input, services, moment);
  }
}
