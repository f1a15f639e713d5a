import { StackTaken } from '../contract/errors.ts';
import type { Target } from '../values/identifiers.ts';
import type { StackClaimItem } from './items.ts';
import { type Key, stackClaimKey } from './keys.ts';
import { isAbsent, type Condition, type WriteIntent } from './write-intent.ts';

/** The stack that a release is about to touch, and for whom. */
export interface StackClaim extends Target {
  readonly stackName: string;
  readonly service: string;
  readonly environment: string;
  readonly release: string;
  readonly at: string;
}

/** Rows that say whose a stack name is: that of the name, then of everything it begins with up to a "-". */
export function claimKeys({ account, region, stackName }: Target & Pick<StackClaim, 'stackName'>): readonly Key[] {
  return [stackName, ...beginningsOf(stackName)].map((name) => stackClaimKey({ account, region }, name));
}

/** `orders` and `orders-eu` of `orders-eu-staging`. */
function beginningsOf(stackName: string): string[] {
  return [...stackName.matchAll(/-/g)].map(({ index }) => stackName.slice(0, index));
}

/**
 * What makes a stack name this service's and environment's for good; nothing when it is already. A name also closes what it
 * begins with: whoever claims `orders-eu` says so in the row of `orders`, which nobody can claim any more. So of two that collide,
 * whichever is written first, both write one row, and the second is refused.
 * @param rows what the ledger has under `claimKeys`, in that order
 * @throws StackTaken
 */
export function claimStack(claim: StackClaim, rows: readonly (StackClaimItem | undefined)[]): WriteIntent[] {
  const [own, ...beginnings] = rows;
  const { stackName, service, environment, account, region } = claim;
  if (own?.state === 'claimed' && own.service === service && own.environment === environment) return [];
  const holder = own ?? beginnings.find((row) => row?.state === 'claimed');
  if (holder !== undefined)
    throw new StackTaken(sentence(claim, holder), { release: claim.release, environment, account, region });
  return claimKeys(claim).flatMap((key, index): WriteIntent[] => {
    const row = { ...claim, state: index === 0 ? 'claimed' : 'begins' } satisfies StackClaimItem;
    if (index > 0 && rows[index] !== undefined) return [];
    const condition = index === 0 ? isAbsent : isUnclaimed;
    return [{ write: 'put', item: { ...key, ...row, stackName }, condition, lost: 'ClaimMoved' }];
  });
}

/** Nobody has the name itself. Several stacks may begin with it. */
const isUnclaimed: Condition = {
  expression: 'attribute_not_exists(pk) OR #state = :begins',
  names: { '#state': 'state' },
  values: { ':begins': 'begins' },
};

function sentence({ stackName, service, environment }: StackClaim, holder: StackClaimItem): string {
  const whose = `${holder.service} in ${holder.environment} (since ${holder.release})`;
  const what =
    holder.stackName.toLowerCase() === stackName.toLowerCase()
      ? `The stack ${stackName} is that of ${whose}`
      : `The stack ${stackName} and the stack ${holder.stackName} of ${whose} would share names`;
  return `${what}; ${service} in ${environment} needs one of its own: give its entry in the policy another "stack".`;
}
