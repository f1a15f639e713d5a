import { environmentSchemas } from '../../core/environment-variables.ts';
import { createHandler } from '../handler.ts';
import { wakeServices } from './services.ts';
import { wake } from './wake.ts';

/** EventBridge and the reconciler's schedule → whatever waits for what happened. */
export const handler = createHandler({
  name: 'wake',
  environment: environmentSchemas.wake,
  services: wakeServices,
  handle: wake,
  begin: ({ forgetSessions }) => forgetSessions(),
});
