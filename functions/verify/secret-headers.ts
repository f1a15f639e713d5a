import { secretHeadersOf } from '../../core/checks/credential-headers.ts';
import { headerFromSecret, secretIdIn } from '../../core/checks/header-secret.ts';
import type { SmokeCheck, TrafficCheck } from '../../core/checks/schema.ts';
import type { VerificationContext } from './verification-context.ts';

/** A header's value lies in a secret that gives none. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}

type Headers = Readonly<Record<string, string>>;

/** The headers of a check, those of secrets as they are now. @throws SecretUnreadable */
export async function headersOf(verification: VerificationContext, check: SmokeCheck | TrafficCheck): Promise<Headers> {
  if ('invoke' in check) return {};
  const read = await Promise.all(
    secretHeadersOf(check).map(async ({ header, reference }): Promise<[string, string]> => {
      const id = secretIdIn(reference, verification.item.environment);
      const found = headerFromSecret(reference, id, await verification.target.secrets.read(id));
      if ('lack' in found) throw new SecretUnreadable(`no value for the header ${header}: ${found.lack}`);
      return [header, found.value];
    }),
  );
  const plain = Object.entries(check.headers ?? {}).filter(
    (one): one is [string, string] => typeof one[1] === 'string',
  );
  return Object.fromEntries([...plain, ...read]);
}
