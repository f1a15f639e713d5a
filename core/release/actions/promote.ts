import type { ReleaseHead } from '../head.ts';
import { currentEnvironment, hasPassed } from '../progress.ts';
import { isEnd } from '../status.ts';
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
  /** Is the version kept out of the environment, since somebody rolled it back there? */
  readonly blocked: boolean;
}

/** Brings an artifact that passed the earlier environments to the next one, later; a hotfix passes over them where the policy allows it. */
export function promoteVersion(promotion: Promotion): DemandAnswer {
  const answer = provenElsewhere(promotion);
  const { version, environment, attempts } = promotion;
  const running = attempts.find((head) => bringsAlready(head, promotion));
  if ('why' in answer || running === undefined) return answer;
  return {
    why: `${running.release} brings version ${version} to ${environment} already; it is ${running.status}. Let it end, or cancel it first.`,
  };
}

function provenElsewhere(promotion: Promotion): DemandAnswer {
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

/**
 * Would a second release of the artifact be one too many? Not where the first is done there, waits there for nothing but this promotion
 * (its version is blocked), or is still in an earlier environment, which a hotfix passes over.
 */
function bringsAlready(head: ReleaseHead, { environment, hotfix, earlier, blocked }: Promotion): boolean {
  if (isEnd(head.status) || blocked) return false;
  // Until it has a plan, it is to come to all that its origin names, or the policy.
  const planned = head.order.length > 0;
  const ahead = planned ? head.order : (head.origin?.environments ?? [...earlier, environment]);
  if (!ahead.includes(environment) || hasPassed(head, environment)) return false;
  const present = planned ? currentEnvironment(head) : ahead[0];
  return present === environment || !hotfix;
}
