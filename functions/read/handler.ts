import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { createHandler } from '../../engine/handler/handler.ts';
import { answerHttp } from '../../engine/http/event.ts';
import { answerCaller } from '../../engine/http/token-caller.ts';
import { createReadApp } from './app.tsx';
import { readServices } from './services.ts';

/** HTTP API → the ledger's documents and pages. */
export const handler = createHandler({
  name: 'read',
  environment: environmentSchemas.read,
  services: readServices,
  handle: (event, services, invocation) =>
    answerHttp(event, {
      signIn: services.signIn,
      answer: (request, caller) =>
        answerCaller(request, caller, services, invocation, (asked, by) =>
          createReadApp(services, invocation, by).fetch(asked),
        ),
    }),
});
