import { canonicalJson } from '../release/chain.ts';
import type { ChangeSetResource } from './change-set.ts';
import type { ChangeSetEntry } from './change-summary.ts';
import { decideDoubling } from './doubling.ts';
import { decidePublishing, foreseePublishing, pairVersions } from './publishing.ts';
import { type AppliedTemplate, type LiveTemplate, nameAsLive } from './steps/chain.ts';
import { type Decisions, nothingDecided } from './steps/choose-ids.ts';
import type { Template } from './template.ts';

/** A change set that was computed from an applied template. */
interface Computed {
  readonly application: Pick<AppliedTemplate, 'pairs' | 'template'>;
  readonly changeSet: { readonly changes: readonly ChangeSetEntry[] };
}

/** What the templates alone show. */
export function foreseeDecisions(next: Template, live: LiveTemplate | undefined): Decisions {
  if (live === undefined) return nothingDecided;
  const named = nameAsLive(next, live.template).named;
  const pairs = pairVersions(named, live.template, live.versions);
  return { ...nothingDecided, publishing: foreseePublishing(pairs, named, live.template) };
}

/**
 * What the change set shows.
 * @param foreseen what it was made with; returned as it is where nothing else comes out
 * @param drifted logical ids of functions whose alias serves something else than the function is
 */
export function decide(
  { application, changeSet }: Computed,
  foreseen: Decisions,
  drifted: ReadonlySet<string>,
): Decisions {
  const changes = changeSet.changes.flatMap(({ ResourceChange }) => ResourceChange ?? []);
  const decided: Decisions = {
    publishing: decidePublishing(application.pairs, changes, drifted),
    doubled: decideDoubling(changes),
    switchedOff: removedThoughDeclared(changes, application.template),
  };
  return canonicalJson(decided) === canonicalJson(foreseen) ? foreseen : decided;
}

/** What a change set removes although the template has it, because of its condition. */
function removedThoughDeclared(changes: readonly ChangeSetResource[], { Resources }: Template): string[] {
  return changes
    .flatMap(({ Action, LogicalResourceId: id = '' }) =>
      Action === 'Remove' && Resources[id] !== undefined ? [id] : [],
    )
    .sort();
}
