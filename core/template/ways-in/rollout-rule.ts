import * as z from 'zod';
import type { Plan, PlannedEnvironment } from '../../release/plan.ts';
import { problem, type Problem } from '../../values/problems.ts';
import { guardTemplate } from '../guard/guard.ts';
import type { Template } from '../template.ts';
import { findUnguarded, unguardedSentences } from './around.ts';

/**
 * What is wrong with a template for the environments in which every way in has to lead through an alias. What a transform of the
 * team's own may yet add is not judged here, but in the target.
 */
export function unguardedProblems(template: Template, { manifest, environments }: Plan): Problem[] {
  const names = environments.filter(refusesUnguarded).map(({ name }) => name);
  if (names.length === 0 || !isWhole(template)) return [];
  return unguardedSentences(findUnguarded(guardTemplate(template, manifest).template)).map((sentence) =>
    problem('template.unguarded', manifest.template, `${sentence} ${demand(names)}`),
  );
}

/** The same of one environment and a processed template. @returns sentences */
export function unguardedInTarget(template: Template, planned: PlannedEnvironment): string[] {
  if (!refusesUnguarded(planned)) return [];
  const found = unguardedSentences(findUnguarded(template));
  return found.length === 0 ? [] : [...found, demand([planned.name])];
}

/** Does the policy refuse what moves users at once in an environment? */
export function refusesUnguarded({ unguarded }: Pick<PlannedEnvironment, 'unguarded'>): boolean {
  return unguarded === 'refuse';
}

/** Why it is refused, and who can let it pass. */
export function demand(names: readonly string[]): string {
  return `The policy demands a rollout in ${names.join(' and ')}: where it says "unguarded": "warn" for an environment, this is only told.`;
}

const known = /^AWS::(Serverless-2016-10-31|LanguageExtensions|CodeDeployBlueGreen)$/;
const transforms = z.union([z.string().transform((name) => [name]), z.array(z.string())]);

/** Does the template show what it is going to be, apart from what SAM makes of it? */
function isWhole(template: Template): boolean {
  const { Transform: given = [] } = template;
  return transforms.safeParse(given).data?.every((name) => known.test(name)) === true;
}
