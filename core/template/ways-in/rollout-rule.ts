import * as z from 'zod';
import type { Plan, PlannedEnvironment } from '../../release/plan.ts';
import { problem, type Problem } from '../../values/problems.ts';
import { type GuardRequest, guardTemplate } from '../guard/guard.ts';
import { stacksOf, type TargetProblem } from '../target-problem.ts';
import type { Template } from '../template.ts';
import { findUnguarded, type Unguarded, unguardedParts } from './around.ts';

/**
 * What is wrong with a template for the environments in which every way in has to lead through an alias. What a transform of the
 * team's own may yet add is not judged here, but in the target.
 */
export function unguardedProblems(template: Template, plan: Plan): TargetProblem[] {
  const refusing = plan.environments.filter(refusesUnguarded);
  const names = refusing.map(({ name }) => name);
  if (names.length === 0 || !isWhole(template)) return [];
  const targets = stacksOf(template, { ...plan, environments: refusing }).map(({ label }) => label);
  return unguardedParts(unguardedBy(template, plan.manifest)).map(({ logicalId, sentence }) => ({
    problem: problem('template.unguarded', plan.manifest.template, `${sentence} ${demand(names)}`, {
      places: [`Resources.${logicalId}`],
      who: 'either',
    }),
    targets,
  }));
}

/**
 * What no alias guards once the manifest's functions are guarded. Where these cannot be, that says so itself: that no alias guards them
 * would be its echo.
 */
export function unguardedBy(template: Template, request: GuardRequest): Unguarded {
  const guarded = guardTemplate(template, request);
  const found = findUnguarded(guarded.template);
  if (guarded.problems.length === 0) return found;
  const others = ({ functionId }: { readonly functionId: string }) => request.guard?.includes(functionId) !== true;
  return { around: found.around.filter(others), functions: found.functions.filter(others) };
}

/** The same of one environment and a processed template; what demands it comes last. @param fileName of the template */
export function unguardedInTarget(template: Template, planned: PlannedEnvironment, fileName: string): Problem[] {
  if (!refusesUnguarded(planned)) return [];
  const told = (sentence: string, places: readonly string[]): Problem =>
    problem('template.unguarded', fileName, sentence, { places, ...(places.length === 0 ? {} : { who: 'either' }) });
  const found = unguardedParts(findUnguarded(template)).map(({ logicalId, sentence }) =>
    told(sentence, [`Resources.${logicalId}`]),
  );
  return found.length === 0 ? [] : [...found, told(demand([planned.name]), [])];
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
