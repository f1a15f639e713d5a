import { listFew } from '../../../core/template/ways-in/around.ts';
import * as z from 'zod';
import { recordOf } from '../../../core/values/records.ts';
import type { TemplateDocument } from '../places.ts';
import type { AssemblyStack } from './assembly.ts';

const properties = z.looseObject({
  tags: z.record(z.string(), z.string()).optional(),
  terminationProtection: z.boolean().optional(),
  notificationArns: z.array(z.string()).optional(),
  parameters: z.record(z.string(), z.string()).optional(),
});

/** What a person should know of a stack before it is released: it is packed, but not all of it is in its template. */
export function stackNotes(stack: AssemblyStack, template: TemplateDocument): string[] {
  return [...bakedIn(stack, template), ...others(stack, template), ...notTaken(stack)];
}

/** A stack with an environment of its own has account and Region in its template as text. */
function bakedIn({ name, artifact: { environment = '' } }: AssemblyStack, template: TemplateDocument): string[] {
  const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  const known = [account, region].filter((one) => one !== '' && !one.startsWith('unknown-'));
  const named = known.filter((one) => namesText(templateWithoutUploads(template), one));
  if (named.length === 0) return [];
  return [
    `"${name}" is made for ${known.join(' and ')}, and its template names ${named.join(' and ')} as text: release it to that target alone, or make the stack without "env".`,
  ];
}

/** The bucket of uploads is no part of what is packed, and the CDK's own condition names every Region. */
function templateWithoutUploads(template: TemplateDocument): unknown {
  const text = JSON.stringify({ ...template, Conditions: undefined, Metadata: undefined });
  return text.replace(/cdk-[a-z0-9]+-(container-)?assets-[a-z0-9-]+/g, '');
}

function namesText(value: unknown, text: string): boolean {
  return String(value).includes(text);
}

/** What the stack takes from other stacks. */
function others(
  { name, artifact: { dependencies = [] }, beside }: AssemblyStack,
  template: TemplateDocument,
): string[] {
  const stacks = dependencies
    .filter((id) => beside[id]?.type === 'aws:cloudformation:stack')
    .map((id) => beside[id]?.displayName ?? id);
  const imports = new Set(
    valuesOf(template, 'Fn::ImportValue').map((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
  );
  const outputs = new Set(
    valuesOf(template, 'Fn::GetStackOutput').map((value) => String(recordOf(value)['StackName'])),
  );
  const reads = [
    ...(imports.size > 0 ? [`imports ${listFew([...imports])}`] : []),
    ...(outputs.size > 0 ? [`reads outputs of stacks that are called ${listFew([...outputs])}`] : []),
  ];
  if (stacks.length === 0 && reads.length === 0) return [];
  const depends = stacks.length === 0 ? [] : [`depends on ${listFew(stacks)}`];
  return [`"${name}" ${[...depends, ...reads].join(', ')}: each target needs these before this one is released there.`];
}

/** What `cdk deploy` would tell CloudFormation beside the template. */
function notTaken({ name, artifact }: AssemblyStack): string[] {
  const {
    tags = {},
    terminationProtection = false,
    notificationArns = [],
    parameters = {},
  } = properties.safeParse(artifact.properties ?? {}).data ?? {};
  const left = [
    ...(Object.keys(tags).length > 0 ? [`tags of the stack (${listFew(Object.keys(tags))})`] : []),
    ...(terminationProtection ? ['termination protection'] : []),
    ...(notificationArns.length > 0 ? ['notification topics'] : []),
    ...(Object.keys(parameters).length > 0
      ? [`parameters (${listFew(Object.keys(parameters))}), which go into release.json`]
      : []),
  ];
  return left.length === 0 ? [] : [`"${name}": not in its template, and so not in the artifact: ${left.join('; ')}.`];
}

function valuesOf(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, inner]: [string, unknown]) =>
    member === name ? [inner] : valuesOf(inner, name),
  );
}
