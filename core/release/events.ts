import * as z from 'zod';
import { problemSchema } from '../values/problems.ts';
import {
  environmentName,
  instant,
  releaseId,
  serviceName,
  sha256,
  targetName,
  versionName,
} from '../values/identifiers.ts';
import { originSchema } from './origin.ts';
import { leftSchema } from './left.ts';
import { closureSchema } from '../turn/windows/closure.ts';
import { servingSchema } from './serving.ts';
import { endStatuses } from './status.ts';

/**
 * The transitions of a release: everything the ledger records. One schema an event type; `evidence` is what a reader needs
 * years later to understand it, small and without secrets.
 */

/** What was dropped, pinned. An object that cannot be read has no digest. */
export const artifactSchema = z.strictObject({
  bucket: z.string(),
  key: z.string(),
  versionId: z.string(),
  size: z.int().min(0).exactOptional(),
  sha256: sha256.exactOptional(),
});
export type PinnedArtifact = z.infer<typeof artifactSchema>;

/** The outline of the plan that the transition table needs; the whole plan is an item of its own. */
export const outlineSchema = z.array(
  z.strictObject({
    name: environmentName,
    approval: z.boolean(),
    bakes: z.boolean(),
    monitors: z.literal(true).exactOptional(),
    windows: z.literal(true).exactOptional(),
    onFailure: z.enum(['rollBackAll', 'rollBackWave', 'stop']),
    waves: z.array(z.array(targetName)),
  }),
);

/** Longest reason of a transition, in UTF-16 code units: `appendEvent` cuts it. */
export const LONGEST_REASON = 1000;

const common = {
  at: instant,
  /** Who: a function of the engine (`sluice-deploy`) or a person's e-mail address. */
  actor: z.string().min(1),
  reason: z.string().max(LONGEST_REASON).exactOptional(),
};
const free = z.record(z.string(), z.json());
const optionalEvidence = { evidence: free.exactOptional() };
const inEnvironment = { ...common, environment: environmentName };
const inTarget = { ...inEnvironment, target: targetName };

const releaseEvents = [
  z.strictObject({
    type: z.literal('received'),
    ...common,
    evidence: z.strictObject({
      release: releaseId,
      service: serviceName,
      version: versionName,
      attempt: z.int().min(1),
      artifact: artifactSchema,
      /** Absent where the artifact was dropped. */
      origin: originSchema.exactOptional(),
    }),
  }),
  z.strictObject({
    type: z.literal('rejected'),
    ...common,
    evidence: z.strictObject({ problems: z.array(problemSchema).min(1) }),
  }),
  z.strictObject({
    type: z.literal('accepted'),
    ...common,
    evidence: z.strictObject({
      /** SHA-256 of the frozen plan. */
      plan: sha256,
      author: z.string().exactOptional(),
      commit: z.string().exactOptional(),
      environments: outlineSchema,
      /** The release is told of in Slack. */
      slack: z.literal(true).exactOptional(),
    }),
  }),
  /** Something went wrong; from here on only rolling back may begin. */
  z.strictObject({
    type: z.literal('failed'),
    ...common,
    environment: environmentName.exactOptional(),
    target: targetName.exactOptional(),
    evidence: z.looseObject({ error: z.string() }),
  }),
  z.strictObject({ type: z.literal('cancelled'), ...common, ...optionalEvidence }),
  z.strictObject({
    type: z.literal('ended'),
    ...common,
    evidence: z.strictObject({
      status: z.enum(endStatuses),
      quarantined: z.array(environmentName).exactOptional(),
      /** Targets (`environment account/region`) that keep the new version although the release ended as RolledBack. */
      kept: z.array(z.string()).exactOptional(),
      /** What serves in the environment in which it ended, unless it ended Succeeded. */
      serves: z.array(servingSchema).exactOptional(),
      /** What it made there and what stays, because it may hold data; absent where nothing does. */
      left: z.array(leftSchema).exactOptional(),
    }),
  }),
] as const;

