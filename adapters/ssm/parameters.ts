import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Observability } from '../powertools/observability.ts';

/** Which parameters exist. Their values are not kept. */
export interface Parameters {
  has(name: string): Promise<boolean>;
}

export function openParameters(observe: Observability, settings: SSMClientConfig): Parameters {
  const client = observe.client(new SSMClient(settings));
  return {
    // Not decrypted: a SecureString needs no KMS grant, and its value is not read.
    has: async (name) => {
      const { Parameters: found = [] } = await client.send(
        new GetParametersCommand({ Names: [name], WithDecryption: false }),
      );
      return found.length > 0;
    },
  };
}
