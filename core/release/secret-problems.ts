import { secretHeaders, type SecretHeader } from '../checks/credential-headers.ts';
import { parseSecretArn, secretIdIn } from '../checks/header-secret.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Entry } from '../policy/entries.ts';
import { namesOf, type PolicyNames, targetsOf } from '../policy/stack-names.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';

/** Secrets of headers that a check could not read, or should not: another service's, or of another place than its target. */
export function secretProblems(manifest: Manifest, policy: PolicyNames, entry: Entry): Problem[] {
  return secretHeaders(manifest.checks ?? {}).flatMap((header) =>
    entry.environments.flatMap((environment) => {
      const id = secretIdIn(header.reference, environment);
      const place = `${header.path}.secret`;
      const sentence =
        elsewhere(header, id, targetsOf(policy, environment)) ??
        foreign(place, id, environment, namesOf(entry, manifest.service, environment).resourceNames);
      return sentence === undefined ? [] : [problem('plan.secret-foreign', place, sentence)];
    }),
  );
}

function elsewhere({ path }: SecretHeader, id: string, targets: readonly string[]): string | undefined {
  const arn = parseSecretArn(id);
  const other = arn === undefined ? undefined : targets.find((one) => one !== `${arn.account}/${arn.region}`);
  if (other === undefined) return undefined;
  return `"${path}.secret" is the ARN of one account and region, and the check is made in ${other}, too: give the name alone, which is looked for in each target.`;
}

function foreign(place: string, id: string, environment: string, names: readonly string[]): string | undefined {
  const name = parseSecretArn(id)?.name ?? id;
  if (names.some((pattern) => matches(pattern, name))) return undefined;
  const allowed = names.flatMap((pattern) => (pattern.endsWith('*') ? [pattern] : [pattern, `${pattern}/*`]));
  return `"${place}" names the secret "${name}" in "${environment}", which is none of the service's there (${allowed.join(', ')}): call it so, with {environment} for the environment's name, or ask the platform team for the name ("names" of the service's entry in the policy).`;
}

/** As roles are granted it: what has the name, or lies below it. */
function matches(pattern: string, name: string): boolean {
  const text = pattern.replace(/[.]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${text}(?:/.*)?$`).test(name);
}
