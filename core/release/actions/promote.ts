import type { ReleaseHead } from '../head.ts';
import { hasPassed } from '../progress.ts';
import type { DemandAnswer } from './retry.ts';

/** What a person wants to be brought where. */
export interface Promotion {
  readonly version: string;
  readonly environment: string;
  /** Pass over earlier environments that the artifact has not proven itself in. */
  readonly hotfix: boolean;
  /** Does the policy allow that here? */
  readonly hotfixes: boolean;
  /** Environments of the service before this one, in order. */
  readonly earlier: readonly string[];
  /** Releases of the version that there were, the oldest first. */
  readonly attempts: readonly ReleaseHead[];
}

/** Brings an artifact that passed the earlier environments to the next one, later; a hotfix passes over them where the policy allows it. */
export function promoteVersion(promotion: Promotion): DemandAnswer {
  const { version, environment, hotfix, hotfixes, earlier, attempts } = promotion;
  const unproven = earlier.filter((name) => !attempts.some((head) => hasPassed(head, name)));
  const last = attempts.findLast((head) => earlier.some((name) => hasPassed(head, name)))?.release;
  const of = last === undefined ? {} : { of: last };
  if (unproven.length === 0) return { origin: { kind: 'promotion', environments: [environment], ...of } };
  const places = unproven.join(', ');
  if (!hotfix) {
    const remedy = hotfixes ? ' To pass over it, promote it as a hotfix.' : '';
    return {
      why: `Version ${version} has not proven itself in ${places}, which comes before ${environment}.${remedy}`,
    };
  }
  if (!hotfixes) {
    return {
      why: `Version ${version} has not proven itself in ${places}, and the policy does not let hotfixes into ${environment} ("environments.${environment}.hotfixes").`,
    };
  }
  return { origin: { kind: 'promotion', environments: [environment], ...of, hotfix: true } };
}
