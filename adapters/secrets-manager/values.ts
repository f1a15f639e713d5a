import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerClientConfig,
} from '@aws-sdk/client-secrets-manager';
import type { SecretReading } from '../../core/checks/header-secret.ts';
import type { Observability } from '../powertools/observability.ts';

/** Values of secrets, as they are now. */
export interface SecretValues {
  /** By name or ARN. Why there is none is an answer, too. */
  read(id: string): Promise<SecretReading>;
}

export function openSecretValues(observe: Observability, settings: SecretsManagerClientConfig): SecretValues {
  const client = observe.client(new SecretsManagerClient(settings));
  return {
    read: async (id) => {
      try {
        const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: id }));
        return text === undefined ? { kind: 'binary' } : { kind: 'text', text };
      } catch (problem) {
        return whyNot(problem);
      }
    },
  };
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html#API_GetSecretValue_Errors */
function whyNot(problem: unknown): SecretReading {
  const { name, message } = problem instanceof Error ? problem : new Error(String(problem));
  switch (name) {
    case 'ResourceNotFoundException':
      // A secret that was made without a value has no version with this label.
      return { kind: message.includes('staging label') ? 'valueless' : 'missing' };
    case 'InvalidRequestException':
      return message.includes('deletion') ? { kind: 'deleted' } : { kind: 'unreadable', error: name };
    case 'AccessDeniedException':
      return { kind: 'denied' };
    case 'DecryptionFailure':
      return { kind: 'undecryptable' };
    default:
      return { kind: 'unreadable', error: name };
  }
}
