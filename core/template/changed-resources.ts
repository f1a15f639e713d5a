import type { ChangeSetEntry } from './change-summary.ts';

/** Resources of which more than tags change. */
export function changedResources(changes: readonly ChangeSetEntry[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ ResourceChange: change }) => {
      const { LogicalResourceId: id, Details: details = [] } = change ?? {};
      const isTags =
        details.length > 0 && details.every(({ Target: target }) => isTag(target?.Attribute, target?.Name));
      return id === undefined || isTags ? [] : [id];
    }),
  );
}

function isTag(attribute: string | undefined, name: string | undefined): boolean {
  return attribute === 'Tags' || name === 'Tags';
}
