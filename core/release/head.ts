import * as z from 'zod';
import {
  environmentName,
  instant,
  releaseId,
  serviceName,
  sha256,
  targetName,
  versionName,
} from '../values/identifiers.ts';
import { artifactSchema } from './events.ts';
import { originSchema } from './origin.ts';
import { leftSchema } from './left.ts';
import { occasions } from '../policy/tell.ts';
import { closureSchema } from '../turn/windows/closure.ts';
import { servingSchema } from './serving.ts';
import { releaseStatuses } from './status.ts';

/** Phases of one environment of a release. */
export const environmentPhases = [
  'waiting',
  'approvalPending',
  'approved',
  'declined',
  'expired',
  'queued',
  'superseded',
  'held',
  'baking',
  'monitoring',
  'proven',
  'done',
  'undone',
] as const;
export type EnvironmentPhase = (typeof environmentPhases)[number];

/** Phases of one target of a release. */
export const targetPhases = [
  'pending',
  'preparing',
  'prepared',
  'changing',
  'changed',
  'verified',
  'shifting',
  'shifted',
  'checked',
  'settling',
  'settled',
  'unsettled',
  'rollingBack',
  'trafficRestored',
  'recovering',
  'recovered',
  'restoringStack',
  'stackRestored',
  'rolledBack',
  'rollbackFailed',
] as const;
export type TargetPhase = (typeof targetPhases)[number];

const environmentStateSchema = z.strictObject({
  phase: z.enum(environmentPhases),
  approval: z.boolean(),
  bakes: z.boolean(),
  /** Is the release monitored after the bake? */
  monitors: z.literal(true).exactOptional(),
  onFailure: z.enum(['rollBackAll', 'rollBackWave', 'stop']),
  /** Targets by wave; absent where all are one wave. */
  waves: z.array(z.array(targetName)).exactOptional(),
  /** Fencing number of the turn, while and after it is held. */
  fence: z.int().min(1).exactOptional(),
  /** When the bake, or the monitoring after it, began; absent in heads older than this. */
  observedSince: instant.exactOptional(),
  /** When a person let the release in although alarms were firing. */
  overriddenAt: instant.exactOptional(),
  /** Has it windows? The plan has them. */
  windows: z.literal(true).exactOptional(),
  /** What people are told of here by e-mail; absent where the policy says nothing of it. */
  tells: z.array(z.enum(occasions)).exactOptional(),
  /** The window that keeps the release, as far as the ledger knows. */
  closed: closureSchema.exactOptional(),
  /** When a person let the release in although a window was closed. */
  windowOverriddenAt: instant.exactOptional(),
  targets: z.record(targetName, z.enum(targetPhases)),
});
export type EnvironmentState = z.infer<typeof environmentStateSchema>;

/**
 * What the events of a release fold to. It is kept beside them so that one read is enough; whenever the two disagree, the
 * events are right.
 */
export const headSchema = z.strictObject({
  release: releaseId,
  service: serviceName,
  version: versionName,
  attempt: z.int().min(1),
  status: z.enum(releaseStatuses),
  artifact: artifactSchema,
  startedAt: instant,
  updatedAt: instant,
  endedAt: instant.exactOptional(),
  /** Number of the last event: the version every write is conditional on. */
  sequence: z.int().min(1),
  /** Hash of the last event. */
  hash: sha256,
  author: z.string().exactOptional(),
  /** It is told of in Slack. */
  slack: z.literal(true).exactOptional(),
  /** Its transitions are put on the event bus. */
  events: z.literal(true).exactOptional(),
  /** Why a person began it; absent where its artifact was dropped. */
  origin: originSchema.exactOptional(),
  /** The environment under way. */
  environment: environmentName.exactOptional(),
  /** Names in the order in which the release passes them. */
  order: z.array(environmentName),
  environments: z.record(environmentName, environmentStateSchema),
  /** What went wrong first. */
  failure: z.strictObject({ error: z.string(), reason: z.string(), sequence: z.int() }).exactOptional(),
  /** Number of the `rejected`, `cancelled` event. */
  rejected: z.int().exactOptional(),
  cancelled: z.int().exactOptional(),
  /** What serves in the environment in which it ended; absent before, and after an end that is Succeeded. */
  serves: z.array(servingSchema).exactOptional(),
  /** What it made and what stays although it was rolled back. */
  left: z.array(leftSchema).exactOptional(),
});
export type ReleaseHead = z.infer<typeof headSchema>;
