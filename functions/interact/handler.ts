import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { createHandler } from '../../engine/handler/handler.ts';
import { answerHttp } from '../../engine/http/event.ts';
import { answerSlack } from './answer.ts';
import { interactServices } from './services.ts';

/** HTTP API → what people press in Slack. */
export const handler = createHandler({
  name: 'interact',
  environment: environmentSchemas.interact,
  services: interactServices,
  handle: (event, services, invocation) =>
    answerHttp(event, { answer: (request) => answerSlack(request, services, invocation) }),
});
