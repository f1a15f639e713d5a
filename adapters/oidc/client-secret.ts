import type { SecretReading } from '../../core/checks/header-secret.ts';
import { IssuerUnavailable } from '../../core/contract/errors.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** The secret by which the engine's client proves itself to the issuer. */
export interface ClientSecret {
  /** @throws IssuerUnavailable; nothing of what the secret holds is in it */
  read(): Promise<string>;
}

const time = { requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 }, maxAttempts: 2 };

/** @param name of the secret in Secrets Manager, whose text is the client's secret */
export function clientSecretOnDemand(observe: Observability, name: string): ClientSecret {
  const values = onDemand(async () => (await import('../secrets-manager/values.ts')).openSecretValues(observe, time));
  return {
    read: async () => {
      const found = await (await values()).read(name);
      if (found.kind === 'text' && found.text !== '') return found.text;
      throw new IssuerUnavailable(`The secret ${name}, which is to have the client's secret, ${describe(found)}.`);
    },
  };
}

function describe(found: SecretReading): string {
  switch (found.kind) {
    case 'text':
      return 'is empty';
    case 'unreadable':
      return `cannot be read (${found.error})`;
    default:
      return `cannot be read (${found.kind})`;
  }
}
