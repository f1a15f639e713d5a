import * as z from 'zod';
import { environmentName, targetName } from '../values/identifiers.ts';
import { leftResourceSchema } from '../template/left-behind.ts';

/** What a rolled-back release made in a target, and what stays there. */
export const leftSchema = leftResourceSchema.extend({ environment: environmentName, target: targetName });
export type Left = z.infer<typeof leftSchema>;

/** An end names so many; the transition `stackRestored` of each target names all. */
export const mostLeft = 50;

const whatHappens: Readonly<Record<Left['next'], string>> = {
  imported: 'The next release that has it by this name takes it over.',
  named:
    'No release can take it over: until you have saved what it holds and deleted it, or imported it into the stack, each release that has it by this name fails (docs/operating.md, "What a rollback leaves").',
  unnamed:
    'No release can take it over, because its name is made up: save what it holds and delete it, or import it into the stack (docs/operating.md, "What a rollback leaves").',
};

/** What stays, a sentence or two each. */
export function describeLeft(left: readonly Left[]): string[] {
  const further = left.length < mostLeft ? [] : ['There may be more: the transitions "stack restored" name all.'];
  return [...left.map(describe), ...further];
}

function describe({ target, logicalId, type, physicalId, holds, next }: Left): string {
  const [account = '', region = ''] = target.split('/');
  const why = holds === 'data' ? 'holds data' : 'cannot be shown to be empty';
  const it = `${logicalId} (${type}) ${physicalId} in account ${account}, region ${region}`;
  return `${it}, which this release made, ${why} and stays. ${whatHappens[next]}`;
}

const recorded = z.object({ left: z.array(leftSchema) });

/** What the evidence of an end says; nothing for any other evidence. */
export function recordedLeft(evidence: unknown): readonly Left[] {
  return recorded.safeParse(evidence).data?.left ?? [];
}
