import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Observability } from '../powertools/observability.ts';

/**
 * Invokes a function of the engine's own asynchronously.
 * @param functionArn its ARN
 */
export function invokeLater(observe: Observability, functionArn: string): (event: object) => Promise<void> {
  const client = observe.client(new LambdaClient({}));
  return async (event) => {
    const Payload = Buffer.from(JSON.stringify(event));
    await client.send(new InvokeCommand({ FunctionName: functionArn, InvocationType: 'Event', Payload }));
  };
}
