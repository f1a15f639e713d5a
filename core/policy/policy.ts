import * as z from 'zod';
import { isoDuration, lastsBetween } from '../values/duration.ts';
import { problem, schemaProblems } from '../values/problems.ts';
import type { Problem } from '../values/problems.ts';
import { entryKey, entrySchema } from './entries.ts';
import { approvalProblems, approvalRuleSchema } from './approval-rule.ts';
import { groupName, unknownGroups, sharedIdentities } from './people.ts';
import { releaseLimitProblems } from './release-limits.ts';
import { oidcProblems, oidcSettings } from './oidc.ts';
import { slackProblems, slackSettings, slackUser } from './slack.ts';
import { executionProblems, executionsSchema } from './execution.ts';
import { stackProblems } from './stack-problems.ts';
import { groupsIn, tellSchema, toldSchema } from './tell.ts';
import { uploaderProblems } from './uploaders.ts';
import { isAddressRange } from '../checks/address-range.ts';
import { hostPattern } from '../checks/host-rule.ts';
import { likelyMeant } from '../values/alike.ts';
import { windowFields } from '../turn/windows/windows-schema.ts';
import { textProblems, withTextProblems } from '../values/text-problems.ts';
import { isReservedMember } from '../values/records.ts';
import { rolloutName } from '../values/rollout.ts';
import { environmentName, nameTarget, targetSchema } from '../values/identifiers.ts';

/** `policy.json`: the engine's own configuration, owned by the platform team. */

/** https://www.rfc-editor.org/errata/eid1690 */
const emailAddress = z.email({ error: 'must be an e-mail address' }).max(254);

/** Path (512), name (64) and session (64) of a role, and what stands before them. */
const LONGEST_ARN = 700;

