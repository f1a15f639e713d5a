import { artifactLimits } from '../../core/artifact/limits.ts';
import { type Compared, compareReleases } from '../../core/comparison/compare.ts';
import { type ComparisonDocument, describeComparison, type Side } from '../../core/contract/api/comparison.ts';
import { EngineUnavailable, NotInLedger, RequestInvalid } from '../../core/contract/errors.ts';
import { planKey } from '../../core/ledger/keys.ts';
import { type Plan, planSchema } from '../../core/release/plan.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { readTemplateFile } from '../../core/template/parse.ts';
import { readItem } from '../../engine/ledger/read.ts';
import { findRelease } from './releases.ts';
import type { ReadServices } from './services.ts';

/**
 * What differs between two releases of a service: two plans and two templates are read, however long the releases are.
 * @throws RequestInvalid, NotInLedger, EngineUnavailable
 */
export async function showComparison(services: ReadServices, id: string, other: string): Promise<ComparisonDocument> {
  const [first, second] = await Promise.all([findRelease(services, id), findRelease(services, other)]);
  if (first.service !== second.service)
    throw new RequestInvalid(
      `${first.release} is a release of ${first.service}, and ${second.release} of ${second.service}: only releases of one service are compared.`,
    );
  const [before, after] = await Promise.all([readSide(services, first), readSide(services, second)]);
  const [was, is] = await Promise.all([withTemplate(services, before), withTemplate(services, after)]);
  return describeComparison(before, after, compareReleases(was, is));
}

/** @throws NotInLedger */
async function readSide({ ledger }: ReadServices, head: ReleaseHead): Promise<Side> {
  const plan = await readItem(ledger, planKey(head.release), planSchema);
  if (plan !== undefined) return { head, plan };
  const sentence = `${head.release} was not accepted, so that nothing of it can be compared: its page says why.`;
  throw new NotInLedger(sentence, { release: head.release });
}

async function withTemplate({ files }: ReadServices, { plan }: Side): Promise<Compared> {
  return { plan, template: await readTemplate(files, plan) };
}

async function readTemplate(
  files: ReadServices['files'],
  { release, artifact, manifest }: Plan,
): Promise<Compared['template']> {
  const { template: name } = manifest;
  const file = await files
    .read(artifact, artifact.size ?? 0, name, artifactLimits.templateBytes)
    .catch((cause: unknown) => {
      throw new EngineUnavailable(`The artifact of ${release} cannot be read now: try again.`, { release, cause });
    });
  if ('missing' in file) return { unreadable: `The artifact of ${release} cannot be read: ${file.missing}.` };
  const reading = readTemplateFile(file.bytes, name);
  const template = 'problems' in reading ? reading.legible : reading.template;
  return template ?? { unreadable: `The template of ${release} cannot be read.` };
}
