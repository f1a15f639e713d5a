import * as z from 'zod';
import { environmentName, releaseId, targetName, versionName } from '../values/identifiers.ts';

/** What serves in a target when a release has ended. */
export const servingSchema = z.strictObject({
  environment: environmentName,
  target: targetName,
  /**
   * `release`: this release's version, or another's. `unreleased`: what no release brought, a stack that was taken over. `nothing`:
   * there was nothing before, and it was undone. `untouched`: what was there, of which the ledger knows nothing. `unclear`: it was
   * left unclean.
   */
  serves: z.enum(['release', 'unreleased', 'nothing', 'untouched', 'unclear']),
  /** With `release`. */
  release: releaseId.exactOptional(),
  version: versionName.exactOptional(),
});
export type Serving = z.infer<typeof servingSchema>;

/** What serves where, a sentence each; targets of an environment that serve the same share one. */
export function describeServing(serving: readonly Serving[]): string[] {
  const keyOf = ({ environment, serves, release }: Serving): string => [environment, serves, release].join(' ');
  const firsts = new Map([...serving].reverse().map((one) => [keyOf(one), one]));
  return serving
    .filter((one) => firsts.get(keyOf(one)) === one)
    .map((first) => {
      const { environment } = first;
      const here = serving.filter((one) => one.environment === environment);
      const same = here.filter((one) => keyOf(one) === keyOf(first)).map(({ target }) => target);
      return sentence(first, same.length === here.length ? environment : `${environment} (${same.join(', ')})`);
    });
}

function sentence({ serves, version = '' }: Serving, where: string): string {
  switch (serves) {
    case 'release':
      return `Version ${version} serves in ${where}.`;
    case 'unreleased':
      return `What was there before the first release serves in ${where}.`;
    case 'nothing':
      return `Nothing serves in ${where}: there was nothing before this release.`;
    case 'untouched':
      return `No release is live in ${where}, and this one has changed nothing there.`;
    case 'unclear':
      return `It is not certain what serves in ${where}.`;
  }
}

const recorded = z.object({ serves: z.array(servingSchema) });

/** What the evidence of an end says; nothing for any other evidence. */
export function recordedServing(evidence: unknown): readonly Serving[] {
  return recorded.safeParse(evidence).data?.serves ?? [];
}
