import * as z from 'zod';
import { formatPath, problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { isCredentialHeader, type SecretReference } from './header-secret.ts';
import type { SmokeCheck, TrafficCheck } from './schema.ts';

/** Code of a credential that a manifest gives as it is. */
export const plainCredential = 'manifest.header-secret';

/** As much of a manifest as is looked at, whatever else is wrong with it. */
const looseCheck = z.looseObject({ headers: z.record(z.string(), z.unknown()), keep: z.unknown().optional() }).catch({
  headers: {},
  keep: undefined,
});
const looseManifest = z.object({ checks: z.record(z.string(), z.unknown()) }).catch({ checks: {} });

/**
 * Credentials that lie in headers of a manifest as they are, and answers that would be kept of a request with a secret. Not part
 * of the schema: plans of former releases may have them.
 */
export function credentialProblems(document: unknown): Problem[] {
  const { checks } = looseManifest.parse(document);
  return Object.entries(checks).flatMap(([kind, list]) =>
    (Array.isArray(list) ? list : []).flatMap((item: unknown, index) => {
      const check = looseCheck.parse(item);
      const path = ['checks', kind, index];
      return [...plainCredentials(check.headers, [...path, 'headers']), ...keptAnswers(check, [...path, 'keep'])];
    }),
  );
}

function plainCredentials(headers: Readonly<Record<string, unknown>>, path: readonly PropertyKey[]): Problem[] {
  return Object.entries(headers)
    .filter(([name, value]) => typeof value === 'string' && isCredentialHeader(name))
    .map(([name]) => {
      const place = formatPath([...path, name]);
      const sentence = `"${place}" gives a credential as it is: it would be readable in manifest, plan and ledger. Keep it in a secret of each target and refer to that: {"secret": "orders/smoke", "key": "token"}, with "scheme": "Bearer" where a scheme stands before it.`;
      return problem(plainCredential, place, sentence);
    });
}

/** An endpoint may answer what it was sent. */
function keptAnswers({ headers, keep }: z.infer<typeof looseCheck>, path: readonly PropertyKey[]): Problem[] {
  const refers = Object.values(headers).some((value) => typeof value === 'object');
  if (keep !== true || !refers) return [];
  const place = formatPath(path);
  const sentence = `"${place}" would keep what is answered to a request with a secret, which may be the secret: leave it out.`;
  return [problem('manifest.keep-secret', place, sentence)];
}

/** A header whose value lies in a secret. */
export interface SecretHeader {
  /** Where the manifest has it. */
  readonly path: string;
  readonly header: string;
  readonly reference: SecretReference;
}

interface Checks {
  readonly smoke?: readonly SmokeCheck[];
  readonly traffic?: readonly TrafficCheck[];
}

/** All headers of a manifest's checks whose values lie in secrets. */
export function secretHeaders(checks: Checks): SecretHeader[] {
  return (['smoke', 'traffic'] as const).flatMap((kind) =>
    (checks[kind] ?? []).flatMap((check, index) =>
      secretHeadersOf(check).map(({ header, reference }) => ({
        path: `checks.${kind}[${index}].headers.${header}`,
        header,
        reference,
      })),
    ),
  );
}

/** Those of one check. */
export function secretHeadersOf(check: SmokeCheck | TrafficCheck): Omit<SecretHeader, 'path'>[] {
  if ('invoke' in check) return [];
  return Object.entries(check.headers ?? {}).flatMap(([header, reference]) =>
    typeof reference === 'string' ? [] : [{ header, reference }],
  );
}
