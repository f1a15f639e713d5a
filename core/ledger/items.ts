import * as z from 'zod';
import { includedGroups } from '../approval/quorum.ts';
import { decisionWays } from '../approval/ways.ts';
import { approvalIdentity } from '../policy/oidc.ts';
import { recordedPersonSchema } from '../policy/policy.ts';
import { askedInSlack } from '../policy/slack.ts';
import { headSchema } from '../release/head.ts';
import { checkpoints, taskName } from '../contract/tasks.ts';
import { originKinds } from '../release/origin.ts';
import { signedInSchema } from '../sign-in/identity.ts';
import { leftResourceSchema } from '../template/left-behind.ts';
import { closureSchema } from '../turn/windows/closure.ts';
import { windowsSchema } from '../turn/windows/windows-schema.ts';
import { releaseKinds } from '../release/kind.ts';
import { rolloutName } from '../values/rollout.ts';
import { changeSummarySchema } from '../template/change-schema.ts';
import {
  accountId,
  environmentName,
  instant,
  logicalId,
  regionName,
  releaseId,
  serviceName,
  sha256,
  targetName,
  versionName,
} from '../values/identifiers.ts';

/** Items of the ledger as they are read back. Keys are parsed away; a missing attribute is a corrupt ledger, not a default. */

/** `release#<id> / head`. */
export const headItem = z.object(headSchema.shape);

/** `service#<name> / version#<version>`: what was dropped under this version, and how often it was tried. */
export const versionItem = z.object({
  service: serviceName,
  version: versionName,
  /** Digest of the bytes that own this version; absent when the object could not be read. */
  digest: sha256.exactOptional(),
  attempts: z.int().min(1),
  /** The newest attempt that was not rejected on arrival (unless all were). */
  release: releaseId,
  /** Object versions that arrived, with the release each belongs to: the same event again changes nothing. */
  arrivals: z.record(z.string(), releaseId),
});
export type VersionItem = z.infer<typeof versionItem>;

/** One alias of a target and the function version it names. */
export const aliasStateSchema = z.object({
  /** Logical id of the alias in the template. */
  alias: logicalId,
  functionName: z.string(),
  aliasName: z.string(),
  /** Published version; absent where the alias did not exist. */
  version: z.string().exactOptional(),
});
export type AliasState = z.infer<typeof aliasStateSchema>;

/** What was read from AWS before the change: what a rollback restores. */
const rollbackPointSchema = z.object({
  readAt: instant,
  /** Absent for the first deployment: then a rollback deletes the stack. */
  stackId: z.string().exactOptional(),
  stackStatus: z.string().exactOptional(),
  aliases: z.array(aliasStateSchema),
  /** Key in the release bucket or target bucket where the template that was live is kept. */
  templateKey: z.string().exactOptional(),
  parameters: z.record(z.string(), z.string()).exactOptional(),
  /** The stack's tags; absent in releases older than tags of entries. */
  tags: z.record(z.string(), z.string()).exactOptional(),
});
export type RollbackPoint = z.infer<typeof rollbackPointSchema>;

/** What was live in a target before a release changes it, by the ledger. */
const formerReleaseSchema = z.object({
  release: releaseId,
  version: versionName,
  digest: sha256.exactOptional(),
  /** AWS serves something else than the ledger says: what a person repaired by hand, say. */
  drifted: z.literal(true).exactOptional(),
  /** The alarms of its manifest, by their logical ids: a later release is judged by these, too. */
  alarms: z.array(logicalId),
  /** Dynamic references that it gave for parameters; absent where it gave none. */
  references: z.record(z.string(), z.string()).exactOptional(),
});
export type FormerRelease = z.infer<typeof formerReleaseSchema>;

/** What serves in a target when its change is previewed: nothing, what no release brought, or a release and what it was built from. */
const inServiceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('nothing') }),
  z.object({ kind: z.literal('foreign') }),
  z.object({
    kind: z.literal('release'),
    release: releaseId,
    version: versionName,
    repository: z.string().exactOptional(),
    commit: z.string().exactOptional(),
  }),
]);
export type InService = z.infer<typeof inServiceSchema>;