const environmentEvents = [
  z.strictObject({ type: z.literal('lookingAhead'), ...inEnvironment, ...optionalEvidence }),
  z.strictObject({
    type: z.literal('approvalRequested'),
    ...inEnvironment,
    evidence: z.looseObject({ approval: z.string(), change: sha256 }),
  }),
  /** Nothing that asks for approval here would change: the release goes on without one. */
  z.strictObject({
    type: z.literal('approvalNotNeeded'),
    ...inEnvironment,
    evidence: z.looseObject({ change: sha256, when: z.array(z.string()).min(1) }),
  }),
  /** Those who have not decided yet are asked again. */
  z.strictObject({
    type: z.literal('approvalReminded'),
    ...inEnvironment,
    evidence: z.looseObject({ approval: z.string(), people: z.array(z.string()) }),
  }),
  /** One person's yes while more are required. */
  z.strictObject({
    type: z.literal('approvalGiven'),
    ...inEnvironment,
    evidence: z.looseObject({ approval: z.string(), given: z.int().min(1), required: z.int().min(1) }),
  }),
  z.strictObject({
    type: z.literal('approved'),
    ...inEnvironment,
    evidence: z.looseObject({ approval: z.string(), change: sha256, digest: sha256 }),
  }),
  z.strictObject({ type: z.literal('declined'), ...inEnvironment, evidence: z.looseObject({ approval: z.string() }) }),
  z.strictObject({
    type: z.literal('approvalExpired'),
    ...inEnvironment,
    evidence: z.looseObject({ approval: z.string() }),
  }),
  /** What would change is not what was approved: everything from the look ahead on is repeated. */
  z.strictObject({ type: z.literal('approvalVoided'), ...inEnvironment, ...optionalEvidence }),
  z.strictObject({ type: z.literal('turnRequested'), ...inEnvironment, ...optionalEvidence }),
  z.strictObject({
    type: z.literal('turnTaken'),
    ...inEnvironment,
    evidence: z.looseObject({ fence: z.int().min(1) }),
  }),
  z.strictObject({ type: z.literal('superseded'), ...inEnvironment, evidence: z.looseObject({ by: releaseId }) }),
  /** A window keeps the release from beginning here, or in the targets that it has not begun with yet: waits. */
  z.strictObject({
    type: z.literal('windowClosed'),
    ...inEnvironment,
    evidence: z.looseObject({ closed: closureSchema }),
  }),
  /** No window keeps it any longer. */
  z.strictObject({ type: z.literal('windowOpened'), ...inEnvironment, ...optionalEvidence }),
  /** A person let the release in although a window is closed: windows of the environment do not count for it any more. */
  z.strictObject({
    type: z.literal('windowOverridden'),
    ...inEnvironment,
    evidence: z.looseObject({ closed: closureSchema, principal: z.string() }),
  }),
  /** Nothing was changed in the target yet, and one of its alarms is firing: waits. */
  z.strictObject({
    type: z.literal('alarmFiring'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    evidence: z.looseObject({ alarms: z.array(z.looseObject({ check: z.string(), sentence: z.string() })) }),
  }),
  /** A person let the release in although alarms are firing: those do not count against it until it has baked. */
  z.strictObject({
    type: z.literal('alarmsOverridden'),
    ...inEnvironment,
    evidence: z.looseObject({ alarms: z.array(z.string()), principal: z.string() }),
  }),
  z.strictObject({
    type: z.literal('alarmsOk'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** Nothing was changed in the target yet, and its stack is being changed by someone else: waits. */
  z.strictObject({
    type: z.literal('stackBusy'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    evidence: z.looseObject({ stack: z.string(), status: z.string() }),
  }),
  /** The stack is no longer being changed: what is live is read again. */
  z.strictObject({
    type: z.literal('stackAvailable'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** The roles and users of the live stack are about to get the permissions boundary, before the release's own change. */
  z.strictObject({
    type: z.literal('adoptionStarted'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    evidence: z.looseObject({ stack: z.string(), boundary: z.string() }),
  }),
  /** They have it. A rollback does not take it away. */
  z.strictObject({
    type: z.literal('adopted'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** Not all of them could get it; those that did keep it. */
  z.strictObject({
    type: z.literal('adoptionFailed'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** Checks failed for the new version: what was measured, and the limit it broke. The workflow decides what follows. */
  z.strictObject({
    type: z.literal('checkFailed'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** Checks were inconclusive. */
  z.strictObject({
    type: z.literal('inconclusive'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** People are asked whether to continue. */
  z.strictObject({
    type: z.literal('decisionRequested'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    evidence: z.looseObject({ approval: z.string() }),
  }),
  /** A person lets the release continue: although checks were inconclusive (`approval`), or before a period is over (`period`). */
  z.strictObject({
    type: z.literal('continued'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    evidence: z.looseObject({ approval: z.string() }).or(z.looseObject({ period: z.enum(['bake', 'monitor']) })),
  }),
  /** A rollback that people asked for: users are about to come back to versions that are still there, before the stack is changed. */
  z.strictObject({
    type: z.literal('aliasesRestoring'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    evidence: z.looseObject({
      moves: z.array(
        z.strictObject({ functionName: z.string(), aliasName: z.string(), from: z.string(), to: z.string() }),
      ),
    }),
  }),
  /** They are back. A rollback of this release leaves them there. */
  z.strictObject({
    type: z.literal('aliasesRestored'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  /** They come back when the stack has been changed: what the earlier version uses is not there. */
  z.strictObject({
    type: z.literal('stackFirst'),
    ...inEnvironment,
    target: targetName.exactOptional(),
    ...optionalEvidence,
  }),
  z.strictObject({ type: z.literal('bakeStarted'), ...inEnvironment, ...optionalEvidence }),
  z.strictObject({ type: z.literal('judged'), ...inEnvironment, ...optionalEvidence }),
  /** Good so far: users remain on the new version, and for `seconds` an alarm that fires still rolls back. */
  z.strictObject({
    type: z.literal('monitoringStarted'),
    ...inEnvironment,
    evidence: z.looseObject({ seconds: z.int().min(1) }),
  }),
  /** The time is over, or a newer release waits for the turn, and no alarm is firing. */
  z.strictObject({ type: z.literal('monitoringEnded'), ...inEnvironment, ...optionalEvidence }),
  z.strictObject({ type: z.literal('turnGivenBack'), ...inEnvironment, ...optionalEvidence }),
] as const;

const targetEvents = [
  z.strictObject({ type: z.literal('preparing'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('prepared'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('changeStarted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('changed'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('verified'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('shiftStarted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('shifted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('checked'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('settleStarted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('settled'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('settleFailed'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('rollbackStarted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('trafficRestored'), ...inTarget, ...optionalEvidence }),
  /** Intent to call the function that undoes changes to data. */
  z.strictObject({ type: z.literal('recoveryStarted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('recovered'), ...inTarget, ...optionalEvidence }),
  /** Intent to restore the stack. */
  z.strictObject({ type: z.literal('stackRestoreStarted'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('stackRestored'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('rolledBack'), ...inTarget, ...optionalEvidence }),
  z.strictObject({ type: z.literal('rollbackFailed'), ...inTarget, ...optionalEvidence }),
] as const;

/** An event to record. */
const eventDraftSchema = z.discriminatedUnion('type', [...releaseEvents, ...environmentEvents, ...targetEvents]);
export type EventDraft = z.infer<typeof eventDraftSchema>;
export type EventType = EventDraft['type'];
export type EventOf<Type extends EventType> = Extract<EventDraft, { type: Type }>;

/** Events of one target; of the environment under way; of the release as a whole. */
export type TargetDraft = Extract<EventDraft, { target: string }>;
export type EnvironmentDraft = Exclude<Extract<EventDraft, { environment: string }>, TargetDraft>;
export type ReleaseDraft = Exclude<EventDraft, TargetDraft | EnvironmentDraft | { type: 'received' }>;

/** Environment and target that an event names. */
export function placeOf(draft: EventDraft): { environment?: string; target?: string } {
  return {
    ...('environment' in draft && draft.environment !== undefined ? { environment: draft.environment } : {}),
    ...('target' in draft && draft.target !== undefined ? { target: draft.target } : {}),
  };
}

/** What the ledger adds: the place in the chain, and the phases before and after of what moved. */
const linkSchema = z.object({
  sequence: z.int().min(1),
  from: z.string(),
  to: z.string(),
  previousHash: sha256,
  hash: sha256,
});
type ChainLink = z.infer<typeof linkSchema>;
export type ReleaseEvent = EventDraft & ChainLink;

const linkNames = new Set(Object.keys(linkSchema.shape));

/** A transition as the ledger has it. */
export const releaseEventSchema = z.looseObject(linkSchema.shape).transform((value, context): ReleaseEvent => {
  const draft = eventDraftSchema.safeParse(
    Object.fromEntries(Object.entries(value).filter(([name]) => !linkNames.has(name))),
  );
  if (draft.success) return { ...draft.data, ...linkSchema.parse(value) };
  for (const { message, path } of draft.error.issues) context.addIssue({ code: 'custom', message, path });
  return z.NEVER;
});
