import * as z from 'zod';
import { durationSeconds } from '../values/duration.ts';
import { recordedManifest } from '../manifest/recorded.ts';
import { type Manifest, watchedAlarms } from '../manifest/manifest.ts';
import { defaultStackName } from '../contract/names.ts';
import { peopleIn } from '../policy/people.ts';
import { approvalProblems, planApproval, plannedApproval } from './planned-approval.ts';
import { recordedPersonSchema } from '../policy/policy.ts';
import { type Entry, entryOf } from '../policy/entries.ts';
import { type Executions, executionsSchema } from '../policy/execution.ts';
import { reservedName } from '../policy/reserved-names.ts';
import { namesAfterStack, namesOf } from '../policy/stack-names.ts';
import { toldOf } from '../notify/told.ts';
import { type Occasion, occasions, toldUnlessSaid } from '../policy/tell.ts';
import { askedInSlack, toldInSlack } from '../policy/slack.ts';
import type { Policy, PolicyEnvironment } from '../policy/policy.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { artifactSchema } from './events.ts';
import type { PinnedArtifact, outlineSchema } from './events.ts';
import { secretProblems } from './secret-problems.ts';
import type { Origin } from './origin.ts';
import { formatRollout, parseRollout, rolloutName, stricterOf } from '../values/rollout.ts';
import { windowsSchema } from '../turn/windows/windows-schema.ts';
import type { WorkflowPlan } from '../contract/tasks.ts';
import {
  environmentName,
  nameTarget,
  releaseId,
  type Target,
  targetName,
  targetSchema,
} from '../values/identifiers.ts';

/**
 * The frozen plan of a release: manifest and policy as they were when the artifact was accepted. Later changes of the policy
 * do not affect a release under way.
 */
