import { ChangeFailed, TargetNotReady } from '../../../core/contract/errors.ts';
import { artifactLimits as limits } from '../../../core/artifact/limits.ts';
import { assetDigest } from '../../../core/artifact/names.ts';
import { parseTemplate } from '../../../core/template/parse.ts';
import { guardTemplate } from '../../../core/template/guard/guard.ts';
import type { Template } from '../../../core/template/template.ts';
import type { Archive } from '../../../adapters/s3/archive.ts';
import type { TargetView } from '../target-context.ts';

/** Opens the artifact that was accepted: by version id, and only if it still has its digest. @throws TargetNotReady */
export async function openArtifact({ services, plan, place }: TargetView): Promise<Archive> {
  const facts = await services.artifacts.facts(plan.artifact);
  if (facts === undefined || facts.sha256 !== plan.artifact.sha256) {
    throw new TargetNotReady(
      `The artifact ${plan.artifact.key} is not the one that was accepted: its digest differs.`,
      place,
    );
  }
  return services.artifacts.open(plan.artifact, facts.size);
}

/** A template, and its text. */
interface TemplateText {
  readonly text: string;
  readonly template: Template;
}

/** The release's template as its team wrote it, with the aliases that it asks for. @throws ChangeFailed */
export async function readTemplate(work: TargetView, archive: Archive): Promise<TemplateText> {
  const written = await readWritten(work, archive);
  const { template, changed } = guardTemplate(written.template, work.plan.manifest);
  return { text: changed.length === 0 ? written.text : JSON.stringify(template), template };
}

/** The release's template as its team wrote it. @throws ChangeFailed */
export async function readWritten({ plan, place }: TargetView, archive: Archive): Promise<TemplateText> {
  const { bytes } = await archive.read(plan.manifest.template, limits.templateBytes);
  const text = bytes.toString('utf8');
  const reading = parseTemplate(text, plan.manifest.template);
  if ('template' in reading) return { text, template: reading.template };
  throw new ChangeFailed(reading.problems.map(({ message }) => message).join(' '), place);
}

/** Copies the code to the target's asset bucket, from which its functions are made; existing objects are kept. */
export async function publishAssets({ target, place }: TargetView, archive: Archive): Promise<void> {
  const entries = await archive.entries(limits.entries);
  for (const { name } of entries) {
    const digest = assetDigest(name);
    if (digest === undefined || (await target.assets.has(name))) continue;
    const { bytes, sha256 } = await archive.read(name, limits.totalBytes);
    if (sha256 !== digest) throw new TargetNotReady(`The digest of ${name} is not the one in its name.`, place);
    await target.assets.put(name, bytes, sha256);
  }
}
