import type * as z from 'zod';
import { durationSeconds } from '../values/duration.ts';
import { type Manifest, watchedAlarms } from '../manifest/manifest.ts';
import { peopleIn } from '../policy/people.ts';
import { approvalProblems, planApproval } from './planned-approval.ts';
import { type Entry, entryOf } from '../policy/entries.ts';
import { type Executions } from '../policy/execution.ts';
import { reservedName } from '../policy/reserved-names.ts';
import { namesOf } from '../policy/stack-names.ts';
import { toldOf } from '../notify/told.ts';
import type { Policy, PolicyEnvironment } from '../policy/policy.ts';
import { problem } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import type { PinnedArtifact } from './events.ts';
import { secretProblems } from './secret-problems.ts';
import type { Origin } from './origin.ts';
import { formatRollout, parseRollout, rolloutName, stricterOf } from '../values/rollout.ts';
import { nameTarget } from '../values/identifiers.ts';
import { type Plan, type plannedEnvironment, type PlannedEnvironment } from './plan.ts';

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
export function makePlan(input: PlanInput): { plan: Plan } | { problems: readonly Problem[] } {
  const { plan, problems } = draftPlan(input);
  return plan === undefined || problems.length > 0 ? { problems } : { plan };
}

/** What a plan would be, and what keeps it from being one: the draft is for telling what else is wrong. */
export interface PlanDraft {
  /** Absent where the policy does not know the service. */
  readonly plan?: Plan;
  readonly problems: readonly Problem[];
}

/** Drafts the plan of a release. */
export function draftPlan({ release, artifact, manifest, policy, origin }: PlanInput): PlanDraft {
  const problems = [...planProblems(manifest, policy), ...originProblems(manifest, policy, origin)];
  const found = entryOf(policy, manifest.service);
  if (found === undefined) return { problems };
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
  return {
    problems: [...problems, ...impossible],
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
    return problem('plan.environment-gone', 'service', sentence, { who: 'platform' });
  });
}

/** Everything a manifest requests that the policy does not give the service. */
export function planProblems(manifest: Manifest, policy: Policy): Problem[] {
  const found = entryOf(policy, manifest.service);
  if (found === undefined) {
    const known = Object.keys(policy.services).join(', ');
    const sentence = `The policy has no service "${manifest.service}" (it has: ${known}): ask the platform team to add it.`;
    return [problem('plan.service-unknown', 'service', sentence, { who: 'platform' })];
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
    return [problem('plan.name-reserved', 'service', sentence, { who: 'either' })];
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
