import { packProblem } from '../problems.ts';
import type { Unreadable } from '../application.ts';
import { templateFileOf, type AssemblyStack } from './assembly.ts';

/**
 * The stack that is meant: the one of that name, or the only one there is.
 * @param file of the template, as a manifest names it: `sluice init --stack` writes down which one it was
 */
export function chooseStack(
  folder: string,
  stacks: readonly AssemblyStack[],
  name: string | undefined,
  file: string | undefined,
): { readonly stack: AssemblyStack } | Unreadable {
  const [written, twice] = stacks.filter((one) => name === undefined && templateFileOf(one) === file);
  if (written !== undefined && twice === undefined) return { stack: written };
  const named = stacks.filter(({ id, name: shown, stackName }) => [id, shown, stackName].includes(name ?? id));
  const [stack, another] = named;
  if (stack !== undefined && another === undefined) return { stack };
  const all = stacks.map((one) => one.name).join(', ');
  if (stacks.length === 0)
    return failed(folder, `${folder} has no stack: an artifact holds one, so add it to the app.`);
  if (named.length === 0)
    return failed(folder, `${folder} has no stack "${name ?? ''}": name one of ${all} by --stack.`);
  const choice = named.map((one) => one.name).join(', ');
  return failed(
    folder,
    name === undefined
      ? `${folder} has ${stacks.length} stacks, and an artifact holds one: name it by --stack (${choice}).`
      : `${folder} has ${named.length} stacks called "${name}": name one by --stack as the CDK lists it (${choice}).`,
  );
}

function failed(file: string, sentence: string): Unreadable {
  return { file, problems: [packProblem('pack.stack-unclear', file, sentence)] };
}