const personSchema = z.strictObject({
  name: z.string().min(1).max(100),
  email: emailAddress,
  /** IAM role or user that decides as this person; `*` matches any session name. */
  principal: z
    .string()
    .max(LONGEST_ARN)
    .regex(
      /^arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(role|user|assumed-role)\/[\w+=,.@/*-]+$/,
      'must be the ARN of an IAM role or user',
    )
    .exactOptional(),
  /** Id of the Slack user who decides as this person. */
  slack: slackUser.exactOptional(),
  /** What the issuer names this person by, where the policy's claim is not their e-mail address. */
  oidc: z.string().min(1).max(320).exactOptional(),
});
export type Person = z.infer<typeof personSchema>;

/** A person as plans and approvals keep them: what an older policy could say of people besides is passed over. */
export const recordedPersonSchema = z.object({
  ...personSchema.shape,
  email: z.string(),
  principal: z.string().exactOptional(),
  slack: z.string().exactOptional(),
  oidc: z.string().exactOptional(),
});

/** Step Functions runs at most 40 iterations of a Map side by side. */
const MAXIMUM_WAVE = 40;

const wave = z.strictObject({ targets: z.array(targetSchema).min(1).max(MAXIMUM_WAVE) });

const week = 7 * 86_400;

const environment = z.strictObject({
  waves: z.array(wave).min(1).max(20),
  rollout: z.strictObject({ atLeast: rolloutName }).exactOptional(),
  /**
   * What becomes of a release whose users would come to the new version at once, around the alias that the rollout moves: `refuse`
   * (where nothing is said, wherever `rollout` demands one), or `warn`, which only tells.
   */
  unguarded: z.enum(['refuse', 'warn']).exactOptional(),
  bake: isoDuration.exactOptional(),
  /**
   * How long the release is monitored after its bake: users are on the new version, the old one is kept whole, and an alarm that
   * fires still rolls back. Only for an environment that no other follows.
   */
  monitorAfterBake: lastsBetween(60, week, 'must be between a minute and a week').exactOptional(),
  approval: approvalRuleSchema.exactOptional(),
  /** CloudWatch alarms of the targets, by name, that count besides those of the service's template; composite ones, too. */
  alarms: z.array(z.string().min(1).max(255)).max(50).default([]),
  /**
   * What is undone when a target fails: every target of the environment; those of the wave; or only those that are not good
   * yet, while the good ones keep the new version.
   */
  onFailure: z.enum(['rollBackAll', 'rollBackWave', 'stop']).default('rollBackAll'),
  /** What happens when checks were inconclusive: a person is asked, or the release is rolled back. */
  onInconclusive: z.enum(['ask', 'rollBack']).default('ask'),
  /** How long that person may take. */
  decideWithin: lastsBetween(300, week, 'must be between 5 minutes and a week').default('P1D'),
  /** How long an alarm that is firing before anything was changed may keep the release from beginning. */
  firingAlarmWait: lastsBetween(0, week, 'must be at most a week').default('PT1H'),
  /**
   * Groups of `people` who may let a release in although an alarm is firing, because it is what makes the alarm OK; nobody, where
   * nothing is said.
   */
  repairs: z.array(groupName).min(1).max(20).exactOptional(),
  ...windowFields,
  /** Groups of `people` who may let a release in although a window is closed; nobody, where nothing is said. */
  windowOverrides: z.array(groupName).min(1).max(20).exactOptional(),
  /**
   * May a person bring an artifact here that has not passed the environments before this one? It is approved here first; nobody may,
   * where nothing is said.
   */
  hotfixes: z.literal(true).exactOptional(),
  /**
   * Who is told of what, by e-mail: groups of `people`, `@notify`, `@author`. Where nothing is said of a rollback or of an end that is
   * not clean, `notify.email` is told; of everything else nobody.
   */
  tell: tellSchema.exactOptional(),
  /** How many of a function's newest versions stay when a release is settled; older ones that nothing needs are deleted. */
  keepVersions: z.int().min(1).max(1000).default(10),
});

const addressRange = z.string().refine(isAddressRange, { error: 'must be a CIDR such as "10.0.0.0/8"' });

const policyShape = z.strictObject({
  $schema: z.string().exactOptional(),
  /** By the name of a service, or a pattern: the most exact entry counts. */
  services: z.record(entryKey, entrySchema),
  /** In the order in which a release passes them. */
  environments: z.record(environmentName, environment),
  /** Who makes the resources of services, by target (`account/region`); `builtIn` where one is not named. */
  execution: executionsSchema.default({}),
  people: z.record(groupName, z.array(personSchema).min(1).max(100)).default({}),
  notify: z
    .strictObject({
      email: z.array(emailAddress).max(50).exactOptional(),
      /** Who is told that an artifact was rejected, as in `tell`; `@author`, where nothing is said. */
      rejected: toldSchema.exactOptional(),
      slack: slackSettings.exactOptional(),
      /** Is each transition of a release put on an EventBridge bus, for other programs? */
      events: z.literal(true).exactOptional(),
    })
    .exactOptional(),
  /** By which OpenID provider people sign in; by a one-time link, where nothing is said. */
  oidc: oidcSettings.exactOptional(),
  checks: z
    .strictObject({
      /** Private, loopback or link-local networks that HTTP checks may reach nevertheless. */
      allowAddresses: z.array(addressRange).max(100).default([]),
      /** Hosts that HTTP checks may be redirected to besides those in the outputs of the service's stack. */
      allowHosts: z.array(hostPattern).max(100).default([]),
    })
    .default({ allowAddresses: [], allowHosts: [] }),
});

export const policySchema = policyShape.meta({
  title: 'Sluice policy',
  description: 'policy.json: environments, targets, waves, gates and minimum rollouts, owned by the platform team',
});

export type Policy = z.infer<typeof policyShape>;
export type PolicyEnvironment = Policy['environments'][string];

/** A policy, or everything that is wrong with it. */
export type PolicyReading = { readonly policy: Policy } | { readonly problems: readonly Problem[] };

/** Reads a parsed `policy.json`: its shape, then whether its parts fit together. `checkPolicy` tells of both at once. */
export function readPolicy(document: unknown): PolicyReading {
  const result = policySchema.safeParse(document);
  if (!result.success)
    return { problems: withTextProblems(schemaProblems(policySchema, document, 'policy'), document, 'policy') };
  const problems = [...textProblems(result.data, 'policy'), ...consistencyProblems(result.data)];
  return problems.length === 0 ? { policy: result.data } : { problems };
}

/** What `readPolicy` finds wrong with a parsed `policy.json`. */
export function policyProblems(document: unknown): readonly Problem[] {
  const reading = readPolicy(document);
  return 'problems' in reading ? reading.problems : [];
}

/** What of a policy whose parts are well formed does not fit together. */
export function consistencyProblems(policy: Policy): Problem[] {
  const targets = Object.values(policy.environments).flatMap(({ waves }) =>
    waves.flatMap((one) => one.targets.map(nameTarget)),
  );
  return [
    ...releaseLimitProblems(policy),
    ...executionProblems(policy.execution, targets),
    ...Object.entries(policy.services).flatMap(([name, service]) =>
      serviceProblems(policy, name, service.environments),
    ),
    ...Object.keys(policy.environments)
      .filter(isReservedMember)
      .map((name) => {
        const sentence = `"environments.${name}" is called as something of JavaScript's own, and would not be kept: choose another name.`;
        return problem('policy.name-reserved', `environments.${name}`, sentence);
      }),
    ...Object.entries(policy.environments).flatMap(([name, entry]) => [
      ...repeatedTargets(name, entry),
      ...(entry.approval === undefined ? [] : approvalProblems(policy, name, entry.approval)),
      ...unknownGroups(policy.people, `environments.${name}.repairs`, entry.repairs ?? []),
      ...unknownGroups(policy.people, `environments.${name}.windowOverrides`, entry.windowOverrides ?? []),
      ...Object.entries(entry.tell ?? {}).flatMap(([occasion, told]) =>
        unknownGroups(policy.people, `environments.${name}.tell.${occasion}`, groupsIn(told)),
      ),
      ...monitorProblems(policy, name, entry),
      ...hotfixProblems(name, entry),
    ]),
    ...unknownGroups(policy.people, 'notify.rejected', groupsIn(policy.notify?.rejected ?? [])),
    ...sharedIdentities(policy.people),
    ...slackProblems(policy),
    ...oidcProblems(policy),
    ...stackProblems(policy),
    ...uploaderProblems(policy.services),
  ];
}

function serviceProblems(policy: Policy, service: string, environments: readonly string[]): Problem[] {
  const order = Object.keys(policy.environments);
  const path = `services.${service}.environments`;
  const unknown = environments.filter((name) => !order.includes(name));
  if (unknown.length > 0) {
    return unknown.map((name) =>
      problem(
        'policy.environment-unknown',
        path,
        `"${path}" names "${name}", which "environments" does not define: add it there.${likelyMeant(name, order)}`,
      ),
    );
  }
  const sorted = order.filter((name) => environments.includes(name));
  if (sorted.join() === environments.join()) return [];
  const sentence = `"${path}" must list each environment once, in the order of "environments" (${order.join(', ')}).`;
  return [problem('policy.environment-order', path, sentence)];
}

/** Somebody has to look at what no other environment has proven. */
function hotfixProblems(name: string, { hotfixes, approval }: PolicyEnvironment): Problem[] {
  if (hotfixes === undefined || approval !== undefined) return [];
  const path = `environments.${name}.hotfixes`;
  const sentence = `"${path}" lets artifacts in that no other environment has proven, but nobody approves them: add an "approval" to "${name}".`;
  return [problem('policy.hotfix-unapproved', path, sentence)];
}

/** Monitoring holds the turn for hours: a following environment would wait for it, which a longer bake states plainly. */
function monitorProblems(policy: Policy, name: string, entry: PolicyEnvironment): Problem[] {
  if (entry.monitorAfterBake === undefined) return [];
  const path = `environments.${name}.monitorAfterBake`;
  return Object.entries(policy.services).flatMap(([service, { environments }]) => {
    const next = environments[environments.indexOf(name) + 1];
    if (!environments.includes(name) || next === undefined) return [];
    const sentence = `"${path}" is only allowed in the last environment of a service, but ${service} continues to "${next}": give "${name}" a longer "bake" instead.`;
    return [problem('policy.monitor-not-last', path, sentence)];
  });
}

function repeatedTargets(name: string, entry: PolicyEnvironment): Problem[] {
  const path = `environments.${name}.waves`;
  const names = entry.waves.flatMap((one) => one.targets.map(nameTarget));
  const repeated = new Set(names.filter((target, index) => names.indexOf(target) !== index));
  return [...repeated].map((target) =>
    problem('policy.target-repeated', path, `"${path}" names the target ${target} twice: keep it in one wave.`),
  );
}
