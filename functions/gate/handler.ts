import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { gateInput } from '../../core/contract/tasks.ts';
import { createHandler, type Moment } from '../../engine/handler/handler.ts';
import { askForApproval } from './ask-for-approval.ts';
import { askToGoOn } from './ask-to-continue.ts';
import { complete } from './complete.ts';
import { leaveUnrestored } from './record-rollback-failure.ts';
import { leaveUnsettled } from './record-settle-failure.ts';
import { planTheEnd } from './plan-rollback.ts';
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
