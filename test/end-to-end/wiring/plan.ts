import { exceptionFor } from './exceptions.ts';
import type { Finding } from './findings.ts';
import type { Use } from './use-recorder.ts';
import type { Wire } from './wire.ts';

/** Of the grants by which CloudFormation makes resources of services, one in so many is played although it is known to be needed. */
const ONE_IN = 20;

/** What a run has to play, in this order. */
export interface Plan {
  /** What IAM does not decide, and what it decides in the deployment alone: one at a time. */
  readonly unknown: readonly Wire[];
  /** Grants that nothing needed alone: all at once, and fewer only if that is noticed. */
  readonly idle: readonly Wire[];
  /** Grants of which IAM's decision is known, one at a time: what comes of it is not. */
  readonly needed: readonly Wire[];
}

/**
 * What has to be played to know of each wire whether it is missed. Of a grant that alone allowed something, IAM's decision without it
 * is known. What the product makes of the refusal is played for all that Sluice's own roles use; CloudFormation fails the resource
 * whatever it is refused, so there a sample does. @param every whether all are played
 */
export function planFor(wires: readonly Wire[], uses: Readonly<Record<string, Use>>, every: boolean): Plan {
  const isNeeded = ({ name }: Wire): boolean => uses[name]?.refusal !== undefined;
  const isIdle = ({ name, grant }: Wire): boolean => grant !== undefined && (uses[name]?.steps.length ?? 0) === 0;
  const open = wires.filter((wire) => isNeeded(wire) || exceptionFor(wire.name) === undefined);
  const needed = open.filter(isNeeded);
  const ofCloudFormation = needed.filter(isOfCloudFormation);
  const sample = new Set(ofCloudFormation.filter((_, index) => every || index % ONE_IN === 0));
  return {
    unknown: open.filter((wire) => !isNeeded(wire) && !isIdle(wire)),
    idle: open.filter(isIdle),
    needed: needed.filter((wire) => !isOfCloudFormation(wire) || sample.has(wire)),
  };
}

/** Whether it is a grant to the role by which CloudFormation makes resources, or what limits that or those resources' own roles. */
function isOfCloudFormation({ grant }: Wire): boolean {
  return grant !== undefined && /^sluice-target-(cfn|resources|boundary|scope)-/.test(grant.holder);
}

/** What is known of a wire. */
export type Knowledge =
  | { readonly state: 'killed' | 'refused' | 'survived'; readonly finding: Finding }
  /** Not played: IAM would refuse something of the probe. */
  | { readonly state: 'inferred'; readonly refusal: string }
  | { readonly state: 'excepted'; readonly because: string }
  | { readonly state: 'not tried' };

/** What is known of a wire by what was heard and played. */
export function knowledgeOf({ name }: Wire, use: Use | undefined, finding: Finding | undefined): Knowledge {
  const because = exceptionFor(name);
  if (finding !== undefined && (finding.outcome !== 'survived' || because === undefined))
    return { state: finding.outcome, finding };
  if (use?.refusal !== undefined) return { state: 'inferred', refusal: use.refusal };
  return because === undefined ? { state: 'not tried' } : { state: 'excepted', because };
}
