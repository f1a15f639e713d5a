import * as z from 'zod';
import { environmentName, instant, releaseId, serviceName } from '../values/identifiers.ts';

/** What the ledger keeps of deployments, week by week, so that metrics cost the same however many releases there are. */

/** How it came out that a deployment is bad. */
const failureKinds = ['rolledBack', 'rolledBackOnDemand', 'hotfix'] as const;

const failureSchema = z.strictObject({
  how: z.enum(failureKinds),
  /** The release that took its place, where people asked for one. */
  by: releaseId.exactOptional(),
  /** When it was seen: the first failure, a person's cancellation or demand. */
  seenAt: instant,
  /** When the last of the users who were on it was on a version that is not bad. */
  restoredAt: instant.exactOptional(),
  /** Some users are still on it, as far as the ledger knows. */
  unrestored: z.literal(true).exactOptional(),
});
export type Failure = z.infer<typeof failureSchema>;

const deploymentSchema = z.strictObject({
  release: releaseId,
  /** When the first user came to it. */
  at: instant,
  /** Whole seconds until all users of the environment were on it, and since when; absent where they never were. */
  lead: z.strictObject({ seconds: z.int().min(0), since: z.enum(['commit', 'upload']) }).exactOptional(),
  failure: failureSchema.exactOptional(),
});
export type Deployment = z.infer<typeof deploymentSchema>;

/** `deployments#<service>#<env> / <week>`: what was deployed in a week, as far as those releases have ended. */
export const weekItem = z.strictObject({
  service: serviceName,
  environment: environmentName,
  /** The week's Monday. */
  week: z.iso.date(),
  /** Grows with each change: the version every write is conditional on. */
  revision: z.int().min(1),
  deployments: z.array(deploymentSchema),
  /** Deployments that are counted alone, because the week has too many; and how many of them failed. */
  further: z.int().min(0),
  furtherFailed: z.int().min(0),
});
export type WeekItem = z.infer<typeof weekItem>;

/** Deployments of a week that are kept one by one. */
export const MOST_KEPT = 200;
