import * as z from 'zod';
import { plainCredential } from '../checks/credential-headers.ts';
import type { Problem } from '../values/problems.ts';
import { environmentName, releaseId } from '../values/identifiers.ts';

/** Why people begin a release of an artifact that has been there before. */
export const originKinds = ['retry', 'promotion', 'rollback'] as const;

/** What a release that a person began is for; one that began with its artifact has none. */
export const originSchema = z.strictObject({
  kind: z.enum(originKinds),
  /** Where it goes, and nowhere else. */
  environments: z.array(environmentName).min(1),
  /** The attempt that it repeats; the release that serves again; the one that proved the artifact last, where one did. */
  of: releaseId.exactOptional(),
  /** It passes over environments that the artifact has not proven itself in. */
  hotfix: z.literal(true).exactOptional(),
});
export type Origin = z.infer<typeof originSchema>;

/** Is it there to bring an earlier version back, ahead of everything else, as soon as possible? */
export function isRollback({ origin }: { readonly origin?: Origin | undefined }): boolean {
  return origin?.kind === 'rollback';
}

/** What AWS would refuse by itself, told before: where it served before, AWS took it. */
const foretold: readonly string[] = [
  'template.asset-out-of-reach',
  'template.attribute-unknown',
  'template.circular',
  'template.connection-out-of-reach',
  'template.key-unknown',
  'template.name-malformed',
  'template.name-not-granted',
  'template.option-not-granted',
  'template.output-without-value',
  'template.over-quota',
  'template.parameter-default',
  'template.parameter-missing',
  'template.parameter-value',
  'template.property-missing',
  'template.property-value',
  'template.reference-unknown',
];

/**
 * What keeps an artifact from being released: a rollback also brings one back from when a credential in it was still accepted, or
 * from when the policy gave it other names.
 */
export function problemsFor(
  head: { readonly origin?: Origin | undefined },
  found: readonly Problem[],
): readonly Problem[] {
  return isRollback(head) ? found.filter(({ code }) => code !== plainCredential && !foretold.includes(code)) : found;
}
