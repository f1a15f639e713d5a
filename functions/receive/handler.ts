import { environmentSchemas } from '../../core/contract/environment-variables.ts';
import { createHandler } from '../../engine/handler/handler.ts';
import { objectCreated } from './event.ts';
import { receive } from './receive.ts';
import { receiveServices } from './services.ts';

/** EventBridge, S3 `Object Created` → a release and its execution. */
export const handler = createHandler({
  name: 'receive',
  environment: environmentSchemas.receive,
  services: receiveServices,
  handle: (event, services, invocation) => receive(objectCreated.parse(event), services, invocation),
});
