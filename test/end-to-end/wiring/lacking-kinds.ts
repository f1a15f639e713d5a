import { allResources } from 'local-aws/resources';
import { fillGrants } from '../../../core/template/fill-grants.ts';
import { identityKinds, resourceKinds, type Grant, type ResourceKind } from '../../../core/template/resource-kinds.ts';
import { shorten } from './policy-wires.ts';

const known = new Set(allResources.map(({ type }) => type));
/** Kinds of which the local AWS has no type, among them options of types that it has without them. */
const lacking = resourceKinds.filter(({ types }) => !types.some((type) => known.has(type)));
const present = [...resourceKinds, ...identityKinds].filter((kind) => !lacking.includes(kind));

/**
 * Matches the wires of grants that no kind asks for but those that the local AWS lacks: an action by itself or on the first resource of
 * its statement, or a resource of a statement that begins with the action.
 */
export function wiresOfLackingKinds(): RegExp {
  const granted = grantsOf(present);
  const found = grantsOf(lacking).flatMap((grant) => [
    ...actionWires(grant, granted),
    ...resourceWires(grant, granted),
  ]);
  return new RegExp(
    `^ReleaseTarget: sluice-target-(cfn|resources)-\\S+ (may|allows) (${[...new Set(found)].join('|')})( \\(\\d+\\))?$`,
  );
}

function grantsOf(kinds: readonly ResourceKind[]): Grant[] {
  const filling = { account: '222222222222', region: 'us-east-1', boundary: 'boundary', names: ['*'] };
  return kinds.flatMap((kind) => fillGrants(kind, filling));
}

function actionWires({ actions, resources }: Grant, granted: readonly Grant[]): string[] {
  return actions.flatMap((action) => {
    if (!granted.some((other) => other.actions.includes(action))) return [`${action}( on (\\S+ )?\\S+)?`];
    const [first] = resources;
    return first === undefined || has(granted, action, first) ? [] : [`${action} on ${patternOf(first)}`];
  });
}

/** Statements on the same resources are one, so what a kind that is here asks for on them may be in it. */
function resourceWires({ actions, resources }: Grant, granted: readonly Grant[]): string[] {
  if (granted.some((other) => other.resources.toSorted().join() === resources.toSorted().join())) return [];
  return resources
    .filter((resource) => !actions.every((action) => has(granted, action, resource)))
    .map((resource) => `(${actions.join('|')})(, \\S+| … \\(\\d+ actions\\))?: ${patternOf(resource)}`);
}

function has(granted: readonly Grant[], action: string, resource: string): boolean {
  return granted.some(({ actions, resources }) => actions.includes(action) && resources.includes(resource));
}

/** A resource as wires name it, whatever names stand in it. */
function patternOf(resource: string): string {
  return shorten(resource)
    .replace(/[.?+^$()[\]{}|\\]/g, '\\$&')
    .replaceAll('*', '\\S*');
}
