import { artifactLimits as limits } from '../../../core/artifact/limits.ts';
import { ChangeFailed, TargetNotReady } from '../../../core/contract/errors.ts';
import { guardTemplate } from '../../../core/template/guard/guard.ts';
import { readStackTemplate } from '../../../core/template/parse.ts';
import { restoreAssetBucket } from '../../../core/template/restore-asset-bucket.ts';
import { missingAssets } from '../../../core/template/rules.ts';
import { hasTransforms, type Template } from '../../../core/template/template.ts';
import type { Archive } from '../../../adapters/s3/archive.ts';
import { readTemplate } from './artifact.ts';
import { expandName, makeChangeSet, tagsOf } from './change.ts';
import { parametersOf } from './parameters.ts';
import type { Live } from './live.ts';
import { templateSource } from './kept-templates.ts';
import type { TargetView } from '../target-context.ts';

/**
 * The release's template with its transforms expanded. CloudFormation expands them, in a change set that is deleted
 * afterwards. @param intent number of the event that announced it @throws ChangeFailed, TargetNotReady
 */
export async function nextTemplate(
  work: TargetView,
  archive: Archive,
  live: Live | undefined,
  intent: number,
): Promise<Template> {
  const { text, template } = await readTemplate(work, archive);
  if (!hasTransforms(template)) return template;
  const made = await expand(work, { text, template }, live, intent);
  const expanded = guard(work, restoreAssetBucket(made, work.target.assets.bucket));
  const entries = await archive.entries(limits.entries);
  const foreign = missingAssets(
    expanded,
    entries.map(({ name }) => name),
  );
  if (foreign.length === 0) return expanded;
  throw new ChangeFailed(
    `The expanded template names code that is not in the archive: ${foreign.join(', ')}.`,
    work.place,
  );
}

/** What a transform made leads to the aliases, too. @throws TargetNotReady */
function guard({ plan, place }: TargetView, expanded: Template): Template {
  const { template, problems } = guardTemplate(expanded, plan.manifest);
  if (problems.length === 0) return template;
  throw new TargetNotReady(problems.join(' '), place);
}

async function expand(
  work: TargetView,
  { text, template }: { readonly text: string; readonly template: Template },
  live: Live | undefined,
  intent: number,
): Promise<Template> {
  const { stacks } = work.target;
  const name = expandName(work, intent);
  const changeSet = await makeChangeSet(work, {
    name,
    create: live === undefined,
    source: await templateSource(work, 'original', text),
    parameters: parametersOf(work, template, [], live),
    tags: tagsOf(work, live?.stack.tags),
    expandsOnly: true,
  });
  try {
    return readStackTemplate(await stacks.template(work.item.stackName, 'Processed', name));
  } catch (cause) {
    throw new ChangeFailed(`The template cannot be expanded (${changeSet.reason ?? String(cause)}).`, {
      ...work.place,
      cause,
    });
  } finally {
    await stacks.deleteChangeSet(work.item.stackName, name);
  }
}
