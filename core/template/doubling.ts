import { type ChangeSetResource, propertiesIn } from './change-set.ts';
import { canStandBeside } from './resource-identity.ts';
import { isStateful } from './stateful.ts';

/**
 * Resources that a change set replaces and that can be doubled: the new one stands beside the old one, which the version in service
 * goes on using, until the release is settled. What is replaced only because of another that is doubled is doubled with it.
 * @param changes of the change set, with property values
 */
export function decideDoubling(changes: readonly ChangeSetResource[]): string[] {
  const doubled = new Set<string>();
  let before = -1;
  while (before < doubled.size) {
    before = doubled.size;
    for (const change of changes) {
      const { LogicalResourceId: id } = change;
      if (id !== undefined && isDoubled(change, doubled)) doubled.add(id);
    }
  }
  return [...doubled].sort();
}

function isDoubled(change: ChangeSetResource, doubled: ReadonlySet<string>): boolean {
  const { Action, Replacement, ResourceType = '', Details = [] } = change;
  if (Action !== 'Modify' || !canBeDoubled(change)) return false;
  if (Replacement === 'True') return true;
  // Whether it is replaced is known only afterwards: data is not left behind on a suspicion.
  if (Replacement !== 'Conditional' || isStateful(ResourceType)) return false;
  return Details.some(
    ({ Target, CausingEntity = '' }) =>
      Target?.RequiresRecreation === 'Always' && doubled.has(CausingEntity.replace(/\..*$/, '')),
  );
}

/** Can the resource that takes its place exist beside it? */
export function canBeDoubled({ ResourceType = '', BeforeContext, AfterContext }: ChangeSetResource): boolean {
  return canStandBeside(ResourceType, propertiesIn(BeforeContext), propertiesIn(AfterContext));
}
