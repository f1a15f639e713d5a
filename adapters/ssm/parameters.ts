import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import type { Observability } from '../powertools/observability.ts';

/** Which parameters exist. Their values are not kept. */
export interface Parameters {
  has(name: string): Promise<boolean>;
  /** How often it was changed since it was made. */
  readonly changes: (name: string) => Promise<number>;
}

export function openParameters(observe: Observability, settings: SSMClientConfig): Parameters {
  const client = observe.client(new SSMClient(settings));
  // Not decrypted: a SecureString needs no KMS grant, and its value is not read.
  const read = async (name: string) => {
    const { Parameters: found = [] } = await client.send(
      new GetParametersCommand({ Names: [name], WithDecryption: false }),
    );
    return found[0];
  };
  return {
    has: async (name) => (await read(name)) !== undefined,
    changes: async (name) => ((await read(name))?.Version ?? 1) - 1,
  };
}
