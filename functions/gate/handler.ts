import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { gateInput } from '../../core/contract/tasks.ts';
import { createHandler, type InvocationContext } from '../../engine/handler/handler.ts';
import { askForApproval } from './ask-for-approval.ts';
import { askToContinue } from './ask-to-continue.ts';
import { complete } from './complete.ts';
import { completePlan } from './complete-plan.ts';
import { recordRollbackFailure } from './record-rollback-failure.ts';
import { recordSettleFailure } from './record-settle-failure.ts';
import { planRollback } from './plan-rollback.ts';
import { type GateServices, gateServices } from './services.ts';
import { waitForTurn } from './wait-for-turn.ts';
import { waitForWindow } from './wait-for-window.ts';

/** Tasks of the workflow: gates, and the end of a release. */
export const handler = createHandler({
  name: 'gate',
  environment: environmentSchemas.gate,
  services: gateServices,
  handle: gate,
});

/** @throws business errors by the names that the workflow catches */
export async function gate(event: unknown, services: GateServices, invocation: InvocationContext): Promise<unknown> {
  const input = gateInput.parse(event);
  invocation.about(input);
  // Where Lambda kills the invocation, nothing else says what it was about.
  invocation.log.info(`Task ${input.task} begins`);
  switch (input.task) {
    case 'askForApproval':
      return askForApproval(input, services, invocation);
    case 'askToContinue':
      return askToContinue(input, services, invocation);
    case 'waitForTurn':
      return waitForTurn(input, services, invocation);
    case 'waitForWindow':
      return waitForWindow(input, services, invocation);
    case 'recordSettleFailure':
      return recordSettleFailure(input, services, invocation);
    case 'recordRollbackFailure':
      return recordRollbackFailure(input, services, invocation);
    case 'planRollback':
      return planRollback(input, services, invocation);
    case 'complete':
      return complete(input, services, invocation);
    case 'completePlan':
      return completePlan(input, services, invocation);
  }
}
