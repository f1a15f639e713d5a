import * as z from 'zod';
import { targetItem } from '../ledger/items.ts';
import { approvalCauses } from '../policy/approval-rule.ts';
import { artifactSchema } from '../release/events.ts';
import { changeSummarySchema } from '../template/change-schema.ts';
import {
  accountId,
  environmentName,
  instant,
  planningId,
  regionName,
  serviceName,
  sha256,
  targetSchema,
  versionName,
} from '../values/identifiers.ts';
import { problemSchema } from '../values/problems.ts';

/**
 * What the ledger has of `sluice plan`: what an artifact that is not released would change. It is no release: nothing refers to it, and
 * DynamoDB deletes it after days.
 */

/** `rejected`: the artifact is invalid; `failed`: it could not be looked at; `done`: each target says itself what would change. */
export const planningStates = ['asked', 'looking', 'rejected', 'failed', 'done'] as const;

/** An environment that the artifact would come to, in the order of the policy. */
export const outlinedEnvironment = z.strictObject({
  name: environmentName,
  waves: z.array(z.array(targetSchema)),
  /** Rollout, bake and monitoring, in words. */
  rollout: z.string(),
  /** Who would be asked; absent where nobody is. */
  approval: z
    .strictObject({
      required: z.int().min(1),
      /** E-mail addresses. */
      people: z.array(z.string()),
      /** What asks; absent where every release does. */
      when: z.array(z.enum(approvalCauses)).exactOptional(),
      /** Groups of which somebody has to be among those who approve. */
      including: z.array(z.string()).exactOptional(),
      /** Of the people, those whose approval of this artifact would not count, and why. */
      barred: z.array(z.strictObject({ email: z.string(), why: z.string() })).exactOptional(),
      /** Does the manifest say that data changes? */
      changesData: z.literal(true).exactOptional(),
    })
    .exactOptional(),
});
export type OutlinedEnvironment = z.infer<typeof outlinedEnvironment>;

/** `plan#<id> / head`. */
export const planningItem = z.object({
  plan: planningId,
  service: serviceName,
  /** Of the manifest; absent before it is read. */
  version: versionName.exactOptional(),
  artifact: artifactSchema.extend({ sha256 }),
  /** ARN of who asked. */
  by: z.string(),
  askedAt: instant,
  /** Its execution has ended by then, whatever happened. */
  until: instant,
  state: z.enum(planningStates),
  endedAt: instant.exactOptional(),
  environments: z.array(outlinedEnvironment),
  /** What the manifest says would be lost of data, in words. */
  dataLosses: z.array(z.string()),
  /** Of a rejected artifact. */
  problems: z.array(problemSchema).exactOptional(),
  /** Why it failed. */
  failure: z.strictObject({ error: z.string(), reason: z.string() }).exactOptional(),
  /** Seconds since the epoch: DynamoDB deletes it then. */
  expiresAt: z.int(),
});
export type PlanningItem = z.infer<typeof planningItem>;

/** Something for which a release would be refused. */
const refusalSchema = z.strictObject({ error: z.string(), code: z.string(), sentence: z.string() });
export type Refusal = z.infer<typeof refusalSchema>;

/** What was seen in a target: the change, what would be refused, or why nobody could look. */
export const previewSchema = z.object({
  inService: targetItem.shape.inService,
  change: changeSummarySchema.exactOptional(),
  refusals: z.array(refusalSchema).exactOptional(),
  unseen: z.string().exactOptional(),
});
export type Preview = z.infer<typeof previewSchema>;

/** `plan#<id> / target#<env>#<account>#<region>`. */
export const previewItem = z.object({
  plan: planningId,
  environment: environmentName,
  account: accountId,
  region: regionName,
  /** The empty stack that was there before anything was made: somebody else's. */
  foreignShell: z.string().exactOptional(),
  /** Absent while it is being looked at. */
  preview: previewSchema.exactOptional(),
  expiresAt: z.int(),
});
export type PreviewItem = z.infer<typeof previewItem>;

/** `service#<name> / planning`: the one plan of the service that is being made. */
export const planningLeaseItem = z.object({ plan: planningId, sha256, until: instant, expiresAt: z.int() });
export type PlanningLeaseItem = z.infer<typeof planningLeaseItem>;
