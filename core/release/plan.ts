import * as z from 'zod';
import { recordedManifest } from '../manifest/recorded.ts';
import { defaultStackName } from '../contract/names.ts';
import { plannedApproval } from './planned-approval.ts';
import { recordedPersonSchema } from '../policy/policy.ts';
import { executionsSchema } from '../policy/execution.ts';
import { namesAfterStack } from '../policy/stack-names.ts';
import { type Occasion, occasions, toldUnlessSaid } from '../policy/tell.ts';
import { askedInSlack, toldInSlack } from '../policy/slack.ts';
import { artifactSchema } from './events.ts';
import type { outlineSchema } from './events.ts';
import { rolloutName } from '../values/rollout.ts';
import { windowsSchema } from '../turn/windows/windows-schema.ts';
import type { WorkflowPlan } from '../contract/tasks.ts';
import {
  environmentName,
  nameTarget,
  planningId,
  releaseId,
  type Target,
  targetName,
  targetSchema,
} from '../values/identifiers.ts';

/**
 * The frozen plan of a release: manifest and policy as they were when the artifact was accepted. Later changes of the policy
 * do not affect a release under way.
 */
export const plannedEnvironment = z.object({
  name: environmentName,
  /** The service's stack in each target; absent in plans older than policies that name stacks. */
  stackName: z.string().exactOptional(),
  /** Names that the stack's resources may have. */
  resourceNames: z.array(z.string()).exactOptional(),
  /** Key of the policy's entry, whose role and permissions boundary count; absent in plans older than roles of entries. */
  entry: z.string().exactOptional(),
  /** Who makes the resources, in targets where the policy says so. */
  executions: executionsSchema.exactOptional(),
  /** APIs of other stacks in which the service may have routes; absent where the policy names none. */
  sharedApis: z.array(z.string()).exactOptional(),
  waves: z.array(z.array(targetSchema)),
  /** The stricter of manifest and policy. */
  rollout: rolloutName,
  /** May users come to the new version around the rollout? Absent in plans older than this question. */
  unguarded: z.enum(['refuse', 'warn']).exactOptional(),
  bakeSeconds: z.int().min(0),
  /** How long the release is monitored after the bake; absent where it is not. */
  monitorSeconds: z.int().min(1).exactOptional(),
  approval: plannedApproval.exactOptional(),
  /** Where its approvals are asked for in Slack; absent where they are not. */
  slack: askedInSlack.exactOptional(),
  parameters: z.record(z.string(), z.string()),
  /** Values of single targets, which count before these; absent where the manifest gives none. */
  targetParameters: z.record(targetName, z.record(z.string(), z.string())).exactOptional(),
  /** Names of the policy's alarms, which are read in every target. */
  alarms: z.array(z.string()),
  onFailure: z.enum(['rollBackAll', 'rollBackWave', 'stop']),
  /** Who decides when checks are inconclusive, and within how long; absent where the policy rolls back, or lists no people. */
  inconclusive: z.object({ people: z.array(recordedPersonSchema).min(1), seconds: z.int().min(1) }).exactOptional(),
  firingAlarmWaitSeconds: z.int().min(0),
  /** How many of a function's newest versions stay; absent in plans older than pruning, which prune nothing. */
  keepVersions: z.int().min(1).exactOptional(),
  /** Addresses that are told, by occasion, as far as the policy says so; absent where it does not. */
  tell: z.partialRecord(z.enum(occasions), z.array(z.string())).exactOptional(),
  /** When something new may begin; absent where it always may. */
  windows: windowsSchema.exactOptional(),
});

export const planSchema = z
  .object({
    /** Or what would be released: somebody asks what it would change. */
    release: releaseId.or(planningId),
    artifact: artifactSchema,
    manifest: recordedManifest,
    environments: z.array(plannedEnvironment).min(1),
    allowAddresses: z.array(z.string()),
    allowHosts: z.array(z.string()),
    notify: z.object({ email: z.array(z.string()), slack: toldInSlack.exactOptional() }),
  })
  .transform((plan) => ({
    ...plan,
    environments: plan.environments.map((environment) => {
      const { stackName = defaultStackName(plan.manifest.service, environment.name) } = environment;
      const { resourceNames = namesAfterStack(stackName) } = environment;
      const { entry = plan.manifest.service, executions = {} } = environment;
      return { ...environment, stackName, resourceNames, entry, executions };
    }),
  }));
export type Plan = z.infer<typeof planSchema>;
export type PlannedEnvironment = Plan['environments'][number];

/** What the workflow needs of a plan. */
export function workflowPlan(plan: Plan): WorkflowPlan {
  return {
    environments: plan.environments.map(({ name, approval, bakeSeconds, monitorSeconds = 0, waves, onFailure }) => ({
      name,
      approval: approval !== undefined,
      periods: [
        { period: 'bake' as const, seconds: bakeSeconds },
        { period: 'monitor' as const, seconds: monitorSeconds },
      ].filter(({ seconds }) => seconds > 0),
      waves,
      // Under `stop` a target that fails does not keep its wave's others from finishing.
      tolerant: onFailure === 'stop',
    })),
  };
}

/** What the transition table needs of a plan. */
export function outlinePlan(plan: Plan): z.infer<typeof outlineSchema> {
  return plan.environments.map(({ name, approval, bakeSeconds, monitorSeconds, waves, onFailure, windows, tell }) => ({
    name,
    approval: approval !== undefined,
    bakes: bakeSeconds > 0,
    ...(monitorSeconds === undefined ? {} : { monitors: true }),
    ...(windows === undefined ? {} : { windows: true }),
    ...(tell === undefined ? {} : { tells: occasions.filter((one) => isTold(tell, one)) }),
    onFailure,
    waves: waves.map((wave) => wave.map(nameTarget)),
  }));
}

/** Is somebody told of it, as far as an environment's plan says? */
function isTold(tell: NonNullable<PlannedEnvironment['tell']>, occasion: Occasion): boolean {
  const addresses = tell[occasion];
  return addresses === undefined ? toldUnlessSaid.includes(occasion) : addresses.length > 0;
}

/** Who is told by e-mail of something in an environment. */
export function toldAbout(plan: Plan, environment: string, occasion: Occasion): readonly string[] {
  const planned = plan.environments.find(({ name }) => name === environment);
  return planned?.tell?.[occasion] ?? (toldUnlessSaid.includes(occasion) ? plan.notify.email : []);
}

/** An environment's plan as it is for one of its targets: with the values that parameters have there. */
export function plannedIn<E extends Pick<PlannedEnvironment, 'parameters' | 'targetParameters'>>(
  planned: E,
  target: Target,
): E {
  const { targetParameters = {}, parameters } = planned;
  return { ...planned, parameters: { ...parameters, ...targetParameters[nameTarget(target)] } };
}

/** Does somebody hear of a decision in this environment: in Slack, where it was asked for, or by e-mail? */
export function isDecisionTold(plan: Plan, environment: string): boolean {
  return plan.notify.slack !== undefined || toldAbout(plan, environment, 'decided').length > 0;
}

/** One environment of a plan. Throws RangeError when the plan has none of that name. */
export function environmentOf(plan: Plan, name: string): PlannedEnvironment {
  const found = plan.environments.find((environment) => environment.name === name);
  if (found === undefined) throw new RangeError(`${plan.release} has no environment ${name}`);
  return found;
}