/** `release#<id> / target#<env>#<account>#<region>`: what the tasks of one target pass to each other. */
export const targetItem = z.object({
  release: releaseId,
  environment: environmentName,
  account: accountId,
  region: regionName,
  stackName: z.string(),
  /** Names that the stack's resources may have, from the plan; absent in releases older than policies that name stacks. */
  resourceNames: z.array(z.string()).exactOptional(),
  stackId: z.string().exactOptional(),
  /** Set by the look ahead, compared by prepare. */
  lookedAhead: changeSummarySchema.exactOptional(),
  /** Read by the look ahead; absent where it could not look, and in releases older than this. */
  inService: inServiceSchema.exactOptional(),
  rollbackPoint: rollbackPointSchema.exactOptional(),
  /** Absent where no release was live, and in releases older than this. */
  formerRelease: formerReleaseSchema.exactOptional(),
  change: changeSummarySchema.exactOptional(),
  changeSetId: z.string().exactOptional(),
  /** Nothing in the stack differs: there is nothing to execute. */
  unchanged: z.boolean().exactOptional(),
  /** Aliases of the new template and what each names: a version resource (its number is known after the change), or a number. */
  guards: z
    .array(z.object({ alias: logicalId, version: logicalId.exactOptional(), number: z.string().exactOptional() }))
    .exactOptional(),
  /** Aliases and the new versions they move to. */
  moves: z.array(aliasStateSchema.extend({ from: z.string().exactOptional(), to: z.string() })).exactOptional(),
  /** Names of the alarms by which it is judged; absent before it is changed, and in releases older than this. */
  watchedAlarms: z.array(z.string()).exactOptional(),
  /** CodeDeploy deployments by alias. */
  deployments: z.record(z.string(), z.string()).exactOptional(),
  /** URLs among the stack's outputs. */
  outputs: z.record(z.string(), z.string()).exactOptional(),
  /** Versions that were deleted because nothing needs them (`<function>:<number>`), or why that could not be done. */
  pruned: z.array(z.string()).exactOptional(),
  /** What an earlier, rolled-back release left there and this one takes over. */
  imported: z.array(leftResourceSchema.pick({ logicalId: true, type: true, physicalId: true })).exactOptional(),
  /** What the release made and what stays when it is rolled back; absent before that is known. */
  left: z.array(leftResourceSchema).exactOptional(),
});
export type TargetItem = z.infer<typeof targetItem>;

/** `release#<id> / approval#<id>`. */
export const approvalItem = z.object({
  approval: z.string(),
  release: releaseId,
  environment: environmentName,
  state: z.enum(['open', 'approved', 'declined', 'expired', 'void']),
  /** Digest of the artifact that would be released. */
  digest: sha256,
  /** Digest of what would change in the targets; of the inconclusive result, where a person is asked to continue. */
  change: sha256,
  /** The checkpoint to continue from although its checks are inconclusive; absent in an approval of a release. */
  override: z
    .object({ checkpoint: z.enum(checkpoints), target: targetName.exactOptional(), inconclusiveReason: z.string() })
    .exactOptional(),
  author: z.string(),
  selfApproval: z.boolean(),
  required: z.int().min(1),
  /** Groups of each of which one person has to be among those who approve; absent where there are none, and in items older than this. */
  including: includedGroups.exactOptional(),
  people: z.array(recordedPersonSchema),
  requestedAt: instant,
  deadline: instant,
  /** When those are reminded who have not decided by then: what is still to come. */
  reminders: z.array(instant).exactOptional(),
  /** Where it is asked for in Slack; absent where it is not, and then no answer from there counts. */
  slack: askedInSlack.exactOptional(),
  /** By whom those have to have been identified who decide; absent where it does not matter. */
  identity: approvalIdentity.exactOptional(),
  decisions: z.array(
    z.object({
      by: z.string(),
      decision: z.enum(['approve', 'decline']),
      at: instant,
      via: z.enum(decisionWays),
      reason: z.string().exactOptional(),
    }),
  ),
});
export type ApprovalItem = z.infer<typeof approvalItem>;

/** `release#<id> / post#<to>#<name>`: a message in Slack that says how something stands, and is changed when that changes. */
export const postItem = z.object({
  release: releaseId,
  /** `slack:<channel or user>`, as in the outbox. */
  to: z.string(),
  /** What it is about: an approval, the release, a shift. */
  name: z.string(),
  /** By which Slack knows the message; absent while it is being posted. */
  place: z.object({ channel: z.string(), ts: z.string() }).exactOptional(),
  /** Digest of what it says. */
  digest: sha256,
  /** When an attempt began to post it: no other does for a minute. */
  claimedAt: instant,
});
export type PostItem = z.infer<typeof postItem>;

