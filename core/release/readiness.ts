import { defaultStackName } from '../contract/names.ts';
import { lacks } from '../manifest/legible.ts';
import { boundaryOf, isBuiltIn } from '../policy/execution.ts';
import { addBoundary } from '../template/steps/boundary.ts';
import { missingIn } from '../template/missing-values.ts';
import { runtimeRemarks } from '../template/runtimes.ts';
import { stacksOf, type PlannedStack } from '../template/target-problem.ts';
import { transformsOf, type Template } from '../template/template.ts';
import { listFew } from '../template/ways-in/around.ts';
import { unguardedBy } from '../template/ways-in/rollout-rule.ts';
import type { Judgement } from './judge.ts';
import type { Plan } from './plan.ts';

/** What a release would find in one of its targets, as far as artifact and policy tell. */
export interface TargetReadiness {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** Problems that keep the artifact from this target. */
  readonly obstacles: number;
  readonly stack: string;
  /** Does the policy call the stack otherwise than Sluice does by itself? */
  readonly stackByPolicy: boolean;
  /** The permissions boundary of roles; absent where the policy wants none. */
  readonly boundary?: string;
  /** How many roles of the template get it. */
  readonly bounded: number;
}

/** Each target in the policy's order. */
export function readinessOf({ plan, problems, inTargets }: Judgement, template: Template): TargetReadiness[] {
  if (plan === undefined) return [];
  return stacksOf(template, plan).map(({ planned, label, account, region, stackName }) => {
    const boundary = boundaryOf(planned, { account, region });
    return {
      environment: planned.name,
      ...{ account, region },
      obstacles: problems.length + inTargets.filter(({ targets }) => targets.includes(label)).length,
      stack: stackName,
      stackByPolicy: stackName !== defaultStackName(plan.manifest.service, planned.name),
      ...(boundary === undefined ? {} : { boundary }),
      bounded: addBoundary(template, boundary).added.length,
    };
  });
}

/**
 * What artifact and policy do not tell, and what they tell that keeps nothing from being released: sentences.
 * @param now an instant, ISO 8601 @param leftOut of a manifest that is wrong
 */
export function remarksOn(plan: Plan, template: Template, now: string, leftOut: readonly string[] = []): string[] {
  const stacks = stacksOf(template, plan);
  return [
    ...transformRemarks(template),
    ...grantRemarks(stacks),
    ...(lacks(leftOut, 'parameters') ? [] : parameterRemarks(stacks, plan)),
    ...(lacks(leftOut, 'guard') ? [] : aliasRemarks(plan, template)),
    ...runtimeRemarks(template, now),
  ];
}

function transformRemarks(template: Template): string[] {
  const names = transformsOf(template);
  if (names.length === 0) return [];
  return [
    `What ${names.join(' and ')} makes of the template is known to CloudFormation alone. Checked is what the template says itself; what is added to it – roles, permissions, parts of APIs – is judged when each target is prepared, before anything is changed there.`,
  ];
}

function grantRemarks(stacks: readonly PlannedStack[]): string[] {
  const others = stacks.filter(({ planned, ...target }) => !isBuiltIn(planned.executions, target));
  if (others.length === 0) return [];
  return [
    `In ${listFew(others.map(({ label }) => label))} the policy lets CloudFormation act by policies or a role of the platform team’s: which types of resources these allow is not checked.`,
  ];
}

function parameterRemarks(stacks: readonly PlannedStack[], { manifest: { service } }: Plan): string[] {
  const names = new Map<string, Set<string>>();
  for (const stack of stacks) {
    const { name } = stack.planned;
    names.set(name, new Set([...(names.get(name) ?? []), ...missingIn(stack, service, undefined).possible]));
  }
  return [...names].flatMap(([name, missing]) => {
    if (missing.size === 0) return [];
    const [what, they] = missing.size === 1 ? ['the parameter', 'it has'] : ['the parameters', 'they have'];
    return [
      `The manifest gives ${what} ${listFew([...missing])} no value for ${name}, and ${they} no default: a first release fails there without it. Add it to "parameters.${name}"; a stack that is there already keeps what it has.`,
    ];
  });
}

/** A function to which nothing leads is refused nowhere, and moves all at once wherever it is released. */
function aliasRemarks({ environments, manifest }: Plan, template: Template): string[] {
  const { functions } = unguardedBy(template, manifest);
  const reached = functions.filter(({ ways }) => ways.length > 0);
  const alone = functions.filter(({ ways }) => ways.length === 0);
  const warning = environments.filter(({ unguarded }) => unguarded !== 'refuse');
  return warning.length === environments.length
    ? allAtOnce(functions, environments)
    : [...allAtOnce(reached, warning), ...allAtOnce(alone, environments)];
}

function allAtOnce(
  functions: readonly { readonly functionId: string }[],
  environments: readonly { readonly name: string }[],
): string[] {
  if (environments.length === 0 || functions.length === 0) return [];
  const ids = functions.map(({ functionId }) => functionId);
  const they = ids.length === 1 ? 'it moves' : 'they move';
  return [
    `No alias guards ${listFew(ids)}: in ${environments.map(({ name }) => name).join(' and ')} ${they} all at once.`,
  ];
}
