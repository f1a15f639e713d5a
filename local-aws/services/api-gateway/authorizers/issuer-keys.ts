/**
 * The keys of an issuer, as its OpenID configuration leads to them.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 */
import { createLocalJWKSet, type JSONWebKeySet } from 'jose';
import * as z from 'zod';
import type { Kernel } from '../../../kernel/kernel.ts';

/** An issuer that cannot be asked for its keys. */
export class IssuerUnreachable extends Error {}

type Keys = ReturnType<typeof createLocalJWKSet>;

interface Kept {
  readonly until: number;
  readonly keys: Keys;
}

/** "API Gateway can cache the public key for two hours." Milliseconds. */
const KEPT = 2 * 60 * 60 * 1_000;
/** Real milliseconds, for each of the two questions. */
const LONGEST = 10_000;
const kept = new WeakMap<Kernel, Map<string, Kept>>();

const configurationSchema = z.object({ jwks_uri: z.url() });
const keySetSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const keySet = z.custom<JSONWebKeySet>((value) => keySetSchema.safeParse(value).success);

/** @throws IssuerUnreachable */
export async function keysOf(kernel: Kernel, issuer: string): Promise<Keys> {
  const known = kept.get(kernel) ?? new Map<string, Kept>();
  kept.set(kernel, known);
  const before = known.get(issuer);
  if (before !== undefined && before.until > kernel.clock.now()) return before.keys;
  const { jwks_uri: address } = await read(
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    configurationSchema,
  );
  const keys = createLocalJWKSet(await read(address, keySet));
  known.set(issuer, { until: kernel.clock.now() + KEPT, keys });
  return keys;
}

async function read<S extends z.ZodType>(address: string, schema: S): Promise<z.output<S>> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(LONGEST), redirect: 'error' });
    if (!answer.ok) throw new IssuerUnreachable(`${address} answers ${answer.status}`);
    return schema.parse(await answer.json());
  } catch (error) {
    if (error instanceof IssuerUnreachable) throw error;
    throw new IssuerUnreachable(`${address} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
