import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { validateInput } from '../../core/contract/tasks.ts';
import { createHandler } from '../../engine/handler/handler.ts';
import { validateServices } from './services.ts';
import { validate } from './validate.ts';

/** Task of the workflow: reads the artifact, judges it, freezes the plan. */
export const handler = createHandler({
  name: 'validate',
  environment: environmentSchemas.validate,
  services: validateServices,
  handle: (event, services, invocation) => {
    const input = validateInput.parse(event);
    invocation.about(input);
    return validate(input, services, invocation);
  },
});
