import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { validateInput } from '../../core/contract/tasks.ts';
import { createHandler, type InvocationContext } from '../../engine/handler/handler.ts';
import { type ValidateServices, validateServices } from './services.ts';
import { validate } from './validate.ts';
import { validatePlan } from './validate-plan.ts';

/** Tasks of the workflow: read an artifact, judge it, freeze its plan. */
export const handler = createHandler({
  name: 'validate',
  environment: environmentSchemas.validate,
  services: validateServices,
  handle: judge,
});

function judge(event: unknown, services: ValidateServices, invocation: InvocationContext): Promise<unknown> {
  const input = validateInput.parse(event);
  invocation.about(input);
  // Where Lambda kills the invocation, nothing else says what it was about.
  invocation.log.info(`Task ${input.task} begins`);
  switch (input.task) {
    case 'validate':
      return validate(input, services, invocation);
    case 'validatePlan':
      return validatePlan(input, services, invocation);
  }
}
