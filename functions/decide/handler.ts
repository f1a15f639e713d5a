import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { createHandler } from '../../engine/handler/handler.ts';
import { answerHttp } from '../../engine/http/event.ts';
import { answerCaller } from '../../engine/http/token-caller.ts';
import { createDecideApp } from './app.tsx';
import { decideServices } from './services.ts';

/** HTTP API → decisions on approvals, and sessions. */
export const handler = createHandler({
  name: 'decide',
  environment: environmentSchemas.decide,
  services: decideServices,
  handle: (event, services, invocation) =>
    answerHttp(event, {
      signIn: services.signIn,
      answer: (request, caller) =>
        answerCaller(request, caller, services, invocation, (asked, by) =>
          createDecideApp(services, invocation, by).fetch(asked),
        ),
    }),
});
