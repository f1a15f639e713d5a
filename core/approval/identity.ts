import type { ApprovalIdentity } from '../policy/oidc.ts';
import type { DecisionWay } from './ways.ts';

/** An approval, as far as it says who has to have identified those who decide. */
interface Identifying {
  readonly release: string;
  readonly approval: string;
  readonly environment: string;
  readonly identity?: ApprovalIdentity;
  /** Present where it is asked for in Slack. */
  readonly slack?: unknown;
}

/** Why a decision that comes by a way is not taken, and how to decide; undefined where it is taken. */
export function identityProblem(approval: Identifying, via: DecisionWay): string | undefined {
  const { release, approval: id } = approval;
  const rule = identityRule(approval, via);
  if (rule === undefined) return undefined;
  if (approval.identity === undefined) return `${rule}: decide by the link that was mailed to you.`;
  return `${rule}: sign in to the pages, and decide on /releases/${release}/approvals/${id}.`;
}

/** The same without how to decide, as half a sentence: a page has a link for that. */
export function identityRule(
  { identity, environment, slack }: Pick<Identifying, 'identity' | 'environment' | 'slack'>,
  via: DecisionWay,
): string | undefined {
  if (identity !== undefined && via !== identity)
    return `The policy takes decisions on ${environment} only from people who have signed in`;
  // Who somebody is to Slack counts where the policy asks there.
  if (via === 'slack' && slack === undefined) return `The policy does not ask about ${environment} in Slack`;
  return undefined;
}
