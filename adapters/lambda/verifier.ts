import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { SliceOrder } from '../../core/contract/tasks.ts';
import type { Observability } from '../powertools/observability.ts';

/** The engine's own `verify` function, invoked asynchronously. */
export interface Verifier {
  orderSlice(order: SliceOrder): Promise<void>;
}

/** @param functionArn ARN of the function `verify` */
export function openVerifier(observe: Observability, functionArn: string): Verifier {
  const client = observe.client(new LambdaClient({}));
  return {
    orderSlice: async (order) => {
      await client.send(
        new InvokeCommand({
          FunctionName: functionArn,
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify(order)),
        }),
      );
    },
  };
}
