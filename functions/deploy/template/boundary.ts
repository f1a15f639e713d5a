import { TargetNotReady } from '../../../core/contract/errors.ts';
import { isIdentityType } from '../../../core/template/boundary.ts';
import { foreignBoundaries } from '../../../core/template/foreign-boundary.ts';
import { ownTagProblems } from '../../../core/template/own-tags.ts';
import { describeUnbounded, findUnbounded } from '../../../core/template/live-boundary.ts';
import type { Template } from '../../../core/template/template.ts';
import type { Live } from './live.ts';
import type { TargetContext } from '../target-context.ts';

/**
 * A role that somebody else made may be without the boundary. To add it takes permissions from the version in service, to take
 * it away again is granted to nobody, and to leave it would let a template grant that role anything: such a stack is left alone.
 * @throws TargetNotReady
 */
export async function requireLiveBoundary(
  { target, boundary, where, place }: TargetContext,
  live: Live | undefined,
): Promise<void> {
  if (live === undefined || boundary === undefined) return;
  const identities = await Promise.all(
    live.resources.flatMap(({ logicalId, physicalId: name, type }) =>
      isIdentityType(type) && name !== ''
        ? [target.identities.boundaryOf(type, name).then((state) => ({ logicalId, name, boundary: state }))]
        : [],
    ),
  );
  const found = findUnbounded(live.template, identities, boundary);
  if (found.length === 0) return;
  throw new TargetNotReady(describeUnbounded(found, { name: live.stack.name, region: where.region }, boundary), place);
}

/** What the template does not show as text is shown here: transforms are expanded. @throws TargetNotReady */
export function requireOwnBoundary({ plan, where, planned, place }: TargetContext, next: Template): void {
  const found = [
    ...foreignBoundaries(next, where, planned).map(({ sentence }) => sentence),
    ...ownTagProblems(next, plan.manifest.template).map(({ message }) => message),
  ];
  if (found.length > 0) throw new TargetNotReady(found.join(' '), place);
}
