import type { InService } from '../../../core/ledger/items.ts';
import type { ChangeSummary } from '../../../core/template/change-schema.ts';
import type { Template } from '../../../core/template/template.ts';
import { readInService } from '../../../engine/ledger/live.ts';
import { openArtifact } from './artifact.ts';
import { findAdoption } from './boundary.ts';
import { proposeChange, type ProposedChange } from './change.ts';
import { requireEntry } from './entry.ts';
import type { Live } from './live.ts';
import { nextTemplate } from './next-template.ts';
import { requireOwnTemplate } from './own-template.ts';
import type { TargetView } from '../target-context.ts';

/** What would change in a target, and what serves there: the stack is adopted first, or the change is proposed. */
export type PreviewedChange = { readonly inService: InService } & (
  { readonly adoption: ChangeSummary } | { readonly adoption?: never; readonly next: Template; readonly proposed: ProposedChange }
); // prettier-ignore

/**
 * Looks at what would change. The change set that shows it is left to the caller.
 * @param intent number of the event that announced it @throws TargetNotReady, ChangeFailed
 */
export async function previewChange(
  work: TargetView,
  live: Live | undefined,
  intent: number,
): Promise<PreviewedChange> {
  await requireEntry(work, live);
  const { service } = work.plan.manifest;
  const { former, inService } = await readInService(work.services.ledger, service, work.where, live?.aliases);
  const adoption = await findAdoption(work, live);
  if (adoption !== undefined) return { adoption, inService };
  const archive = await openArtifact(work);
  const next = await nextTemplate(work, archive, live, intent);
  await requireOwnTemplate(work, archive, next);
  return { inService, next, proposed: await proposeChange(work, next, { live, former }, intent) };
}
