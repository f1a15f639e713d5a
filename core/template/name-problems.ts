import type { Manifest } from '../manifest/manifest.ts';
import { type EntryExecution, executionIn } from '../policy/execution.ts';
import { entryNamesIn, type PolicyNames } from '../policy/stack-names.ts';
import type { PlannedEnvironment } from '../release/plan.ts';
import type { Target } from '../values/identifiers.ts';
import { problem, type Problem } from '../values/problems.ts';
import { fillGrants } from './fill-grants.ts';
import { certainResources, resolveText } from './resolve.ts';
import { identityKinds, resourceKinds } from './resource-kinds.ts';
import { namingProperties, type NamingProperty } from './resource-names.ts';
import type { PlannedStack, TargetProblem } from './target-problem.ts';
import { samSchedules } from './sam-schedules.ts';
import { propertyOf, type Resource } from './template.ts';
import { listFew } from './ways-in/around.ts';

/** A name that CloudFormation is not going to be allowed to give, and where. */
interface RefusedName {
  readonly logicalId: string;
  readonly resource: Resource;
  /** Of its properties in the template. */
  readonly place: string;
  readonly naming: NamingProperty;
  readonly remedies: readonly string[];
  readonly name: string;
  readonly stacks: readonly PlannedStack[];
}

/**
 * Names that a template gives and the policy's entry does not have, as far as template, parameters and policy tell. In a target whose
 * role is the platform team's own, names are that team's affair.
 */
export function nameProblems(
  stacks: readonly PlannedStack[],
  policy: PolicyNames,
  manifest: Manifest,
): TargetProblem[] {
  const refused = new Map<string, RefusedName>();
  for (const stack of stacks.filter(({ planned, ...target }) => !hasOwnRole(planned, target))) {
    for (const found of refusedIn(stack, entryNamesIn(policy, stack.planned.entry, stack))) {
      const key = JSON.stringify([found.logicalId, found.naming.property, found.name]);
      refused.set(key, { ...found, stacks: [...(refused.get(key)?.stacks ?? []), stack] });
    }
  }
  return [...refused.values()].map((one) => ({
    problem: describe(one, manifest),
    targets: one.stacks.map(({ label }) => label),
  }));
}

function hasOwnRole({ executions }: EntryExecution, target: Target): boolean {
  return executionIn(executions, target).role !== undefined;
}

/** @param names that are granted */
function refusedIn(stack: PlannedStack, names: readonly string[]): Omit<RefusedName, 'stacks'>[] {
  const made = certainResources(stack).flatMap(([logicalId, resource]) => [
    { logicalId, resource, place: `Resources.${logicalId}.Properties` },
    ...samSchedules(logicalId, resource),
  ]);
  return made.flatMap(({ logicalId, resource, place, ...more }) =>
    namingProperties(resource).flatMap((naming) => {
      const name = resolveText(propertyOf(resource, naming.property), stack);
      const arn = name === undefined ? undefined : naming.arn(name, stack);
      if (name === undefined || arn === undefined) return [];
      const granted = naming.never === undefined && isGranted(naming.action, arn, stack, names);
      const own = isWithin(naming, name, { entry: names, service: stack.planned.resourceNames });
      if (granted && own) return [];
      const remedies = naming.remedies.map((one) =>
        'unnamed' in more && one === 'leave Name out' ? more.unnamed : one,
      );
      return [{ logicalId, resource, place, naming, remedies, name }];
    }),
  );
}

/** An ARN ends with the name. */
function isWithin(
  { within }: NamingProperty,
  name: string,
  names: Readonly<Record<'service' | 'entry', readonly string[]>>,
): boolean {
  return within === undefined || names[within].some((one) => matchesName(one, name.replace(/^arn:.*:/, '')));
}

const grants = [...resourceKinds, ...identityKinds].flatMap((kind) => kind.grants);

function isGranted(action: string, arn: string, target: Target, names: readonly string[]): boolean {
  const asked = grants.filter(({ actions }) => actions.includes(action));
  const filled = fillGrants({ title: action, types: [], grants: asked }, { ...target, names: names.map(openEnded) });
  return filled.some(({ resources }) => resources.some((one) => matchesName(one, arn)));
}

/** What ends in random characters may have more of them: so execution roles are limited. */
function openEnded(name: string): string {
  return name.endsWith('?') ? `${name}*` : name;
}

/** As IAM compares ARNs: `*` stands for any text, `?` for one character. */
export function matchesName(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 's').test(text);
}

function describe(refused: RefusedName, manifest: Manifest): Problem {
  const { logicalId, resource, place, naming, name, stacks } = refused;
  const environments = [...new Map(stacks.map(({ planned }) => [planned.name, planned])).values()];
  const about = `"${logicalId}" (${resource.Type}) ${naming.says} "${name}"`;
  const remedies = refused.remedies.join(', or ');
  const places = [`${place}.${naming.property}`];
  const told = (sentence: string, further: Pick<Problem, 'who'>): Problem =>
    problem('template.name-not-granted', manifest.template, sentence, { places, ...further });
  if (naming.never !== undefined) return told(`${about}: ${naming.never}: ${remedies}.`, {});
  const entries = new Set(environments.map(({ entry }) => `"services.${entry}.names"`));
  const allowed = listFew([...new Set(environments.flatMap(namesToTell))]);
  const where = environments.map((one) => one.name).join(' and ');
  return told(
    `${about} in ${where}, where the policy lets what belongs to ${manifest.service} be called ${allowed}: ${remedies}; or ask the platform team for a name or pattern in ${[...entries].join()} that covers it.`,
    { who: 'either' },
  );
}

/** Patterns without what they cover, and without those that stand for what CloudFormation cuts. */
function namesToTell({ resourceNames }: PlannedEnvironment): string[] {
  return resourceNames.filter((name) => !name.includes('?') && !resourceNames.includes(`${name}-*`));
}
