import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { createHandler } from '../../engine/handler/handler.ts';
import { answerHttp } from '../../engine/http/event.ts';
import { createSignInApp } from './app.tsx';
import { signInServices } from './services.ts';

/** HTTP API → people who sign in by the policy's OpenID provider. */
export const handler = createHandler({
  name: 'sign-in',
  environment: environmentSchemas['sign-in'],
  services: signInServices,
  handle: (event, services, invocation) =>
    answerHttp(event, { answer: (request) => createSignInApp(services, invocation).fetch(request) }),
});
