import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { recordOf } from '../../../core/values/records.ts';
import type { Problem } from '../../../core/values/problems.ts';
import type { Template } from '../../../core/template/template.ts';
import type { ApplicationReading, Unreadable } from '../application.ts';
import type { TemplateDocument } from '../places.ts';
import { packProblem } from '../problems.ts';
import { isFile, readTemplateAt } from '../read-template.ts';
import { withoutMembers } from '../without-members.ts';
import {
  ASSEMBLY,
  metadataOf,
  stacksOf,
  SYNTH,
  SYNTH_AGAIN,
  templateFileOf,
  type AssemblyStack,
  type Metadata,
} from './assembly.ts';
import { chooseStack } from './choose-stack.ts';
import { creationLines } from './creation-lines.ts';
import { stackNotes } from './notes.ts';
import { uploadsOf } from './stack-uploads.ts';
import { withoutBootstrap } from './without-bootstrap.ts';

/**
 * A stack of what `cdk synth` wrote.
 * @param folder of the app @param assembly the folder that was written @param name of the stack; undefined where there is one
 * @param written the template that the manifest names
 */
export function openStack(
  folder: string,
  assembly: string,
  name: string | undefined,
  written?: string,
): ApplicationReading {
  const found = stacksOf(assembly);
  if ('problems' in found) return found;
  const chosen = chooseStack(assembly, found.stacks, name, written);
  if ('problems' in chosen) return chosen;
  const { stack } = chosen;
  const noted = metadataOf(stack);
  if ('problems' in noted) return noted;
  const uploading = uploadsOf(stack, noted.metadata);
  if (!('uploads' in uploading)) return uploading;
  const read = templateOf(stack);
  if ('problems' in read) return read;
  const { file, template } = read;
  return {
    file,
    template: withConstants(withoutBootstrap(template), uploading.parameters),
    base: realpathSync(stack.folder),
    uploads: uploading.uploads,
    build: SYNTH,
    lines: creationLines(noted.metadata, folder),
    made: { folder: assembly, writtenBy: join(assembly, ASSEMBLY), sources: [folder] },
    notes: stackNotes(stack, template),
    problems: [...missingLookups(stack), ...annotatedErrors(noted.metadata), ...uploading.problems],
  };
}

function templateOf(stack: AssemblyStack): { readonly file: string; readonly template: Template } | Unreadable {
  const file = join(stack.folder, templateFileOf(stack));
  if (!isFile(file)) {
    const sentence = `There is no ${file}, the template of "${stack.name}": ${SYNTH_AGAIN}.`;
    return { file, problems: [packProblem('pack.build-unreadable', file, sentence)] };
  }
  const reading = readTemplateAt(file);
  return 'template' in reading ? { file, template: reading.template } : { file, problems: reading.problems };
}

/** The template with what parameters would have been, and without these. */
function withConstants(template: TemplateDocument, values: ReadonlyMap<string, unknown>): TemplateDocument {
  if (values.size === 0) return template;
  const names = [...values.keys()];
  return recordOf(replaced(withoutMembers(template, 'Parameters', names), values));
}

function replaced(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, values));
  const members = Object.entries(value);
  const { Ref: name } = recordOf(value);
  if (members.length === 1 && typeof name === 'string' && values.has(name)) return values.get(name);
  return Object.fromEntries(members.map(([member, inner]: [string, unknown]) => [member, replaced(inner, values)]));
}

/** Where a look-up is missing, the template holds what the CDK makes up in its place. */
function missingLookups({ missing, name }: AssemblyStack): Problem[] {
  return missing.map((lookup) => {
    const sentence = `The CDK could not look up ${lookup}, and the template of "${name}" holds a made-up value in its place: run "${SYNTH}" with credentials once, and keep cdk.context.json.`;
    return packProblem('pack.lookup-missing', name, sentence);
  });
}

/** `cdk deploy` deploys no stack with errors. https://docs.aws.amazon.com/cdk/v2/guide/testing.html */
function annotatedErrors(metadata: Metadata): Problem[] {
  return Object.entries(metadata).flatMap(([path, entries]) =>
    entries
      .filter(({ type }) => type === 'aws:cdk:error')
      .map(({ data }) => packProblem('pack.synth-error', path, `The CDK says of ${path}: ${String(data)}`)),
  );
}
