import * as z from 'zod';
import { parseJson } from './redact.ts';

/**
 * Values of a check's request headers that lie in a secret: manifest and plan have the reference alone, and the value is read when
 * the check is made.
 */

/** A name may say `{environment}`. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const nameOrArn =
  /^(?:(?:[\w/+=.@-]|\{environment\}){1,512}|arn:aws:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6})$/;
const secretArn = /^arn:aws:secretsmanager:([a-z0-9-]+):([0-9]{12}):secret:(.+)-[A-Za-z0-9]{6}$/;

/** What a header's value may be. */
const printable = /^[\t\x20-\x7e]*$/;
const LONGEST_VALUE = 4096;

export const plainHeaderValue = z.string().max(LONGEST_VALUE).regex(printable, 'must be printable ASCII on one line');

export const secretReference = z.strictObject({
  /** Name of a secret in the target's account and region, `{environment}` in it for the environment's name; or its ARN. */
  secret: z
    .string()
    .regex(
      nameOrArn,
      'must be the name of a secret (up to 512 letters, digits and /_+=.@-, and {environment}), or its whole ARN',
    ),
  /** Member of the secret's JSON object; the secret's whole text when not given. */
  key: z.string().min(1).max(256).exactOptional(),
  /** Stands before the value, with a space: `Bearer`. */
  scheme: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9-]{0,30}$/, 'must be the name of a scheme, such as "Bearer"')
    .exactOptional(),
});
export type SecretReference = z.infer<typeof secretReference>;

/** Names of headers that hold what lets somebody in: by their last word, but `Idempotency-Key` and the like. */
const credentialHeader =
  /(?:^|-)(?:authorization|cookie|token|tokens|secret|password|passwd|credentials?|jwt|apikey|signature|(?:api|access|auth|secret|private|master|subscription|functions|account|app|client|license|service|project|admin|x)-key)$/i;

/** Does a header of this name hold a credential, which must not lie in a manifest? */
export function isCredentialHeader(name: string): boolean {
  return credentialHeader.test(name);
}

/** What Secrets Manager said of a secret. */
export type SecretReading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' | 'missing' | 'deleted' | 'valueless' | 'denied' | 'undecryptable' }
  | { readonly kind: 'unreadable'; readonly error: string };

/** By what a secret is asked for in an environment. */
export function secretIdIn({ secret }: SecretReference, environment: string): string {
  return secret.replaceAll('{environment}', environment);
}

/** A secret as its ARN names it; undefined for one that is asked for by its name. */
export function parseSecretArn(id: string): { region: string; account: string; name: string } | undefined {
  const [, region, account, name] = secretArn.exec(id) ?? [];
  return region === undefined || account === undefined || name === undefined ? undefined : { region, account, name };
}

/** The value of a header, or why there is none. No sentence holds what the secret holds. @param id as it was asked for */
export function headerFromSecret(
  { key, scheme }: SecretReference,
  id: string,
  reading: SecretReading,
): { readonly value: string } | { readonly lack: string } {
  const secret = `the secret "${id}"`;
  if (reading.kind !== 'text') return { lack: lackOf(secret, reading) };
  const found = key === undefined ? { value: reading.text } : memberOf(secret, reading.text, key);
  if ('lack' in found) return found;
  const { value } = found;
  const part = key === undefined ? secret : `"${key}" of ${secret}`;
  if (value === '') return { lack: `${part} is empty: give it a value` };
  if (!printable.test(value))
    return { lack: `${part} has line breaks or other characters that no header takes (one at its end, perhaps)` };
  if (value.length > LONGEST_VALUE) return { lack: `${part} is longer than ${LONGEST_VALUE} characters` };
  return { value: scheme === undefined ? value : `${scheme} ${value}` };
}

function memberOf(secret: string, text: string, key: string): { value: string } | { lack: string } {
  const members = z.record(z.string(), z.unknown()).safeParse(parseJson(text)).data;
  if (members === undefined) return { lack: `${secret} is no JSON object, so it has no "${key}"` };
  const value = Object.hasOwn(members, key) ? members[key] : undefined;
  if (value === undefined) return { lack: `${secret} has no "${key}": correct "key" in the manifest, or add it` };
  return typeof value === 'string' ? { value } : { lack: `"${key}" of ${secret} is no text` };
}

function lackOf(secret: string, reading: Exclude<SecretReading, { kind: 'text' }>): string {
  switch (reading.kind) {
    case 'binary':
      return `${secret} is binary, and a header takes text: keep it as a text (SecretString)`;
    case 'missing':
      return `${secret} does not exist there: make it, or correct its name in the manifest`;
    case 'deleted':
      return `${secret} is going to be deleted: restore it`;
    case 'valueless':
      return `${secret} has no value: give it one`;
    case 'denied':
      return `${secret} may not be read: it must have a name of the service's entry in the policy, no tag "sluice:entry" of another, policies of its own and of its key that admit the target's role for checks, and a target whose stack is as new as the engine`;
    case 'undecryptable':
      return `${secret} cannot be decrypted: its key is disabled, going to be deleted, or gone`;
    case 'unreadable':
      return `${secret} could not be read (${reading.error})`;
  }
}
