import { withWrittenLocations } from '../../../core/artifact/locate.ts';
import { TargetNotReady } from '../../../core/contract/errors.ts';
import { processedProblems } from '../../../core/template/target-rules.ts';
import type { Template } from '../../../core/template/template.ts';
import { writtenAs } from '../../../core/template/written-as.ts';
import { problemSentence } from '../../../core/values/problems.ts';
import type { Archive } from '../../../adapters/s3/archive.ts';
import { readSources } from '../../../engine/artifact/read-sources.ts';
import type { TargetView } from '../target-context.ts';
import { readWritten } from './artifact.ts';

/**
 * What the template does not show as text is shown here: transforms are expanded.
 * @param archive which says where the lines of its template come from @throws TargetNotReady
 */
export async function requireOwnTemplate(work: TargetView, archive: Archive, next: Template): Promise<void> {
  const { plan, where, planned, place } = work;
  const found = processedProblems(next, where, planned, plan.manifest);
  if (found.length === 0) return;
  const { template: written } = await readWritten(work, archive);
  const sources = (await readSources(archive, written)) ?? {};
  const told = found.map((one) =>
    problemSentence(withWrittenLocations(one, sources, (at) => writtenAs(at, written, plan.manifest.guard))),
  );
  throw new TargetNotReady(told.join(' '), place);
}