const plannedEnvironment = z.object({
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
    release: releaseId,
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

type Planned = z.infer<typeof plannedEnvironment> & { readonly executions: Executions };

/** The input of a plan. */
export interface PlanInput {
  readonly release: string;
  readonly artifact: PinnedArtifact;
  readonly manifest: Manifest;
  readonly policy: Policy;
  /** Why a person began the release; undefined where its artifact was dropped. */
  readonly origin?: Origin | undefined;
}

/** Makes the plan, or lists everything that keeps manifest and policy from fitting together. */
export function makePlan({
  release,
  artifact,
  manifest,
  policy,
  origin,
}: PlanInput): { plan: Plan } | { problems: Problem[] } {
  const problems = [...planProblems(manifest, policy), ...originProblems(manifest, policy, origin)];
  const found = entryOf(policy, manifest.service);
  if (found === undefined || problems.length > 0) return { problems };
  const { key, entry } = found;
  const environments = Object.entries(policy.environments)
    .filter(([name]) => (origin?.environments ?? entry.environments).includes(name))
    .map(([name, environment]) => {
      const { stackName, resourceNames } = namesOf(entry, manifest.service, name);
      const made = planEnvironment(name, environment, manifest, policy);
      const planned = origin?.kind === 'rollback' ? planRollback(made) : made;
      const { sharedApis } = entry;
      const shared = sharedApis === undefined ? {} : { sharedApis };
      return { ...planned, stackName, resourceNames: [...resourceNames], entry: key, ...shared };
    });
  const impossible = environments.flatMap((planned) => approvalProblems(planned, manifest));
  if (impossible.length > 0) return { problems: impossible };
  return {
    plan: {
      release,
      artifact,
      manifest: withGuardAlarms(manifest),
      environments,
      allowAddresses: policy.checks.allowAddresses,
      allowHosts: policy.checks.allowHosts,
      notify: { email: policy.notify?.email ?? [], ...toldWhere(policy, entry) },
    },
  };
}

/** A release is judged by the alarms of the functions that it guards, too. */
function withGuardAlarms(manifest: Manifest): Manifest {
  const { guard = [], alarms = [] } = manifest;
  if (guard.length === 0) return manifest;
  return { ...manifest, alarms: watchedAlarms(alarms, guard) };
}

/** Where in Slack a release is told of. */
function toldWhere({ notify }: Policy, { slack: channel }: Entry): Pick<Plan['notify'], 'slack'> {
  if (notify?.slack === undefined) return {};
  const { team, app, onCall } = notify.slack;
  return {
    slack: { team, app, channel: channel ?? notify.slack.channel, ...(onCall === undefined ? {} : { onCall }) },
  };
}

/** Where in Slack the approvals of an environment are asked for. */
function askedWhere({ notify }: Policy, { approval }: PolicyEnvironment): Pick<PlannedEnvironment, 'slack'> {
  if (notify?.slack === undefined || approval?.slack === undefined) return {};
  const { team, app } = notify.slack;
  const { channel = notify.slack.channel, direct } = approval.slack;
  return { slack: { team, app, channel, direct } };
}

/**
 * A rollback that people ask for: everybody comes back at once, nothing bakes or is monitored, and what the policy has become
 * stricter about since does not keep an earlier version out. It is approved where the policy says so.
 */
function planRollback(planned: Planned): Planned {
  const plan: Planned = { ...planned, rollout: 'AllAtOnce', bakeSeconds: 0, unguarded: 'warn' };
  delete plan.monitorSeconds;
  if (plan.approval?.ofRollback !== true) delete plan.approval;
  return plan;
}

/** The policy may have changed since the release that is repeated. */
function originProblems({ service }: Manifest, policy: Policy, origin: Origin | undefined): Problem[] {
  const given = entryOf(policy, service)?.entry.environments ?? [];
  const lost = (origin?.environments ?? []).filter((name) => !given.includes(name));
  return lost.map((name) => {
    const sentence = `The policy does not give ${service} the environment "${name}" any more: ask the platform team.`;
    return problem('plan.environment-gone', 'service', sentence);
  });
}

/** Everything a manifest requests that the policy does not give the service. */
export function planProblems(manifest: Manifest, policy: Policy): Problem[] {
  const found = entryOf(policy, manifest.service);
  if (found === undefined) {
    const known = Object.keys(policy.services).join(', ');
    const sentence = `The policy has no service "${manifest.service}" (it has: ${known}): ask the platform team to add it.`;
    return [problem('plan.service-unknown', 'service', sentence)];
  }
  const { entry: service } = found;
  const named = (field: 'rollout' | 'parameters'): Problem[] =>
    Object.keys(manifest[field] ?? {}).flatMap((place) => {
      const [name = '', ...target] = place.split('/');
      if (!service.environments.includes(name)) {
        const given = service.environments.join(', ');
        const sentence = `"${field}.${place}" is for an environment that ${manifest.service} does not have (it has: ${given}).`;
        return [problem('plan.environment-unknown', `${field}.${place}`, sentence)];
      }
      const targets = targetNames(policy, name);
      if (target.length === 0 || targets.includes(target.join('/'))) return [];
      const sentence = `"${field}.${place}" is for a target that "${name}" does not have (it has: ${targets.join(', ')}).`;
      return [problem('plan.target-unknown', `${field}.${place}`, sentence)];
    });
  return [
    ...named('rollout'),
    ...named('parameters'),
    ...rolloutProblems(manifest, policy, service.environments),
    ...secretProblems(manifest, policy, service),
    ...reservedProblems(manifest.service, service),
  ];
}

function targetNames({ environments }: Policy, name: string): string[] {
  return Object.entries(environments)
    .filter(([key]) => key === name)
    .flatMap(([, { waves }]) => waves.flatMap(({ targets }) => targets.map(nameTarget)));
}

/** Of a pattern's services, some may be called so that their names are Sluice's own. */
function reservedProblems(service: string, entry: Entry): Problem[] {
  return entry.environments.flatMap((environment) => {
    const reserved = reservedName(namesOf(entry, service, environment));
    if (reserved === undefined) return [];
    const sentence = `The policy gives ${service} in "${environment}" a name that is Sluice's own (${reserved}): call the service otherwise, or ask the platform team for an entry of its own.`;
    return [problem('plan.name-reserved', 'service', sentence)];
  });
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

function demandsRollout({ rollout }: PolicyEnvironment): boolean {
  return rollout !== undefined && parseRollout(rollout.atLeast).kind !== 'AllAtOnce';
}

function planEnvironment(name: string, environment: PolicyEnvironment, manifest: Manifest, policy: Policy): Planned {
  const { approval, waves, bake, monitorAfterBake, alarms, onFailure, onInconclusive, decideWithin, firingAlarmWait } =
    environment;
  const people = peopleIn(policy, approval?.from ?? Object.keys(policy.people));
  const asks = onInconclusive === 'ask' && people.length > 0;
  return {
    name,
    waves: waves.map(({ targets }) => targets),
    executions: Object.fromEntries(
      waves.flatMap(({ targets }) =>
        targets.map(nameTarget).flatMap((target) => {
          const { [target]: execution } = policy.execution;
          return execution === undefined ? [] : [[target, execution]];
        }),
      ),
    ),
    rollout: plannedRollout(manifest.rollout?.[name], environment),
    unguarded: environment.unguarded ?? (demandsRollout(environment) ? 'refuse' : 'warn'),
    bakeSeconds: bake === undefined ? 0 : durationSeconds(bake),
    ...(monitorAfterBake === undefined ? {} : { monitorSeconds: durationSeconds(monitorAfterBake) }),
    ...(approval === undefined ? {} : { approval: planApproval(approval, policy) }),
    ...askedWhere(policy, environment),
    parameters: manifest.parameters?.[name] ?? {},
    ...targetParametersOf(name, environment, manifest),
    alarms,
    onFailure,
    ...(asks ? { inconclusive: { people, seconds: durationSeconds(decideWithin) } } : {}),
    firingAlarmWaitSeconds: durationSeconds(firingAlarmWait),
    keepVersions: environment.keepVersions,
    ...(environment.tell === undefined ? {} : { tell: toldOf(policy, environment.tell, manifest.source.author) }),
    ...plannedWindows(environment),
  };
}

/** What the manifest gives single targets of an environment. */
function targetParametersOf(
  name: string,
  { waves }: PolicyEnvironment,
  { parameters = {} }: Manifest,
): Pick<Planned, 'targetParameters'> {
  const given = waves.flatMap(({ targets }) =>
    targets.map(nameTarget).flatMap((target) => {
      const values = parameters[`${name}/${target}`];
      return values === undefined ? [] : [[target, values] as const];
    }),
  );
  return given.length === 0 ? {} : { targetParameters: Object.fromEntries(given) };
}

function plannedWindows({ freeze, allow }: PolicyEnvironment): Pick<z.infer<typeof plannedEnvironment>, 'windows'> {
  if (freeze === undefined && allow === undefined) return {};
  return { windows: { ...(freeze === undefined ? {} : { freeze }), ...(allow === undefined ? {} : { allow }) } };
}

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
