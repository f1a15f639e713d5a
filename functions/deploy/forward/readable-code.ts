import { TargetNotReady } from '../../../core/contract/errors.ts';
import { codeObjects } from '../../../core/template/code-objects.ts';
import type { Template } from '../../../core/template/template.ts';
import { valuesAfter } from '../template/parameters.ts';
import type { Live } from '../template/live.ts';
import type { TargetView } from '../target-context.ts';

/** To roll back, CloudFormation reads the code that was live again, from where it came. @throws TargetNotReady */
export async function requireFormerCode(work: TargetView, live: Live): Promise<void> {
  const lost = await unreadableCode(work, live.template, live.stack.parameters);
  if (lost.length === 0) return;
  const sentence = `A rollback would be impossible: the code of the live version is no longer readable: ${lost.join(', ')}.`;
  throw new TargetNotReady(sentence, work.place);
}

/** The release's own code is there by now; what its template takes from another bucket has to be. @throws TargetNotReady */
export async function requireNextCode(work: TargetView, next: Template, live: Live | undefined): Promise<void> {
  const values = [...valuesAfter(work, next, live)].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  const { bucket } = work.target.assets;
  const lost = await unreadableCode(work, next, Object.fromEntries(values), [bucket]);
  if (lost.length === 0) return;
  const sentence = `The template takes code from where there is none, or where it cannot be read: ${lost.join(', ')}. Put it there, or name code by its folder and pack it again.`;
  throw new TargetNotReady(sentence, work.place);
}

/** @param known buckets that need no look @returns `bucket/key` of code that is not there, or may not be read */
async function unreadableCode(
  { target, where }: TargetView,
  template: Template,
  parameters: Readonly<Record<string, string>>,
  known: readonly string[] = [],
): Promise<string[]> {
  const objects = codeObjects(template, { ...where, parameters }).filter(({ bucket }) => !known.includes(bucket));
  const readable = await Promise.all(objects.map(({ bucket, key }) => target.assets.canRead(bucket, key)));
  return objects.filter((_, index) => readable[index] !== true).map(({ bucket, key }) => `${bucket}/${key}`);
}
