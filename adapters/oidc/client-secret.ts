import type { SecretReading } from '../../core/checks/header-secret.ts';
import { IssuerUnavailable } from '../../core/contract/errors.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';

/** The secret by which the engine's client proves itself to the issuer. */
export interface ClientSecret {
  /** @throws IssuerUnavailable, which browsers are shown: the secret is named by its cause alone, for the log, and nothing that it holds */
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
      const cause = new Error(`The secret ${name}, which is to have the client's secret, ${describe(found)}.`);
      throw new IssuerUnavailable(
        'Sluice cannot prove itself to the OpenID provider now. The log of sluice-sign-in says why.',
        { cause },
      );
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
