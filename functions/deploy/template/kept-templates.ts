import { createHash } from 'node:crypto';
import { DataUnreadable } from '../../../core/contract/errors.ts';
import { readStackTemplate } from '../../../core/template/parse.ts';
import type { Template } from '../../../core/template/template.ts';
import type { TemplateSource } from '../../../adapters/cloudformation/stack.ts';
import { type KeptTemplate, templateKey } from './keys.ts';
import type { TargetView } from '../target-context.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const inlineLimit = 51_200;

/** Keeps a template in the target's asset bucket. */
export async function keepTemplate(
  { target, item }: TargetView,
  which: KeptTemplate,
  template: Template,
): Promise<void> {
  const text = JSON.stringify(template);
  await target.assets.put(templateKey(item, which), Buffer.from(text), sha256(text));
}

/** @throws DataUnreadable when it was never kept */
export async function keptTemplate({ target, item, place }: TargetView, which: KeptTemplate): Promise<Template> {
  const text = await target.assets.text(templateKey(item, which));
  if (text === undefined) throw new DataUnreadable(`The ${which} template of the release is missing.`, place);
  return readStackTemplate(text);
}

/** A template as input for CloudFormation: inline while it is short, else from the asset bucket. */
export async function templateSource(
  { target, item }: TargetView,
  which: KeptTemplate,
  text: string,
): Promise<TemplateSource> {
  if (Buffer.byteLength(text) <= inlineLimit) return { body: text };
  const key = templateKey(item, which);
  await target.assets.put(key, Buffer.from(text), sha256(text));
  return { url: target.assets.url(key) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
