import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { Observability } from '../powertools/observability.ts';

/** Which secrets exist. Their values are never read. */
export interface Secrets {
  has(name: string): Promise<boolean>;
  /** How many of the values that it has had are kept. */
  readonly values: (arn: string) => Promise<number>;
}

export function openSecrets(observe: Observability, settings: SecretsManagerClientConfig): Secrets {
  const client = observe.client(new SecretsManagerClient(settings));
  return {
    has: async (name) => {
      try {
        const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
        return DeletedDate === undefined;
      } catch (problem) {
        if (problem instanceof ResourceNotFoundException) return false;
        throw problem;
      }
    },
    values: async (arn) => {
      const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
      return Object.keys(VersionIdsToStages).length;
    },
  };
}
