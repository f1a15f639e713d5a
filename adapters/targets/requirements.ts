import {
  DescribeSecretCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** Whether what a release requires exists in one target. Values are never read on purpose, nor kept. */
export interface Requirements {
  hasSecret(name: string): Promise<boolean>;
  hasParameter(name: string): Promise<boolean>;
}

export function createRequirements(secrets: SecretsManagerClient, parameters: SSMClient): Requirements {
  return {
    hasSecret: async (name) => {
      try {
        const { DeletedDate } = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
        return DeletedDate === undefined;
      } catch (problem) {
        if (problem instanceof ResourceNotFoundException) return false;
        throw problem;
      }
    },
    // Not decrypted: a SecureString needs no KMS grant, and its value stays unknown.
    hasParameter: async (name) => {
      const { Parameters = [] } = await parameters.send(
        new GetParametersCommand({ Names: [name], WithDecryption: false }),
      );
      return Parameters.length > 0;
    },
  };
}