/** `release#<id> / published`: up to which transition the event bus has them. Absent before the first. */
export const publishedItem = z.object({
  release: releaseId,
  /** Number of the last that the bus took. */
  sequence: z.int().min(0),
  /** An attempt to put more there may go on until then. */
  leasedUntil: instant,
});
export type PublishedItem = z.infer<typeof publishedItem>;

/** What a wait is answered with. */
const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('success'), output: z.record(z.string(), z.json()) }),
  z.object({ kind: z.literal('failure'), error: z.string(), cause: z.string() }),
]);
export type Answer = z.infer<typeof answerSchema>;

/** `release#<id> / wait#<id>`: an open task token. Deleted once its answer was delivered. */
export const waitItem = z.object({
  wait: z.string(),
  release: releaseId,
  environment: environmentName,
  target: targetName.exactOptional(),
  task: taskName,
  correlation: z.string(),
  /** Further correlations by which events find the wait: a target's other deployments. */
  furtherCorrelations: z.array(z.string()).exactOptional(),
  token: z.string(),
  registeredAt: instant,
  deadline: instant,
  /** Names of the alarms that it waits for, where they are not those of a changed target. */
  watchedAlarms: z.array(z.string()).exactOptional(),
  /** Nothing but a person or a newer release ends the wait before: the window is closed until then. */
  closedUntil: instant.exactOptional(),
  /** Of an approval: when people are reminded next. */
  remindAt: instant.exactOptional(),
  /** Present once decided: delivered at least once, and only this answer. */
  answer: answerSchema.exactOptional(),
});
export type WaitItem = z.infer<typeof waitItem>;

/** `correlation#<correlation> / wait`. */
export const correlationItem = z.object({ release: releaseId, wait: z.string() });

/** `environment#<service>#<env> / turn`. */
export const turnItem = z.object({
  service: serviceName,
  environment: environmentName,
  /** Only grows; a new holder gets a new number. */
  fence: z.int().min(0),
  holder: releaseId.exactOptional(),
  takenAt: instant.exactOptional(),
  /** The newest release that proved itself here, and when it was dropped: older ones must not overtake it. */
  proven: z.object({ release: releaseId, startedAt: instant }).exactOptional(),
});
export type TurnItem = z.infer<typeof turnItem>;

/** `environment#<service>#<env> / waiter#<release>`. */
export const waiterItem = z.object({
  release: releaseId,
  startedAt: instant,
  requestedAt: instant,
  /** The windows of its plan, and what kind it is to them; absent where nothing closes the environment to it. */
  windows: windowsSchema.extend({ kind: z.enum(releaseKinds) }).exactOptional(),
  /** The window that keeps it, when it was last looked at. */
  closed: closureSchema.exactOptional(),
  /** Absent in items older than blocks of versions. */
  version: versionName.exactOptional(),
  /** Why a person began it; absent where its artifact was dropped. */
  origin: z.enum(originKinds).exactOptional(),
});
export type WaiterItem = z.infer<typeof waiterItem>;

/** `environment#<service>#<env> / hold`: a person's lock. */
export const holdItem = z.object({ owner: z.string(), reason: z.string(), since: instant });
export type HoldItem = z.infer<typeof holdItem>;

/** `environment#<service>#<env> / blocked#<version>`: people rolled it back, and nothing but people brings it there again. */
export const blockItem = z.object({
  version: versionName,
  /** The release that was rolled back. */
  release: releaseId,
  /** E-mail address. */
  by: z.string(),
  reason: z.string(),
  at: instant,
  /** The release that brings an earlier version back, where there is one. */
  rollback: releaseId.exactOptional(),
});
export type BlockItem = z.infer<typeof blockItem>;

/** `environment#<service>#<env> / quarantine`: a rollback did not finish. */
export const quarantineItem = z.object({
  release: releaseId,
  reason: z.string(),
  since: instant,
  targets: z.array(targetName),
});
export type QuarantineItem = z.infer<typeof quarantineItem>;

/** `stacks#<account>#<region> / <name>`: whose a stack name is. Never deleted. */
export const stackClaimItem = z.object({
  /** `claimed`: the stack is called so; `begins`: it begins so, up to a "-", and nobody can have the shorter name. */
  state: z.enum(['claimed', 'begins']),
  account: accountId,
  region: regionName,
  stackName: z.string(),
  service: serviceName,
  environment: environmentName,
  /** The release that wrote it first. */
  release: releaseId,
  at: instant,
});
export type StackClaimItem = z.infer<typeof stackClaimItem>;

/** What a person does to an environment. */
export const interventionKinds = [
  'cleared',
  'held',
  'holdReleased',
  'alarmsOverridden',
  'windowOverridden',
  'rolledBack',
  'promoted',
] as const;

