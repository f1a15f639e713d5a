import { boundaryOf, type EntryExecution } from '../policy/execution.ts';
import type { Plan, PlannedEnvironment } from '../release/plan.ts';
import { nameTarget, type Target } from '../values/identifiers.ts';
import { problem, type Problem } from '../values/problems.ts';
import { stacksOf, type TargetProblem } from './target-problem.ts';
import { propertyOf, type Template } from './template.ts';
import { textOf } from './text.ts';

/** A resource that names another boundary than the target's. */
export interface ForeignBoundary {
  readonly logicalId: string;
  readonly sentence: string;
}

/**
 * Roles, users, and what a transform makes roles of, whose boundary is another than the target's, as far as text and
 * parameters show it: the target lets CloudFormation make no such role.
 */
export function foreignBoundaries(
  template: Template,
  target: Target,
  planned: EntryExecution & Pick<PlannedEnvironment, 'parameters'>,
): ForeignBoundary[] {
  const { account, region } = target;
  const naming = { account, region, parameters: { ...defaultsOf(template), ...planned.parameters } };
  const own = boundaryOf(planned, target);
  if (own === undefined) return [];
  return Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    const named = textOf(propertyOf(resource, 'PermissionsBoundary'), naming);
    if (named === undefined || named === own) return [];
    const sentence = `"${logicalId}" (${resource.Type}) names the permissions boundary ${named}, but in ${nameTarget(target)} it has to be ${own}: remove PermissionsBoundary from it, Sluice adds the right one.`;
    return [{ logicalId, sentence }];
  });
}

/** The same of every target that a release is for; each resource once. */
export function boundaryProblems(template: Template, plan: Plan): TargetProblem[] {
  const found = stacksOf(template, plan).flatMap(({ planned, label, ...target }) =>
    foreignBoundaries(template, target, planned).map((foreign) => ({ ...foreign, label })),
  );
  const first = new Map(found.toReversed().map(({ logicalId, sentence }) => [logicalId, sentence]));
  return Object.keys(template.Resources).flatMap((logicalId) => {
    const sentence = first.get(logicalId);
    if (sentence === undefined) return [];
    return [
      {
        problem: boundaryProblem({ logicalId, sentence }, plan.manifest.template),
        targets: found.filter((one) => one.logicalId === logicalId).map(({ label }) => label),
      },
    ];
  });
}

/** @param fileName of the template */
export function boundaryProblem({ logicalId, sentence }: ForeignBoundary, fileName: string): Problem {
  const places = [`Resources.${logicalId}.Properties.PermissionsBoundary`];
  return problem('template.boundary-foreign', fileName, sentence, { places });
}

function defaultsOf({ Parameters = {} }: Template): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Parameters).flatMap(([name, body]) => {
      if (typeof body !== 'object' || body === null || !('Default' in body)) return [];
      return typeof body.Default === 'string' ? [[name, body.Default]] : [];
    }),
  );
}
