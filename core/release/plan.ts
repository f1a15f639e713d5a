import * as z from 'zod';
import { durationSeconds } from '../values/duration.ts';
import { manifestSchema } from '../manifest/manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { approvalRuleSchema, peopleOf, recordedPersonSchema } from '../policy/policy.ts';
import type { Policy, PolicyEnvironment } from '../policy/policy.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { artifactSchema } from './events.ts';
import type { PinnedArtifact, outlineSchema } from './events.ts';
import { formatRollout, parseRollout, rolloutName, stricterOf } from '../values/rollout.ts';
import type { WorkflowPlan } from '../contract/tasks.ts';
import { environmentName, nameTarget, releaseId, targetSchema } from '../values/identifiers.ts';

/**
 * The frozen plan of a release: manifest and policy as they were when the artifact was accepted. Whatever changes later in
 * the policy, a release under way goes by its plan.
 */
const plannedEnvironment = z.object({
  name: environmentName,
  waves: z.array(z.array(targetSchema)),
  /** The stricter of manifest and policy. */
  rollout: rolloutName,
  bakeSeconds: z.int().min(0),
  /** How long the release is monitored after the bake; absent where it does not. */
  monitorSeconds: z.int().min(1).exactOptional(),
  approval: approvalRuleSchema.extend({ people: z.array(recordedPersonSchema).min(1) }).exactOptional(),
  parameters: z.record(z.string(), z.string()),
  /** Names of the policy's alarms, observed in every target. */
  alarms: z.array(z.string()),
  onFailure: z.enum(['rollBackAll', 'rollBackWave', 'stop']),
  /** Who is asked when checks saw too little, and for how long; absent where the policy rolls back, or knows nobody. */
  inconclusive: z.object({ people: z.array(recordedPersonSchema).min(1), seconds: z.int().min(1) }).exactOptional(),
  firingAlarmWaitSeconds: z.int().min(0),
});
export type PlannedEnvironment = z.infer<typeof plannedEnvironment>;

export const planSchema = z.object({
  release: releaseId,
  artifact: artifactSchema,
  manifest: manifestSchema,
  environments: z.array(plannedEnvironment).min(1),
  allowAddresses: z.array(z.string()),
  allowHosts: z.array(z.string()),
  notify: z.object({ email: z.array(z.string()) }),
});
export type Plan = z.infer<typeof planSchema>;

/** What a plan is made of. */
export interface PlanInput {
  readonly release: string;
  readonly artifact: PinnedArtifact;
  readonly manifest: Manifest;
  readonly policy: Policy;
}

/** Makes the plan, or says everything that keeps manifest and policy from fitting together. */
export function makePlan({ release, artifact, manifest, policy }: PlanInput): { plan: Plan } | { problems: Problem[] } {
  const problems = planProblems(manifest, policy);
  const service = policy.services[manifest.service];
  if (service === undefined || problems.length > 0) return { problems };
  const environments = Object.entries(policy.environments)
    .filter(([name]) => service.environments.includes(name))
    .map(([name, environment]) => planEnvironment(name, environment, manifest, policy));
  return {
    plan: {
      release,
      artifact,
      manifest,
      environments,
      allowAddresses: policy.checks.allowAddresses,
      allowHosts: policy.checks.allowHosts,
      notify: { email: policy.notify?.email ?? [] },
    },
  };
}

/** Everything a manifest asks for that the policy does not give the service. */
export function planProblems(manifest: Manifest, policy: Policy): Problem[] {
  const service = policy.services[manifest.service];
  if (service === undefined) {
    const known = Object.keys(policy.services).join(', ');
    const sentence = `The policy has no service "${manifest.service}" (it has: ${known}): ask the platform team to add it.`;
    return [problem('plan.service-unknown', 'service', sentence)];
  }
  const named = (field: 'rollout' | 'parameters'): Problem[] =>
    Object.keys(manifest[field] ?? {})
      .filter((name) => !service.environments.includes(name))
      .map((name) => {
        const given = service.environments.join(', ');
        const sentence = `"${field}.${name}" is for an environment that ${manifest.service} does not have (it has: ${given}).`;
        return problem('plan.environment-unknown', `${field}.${name}`, sentence);
      });
  return [...named('rollout'), ...named('parameters'), ...rolloutProblems(manifest, policy, service.environments)];
}

function rolloutProblems(manifest: Manifest, policy: Policy, names: readonly string[]): Problem[] {
  return names.flatMap((name) => {
    const rollout = plannedRollout(manifest.rollout?.[name], policy.environments[name]);
    if (rolloutName.safeParse(rollout).success) return [];
    const sentence = `"rollout.${name}" together with the policy gives ${rollout}, which takes too long: ask for fewer or shorter steps.`;
    return [problem('plan.rollout-too-long', `rollout.${name}`, sentence)];
  });
}

function plannedRollout(asked: string | undefined, environment: PolicyEnvironment | undefined): string {
  const least = parseRollout(environment?.rollout?.atLeast ?? 'AllAtOnce');
  return formatRollout(stricterOf(parseRollout(asked ?? 'AllAtOnce'), least));
}

function planEnvironment(
  name: string,
  environment: PolicyEnvironment,
  manifest: Manifest,
  policy: Policy,
): PlannedEnvironment {
  const { approval, waves, bake, monitorAfterBake, alarms, onFailure, onInconclusive, decideWithin, firingAlarmWait } =
    environment;
  const people = peopleOf(policy, approval?.from ?? Object.keys(policy.people));
  const asks = onInconclusive === 'ask' && people.length > 0;
  return {
    name,
    waves: waves.map(({ targets }) => targets),
    rollout: plannedRollout(manifest.rollout?.[name], environment),
    bakeSeconds: bake === undefined ? 0 : durationSeconds(bake),
    ...(monitorAfterBake === undefined ? {} : { monitorSeconds: durationSeconds(monitorAfterBake) }),
    ...(approval === undefined ? {} : { approval: { ...approval, people: peopleOf(policy, approval.from) } }),
    parameters: manifest.parameters?.[name] ?? {},
    alarms,
    onFailure,
    ...(asks ? { inconclusive: { people, seconds: durationSeconds(decideWithin) } } : {}),
    firingAlarmWaitSeconds: durationSeconds(firingAlarmWait),
  };
}

/** What the workflow needs to know of a plan. */
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

/** What the transition table needs to know of a plan. */
export function outlinePlan(plan: Plan): z.infer<typeof outlineSchema> {
  return plan.environments.map(({ name, approval, bakeSeconds, monitorSeconds, waves, onFailure }) => ({
    name,
    approval: approval !== undefined,
    bakes: bakeSeconds > 0,
    ...(monitorSeconds === undefined ? {} : { monitors: true }),
    onFailure,
    waves: waves.map((wave) => wave.map(nameTarget)),
  }));
}

/** One environment of a plan. Throws RangeError when the plan has none of that name. */
export function environmentOf(plan: Plan, name: string): PlannedEnvironment {
  const found = plan.environments.find((environment) => environment.name === name);
  if (found === undefined) throw new RangeError(`${plan.release} has no environment ${name}`);
  return found;
}
