import { digestOf } from '../release/chain.ts';
import type { IdentityType } from './steps/boundary.ts';
import type { ChangeSummary } from './change-schema.ts';

/** A role or user of a live stack that is to get the permissions boundary, and what that takes from it. */
export interface AdoptedIdentity {
  readonly logicalId: string;
  readonly type: IdentityType;
  /** Its name in IAM. */
  readonly name: string;
  /** Actions it has now and has no longer then, in words. */
  readonly cut: readonly string[];
}

/** What of a live stack has to be other before a release can change it. */
export interface Adoption {
  readonly identities: readonly AdoptedIdentity[];
  /** The permissions boundary; undefined where the policy wants none. */
  readonly arn: string | undefined;
  /** Functions to be guarded that are live without an alias, or are reached around it. */
  readonly guarded: readonly string[];
}

/**
 * What an adoption would change, for the approver: roles and users of a stack that is there already get the boundary, and functions an
 * alias for the version in service, in a change of its own before the release's. It is not undone.
 */
export function summarizeAdoption({ identities, arn = '', guarded }: Adoption): ChangeSummary {
  const adopted = { adoption: identities.map(({ logicalId, name, cut }) => [logicalId, name, cut]), arn };
  const modified = { action: 'Modify', replacement: 'False' } as const;
  return {
    digest: digestOf(guarded.length === 0 ? adopted : { ...adopted, guarded }),
    boundary: describeAdoption({ identities, arn, guarded }),
    partial: true,
    resources: [
      ...identities.map(({ logicalId, type }) => ({ ...modified, logicalId, type })),
      ...guarded.map((logicalId) => ({ ...modified, logicalId, type: 'AWS::Lambda::Function' })),
    ],
    warnings: identities
      .filter(({ cut }) => cut.length > 0)
      .map(({ logicalId, name, cut }) => ({
        code: 'permissions-cut',
        logicalId,
        sentence: `${logicalId} (${name}) loses at once, also for the version in service: ${few(cut)}.`,
      })),
  };
}

function describeAdoption({ identities, arn = '', guarded }: Adoption): string {
  const who = identities.length === 1 ? 'a role or user that is' : `${identities.length} roles and users that are`;
  const bounded = `${who} live get the permissions boundary ${arn.replace(/^.*\//, '')}, which is not taken back by a rollback`;
  const led = `${few(guarded)} get${guarded.length === 1 ? 's' : ''} an alias that serves the version in service, and every way in leads to it`;
  const parts = [...(identities.length === 0 ? [] : [bounded]), ...(guarded.length === 0 ? [] : [led])];
  return `The stack is adopted first: ${parts.join('; ')}. The release's own change is previewed, and approval requested again, once that is done.`;
}

const mostNamed = 12;

function few(cut: readonly string[]): string {
  const rest = cut.length > mostNamed ? [`and ${cut.length - mostNamed} more`] : [];
  return [...cut.slice(0, mostNamed), ...rest].join(', ');
}
