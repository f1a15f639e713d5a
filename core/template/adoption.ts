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

/**
 * What an adoption would change, for the approver: a stack that is there already gets the boundary for its roles and users, in a
 * change of its own before the first release's. It cannot be undone.
 * @param arn the permissions boundary
 */
export function summarizeAdoption(identities: readonly AdoptedIdentity[], arn: string): ChangeSummary {
  const boundary = `The stack is adopted first: ${identities.length === 1 ? 'a role or user that is' : `${identities.length} roles and users that are`} live get the permissions boundary ${arn.replace(/^.*\//, '')}, which is not taken back by a rollback. The release's own change is previewed, and approval requested again, once that is done.`;
  return {
    digest: digestOf({ adoption: identities.map(({ logicalId, name, cut }) => [logicalId, name, cut]), arn }),
    boundary,
    partial: true,
    resources: identities.map(({ logicalId, type }) => ({
      action: 'Modify',
      logicalId,
      type,
      replacement: 'False',
    })),
    warnings: identities
      .filter(({ cut }) => cut.length > 0)
      .map(({ logicalId, name, cut }) => ({
        code: 'permissions-cut',
        logicalId,
        sentence: `${logicalId} (${name}) loses at once, also for the version in service: ${few(cut)}.`,
      })),
  };
}

const mostNamed = 12;

function few(cut: readonly string[]): string {
  const rest = cut.length > mostNamed ? [`and ${cut.length - mostNamed} more`] : [];
  return [...cut.slice(0, mostNamed), ...rest].join(', ');
}
