import { type IdentityType, namesBoundary } from './steps/boundary.ts';
import type { Template } from './template.ts';

/** What IAM says of the boundary of a role or user; `unreadable` where the engine may not look. */
export type BoundaryState =
  | { readonly kind: 'bounded'; readonly arn: string }
  | { readonly kind: 'unbounded' | 'gone' | 'unreadable' };

/** A role or user of the live stack. */
export interface LiveIdentity {
  readonly logicalId: string;
  readonly type: IdentityType;
  /** Its name in IAM. */
  readonly name: string;
  readonly boundary: BoundaryState;
}

/** Why a release may not go near a role or user. */
export interface UnboundedIdentity extends LiveIdentity {
  readonly why: string;
  /** Whether a change of the stack can give it the boundary. */
  readonly adoptable: boolean;
}

/**
 * Roles and users of a live stack that are not under the target's boundary, or only until CloudFormation looks. IAM says what
 * is so, and the template what CloudFormation takes to be so: where it names no boundary, a release would have to add it.
 * @param arn the target's permissions boundary
 */
export function findUnbounded(
  live: Template,
  identities: readonly LiveIdentity[],
  arn: string,
): readonly UnboundedIdentity[] {
  return identities.flatMap((identity) => {
    const why = reasonAgainst(live, identity, arn);
    if (why === undefined) return [];
    const { kind } = identity.boundary;
    const addable = kind === 'unbounded' || (kind === 'bounded' && identity.boundary.arn === arn);
    // Where the template names a boundary that IAM does not have, CloudFormation sees nothing to change.
    return [{ ...identity, why, adoptable: addable && !namesBoundary(live.Resources[identity.logicalId]) }];
  });
}

function reasonAgainst(live: Template, { logicalId, boundary }: LiveIdentity, arn: string): string | undefined {
  switch (boundary.kind) {
    case 'gone':
      return undefined;
    case 'unbounded':
      return 'has none';
    case 'unreadable':
      return 'may not be read: its name has to start as the target’s roles allow, and the target’s own stack has to be up to date';
    case 'bounded':
      if (boundary.arn !== arn) return `has ${boundary.arn}`;
      return namesBoundary(live.Resources[logicalId]) ? undefined : 'has it, but not by the stack’s template';
  }
}

const mostNamed = 4;

/** What is wrong with them and what an administrator does about it, in words. */
export function describeUnbounded(
  found: readonly UnboundedIdentity[],
  stack: { readonly name: string; readonly region: string },
  arn: string,
): string {
  const named = found.slice(0, mostNamed).map(({ logicalId, name, why }) => `${logicalId} (${name}) ${why}`);
  const rest = found.length > mostNamed ? [`and ${found.length - mostNamed} more`] : [];
  const command = `aws cloudformation deploy --stack-name ${stack.name} --region ${stack.region} --template-file TEMPLATE --capabilities CAPABILITY_NAMED_IAM`;
  return [
    `Roles or users of the stack ${stack.name} are not under the permissions boundary ${arn}: ${[...named, ...rest].join('; ')}.`,
    'A release cannot add it there.',
    `An administrator does: name it as PermissionsBoundary of each in the template that is live, then "${command}".`,
  ].join(' ');
}