/** `environment#<service>#<env> / intervention#<at>#<id>`: what a person did to an environment. Never changed, never deleted. */
export const interventionItem = z.object({
  kind: z.enum(interventionKinds),
  at: instant,
  /** E-mail address of the person, and the IAM principal that acted as them, or their Slack user as `slack:<team>/<user>`. */
  by: z.string(),
  principal: z.string(),
  /** By a command in Slack; by IAM where it is absent. */
  via: z.literal('slack').exactOptional(),
  reason: z.string(),
  /** Of a clearance: the release that left the environment unclean, and what was left. */
  quarantine: quarantineItem.exactOptional(),
  /** Of a hold that was released: the hold. */
  hold: holdItem.exactOptional(),
  /** Of alarms or a window that were overridden: the release that was let in, and what was firing, or closed. */
  release: releaseId.exactOptional(),
  alarms: z.array(z.string()).exactOptional(),
  closed: closureSchema.exactOptional(),
});
export type InterventionItem = z.infer<typeof interventionItem>;

/** `service#<name> / live#<env>#<account>#<region>`: what the aliases of a target serve. Absent where nothing ever did; read by `servingRow`. */
export const liveItem = z.object({
  service: serviceName,
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** Absent, as are version and digest, where no release brought what serves: a stack that was taken over, after a rollback. */
  release: releaseId.exactOptional(),
  version: versionName.exactOptional(),
  digest: sha256.exactOptional(),
  /** When it began to serve. */
  since: instant,
  stackId: z.string(),
  aliases: z.array(aliasStateSchema),
  /** Users are on it, and it may still be rolled back. */
  unproven: z.literal(true).exactOptional(),
  /** Users are moving to it from what served before. */
  shift: z
    .object({
      rollout: rolloutName,
      startedAt: instant,
      from: z.object({ release: releaseId.exactOptional(), version: versionName.exactOptional() }),
    })
    .exactOptional(),
  /** Number of the turn it was written with; absent in items older than this. */
  fence: z.int().exactOptional(),
});
export type LiveItem = z.infer<typeof liveItem>;

/** `served#<service>#<env>#<account>#<region> / <at>#<cause>`: what was live from a moment on. Never changed, never deleted. */
export const servedItem = z.object({
  service: serviceName,
  environment: environmentName,
  account: accountId,
  region: regionName,
  at: instant,
  /** The transition that changed it, and its release. */
  cause: z.enum([
    'changed',
    'shiftStarted',
    'shifted',
    'settleStarted',
    'settleFailed',
    'trafficRestored',
    'rolledBack',
    'aliasesRestored',
  ]),
  by: releaseId,
  /** Absent where nothing served from then on. */
  live: liveItem.omit({ service: true, environment: true, account: true, region: true }).exactOptional(),
});
export type ServedItem = z.infer<typeof servedItem>;

/** `service#<name> / left#<env>#<account>#<region>`: what rolled-back releases left in a target, and no release has taken over. */
export const leftItem = z.object({
  service: serviceName,
  environment: environmentName,
  account: accountId,
  region: regionName,
  resources: z.array(leftResourceSchema.extend({ release: releaseId, since: instant })),
});
export type LeftItem = z.infer<typeof leftItem>;

/** `session#<sha256> / session`. */
export const sessionItem = z.object({
  /** `watch` reads one release alone, and `watchLink` opens one, once. `answer` stands for an answer of the issuer that was used. */
  kind: z.enum(['link', 'session', 'watchLink', 'watch', 'answer']),
  /** ARN of the principal that IAM verified; of a `watch` and its link, the e-mail address of whom the link was sent to, or shown in Slack. */
  person: z.string(),
  /** Of a `session` that the issuer opened: whom it named. `person` is their e-mail address in the policy then. */
  signedIn: signedInSchema.exactOptional(),
  /** Of a `watch` and its link: the release. */
  release: releaseId.exactOptional(),
  /** Of a `watch` and its link that Slack showed: by that the person is known, and not by their mail. */
  shownIn: z.literal('slack').exactOptional(),
  /** Of a `watchLink`: the approval whose page it leads to; the release's own, where there is none. */
  approval: z.string().exactOptional(),
  createdAt: instant,
  /** Epoch seconds: DynamoDB deletes the item some time after; readers compare the time themselves. */
  expiresAt: z.int(),
});
export type SessionItem = z.infer<typeof sessionItem>;
