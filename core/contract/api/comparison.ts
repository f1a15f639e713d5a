import * as z from 'zod';
import type { Comparison } from '../../comparison/compare.ts';
import { differenceKinds } from '../../comparison/templates.ts';
import type { Plan } from '../../release/plan.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { environmentName, logicalId, serviceName, sha256, targetName } from '../../values/identifiers.ts';
import { releaseSummary, summarizeRelease } from './documents.ts';
import { describeSource, sourceDocument } from './source.ts';

/** What differs between two releases of a service. */

const difference = z.enum(differenceKinds);
const places = {
  /** Where it differs, without what stands there; and how many places are not listed. */
  places: z.array(z.string()),
  further: z.int().min(0),
};

const compared = releaseSummary.extend({ digest: sha256.exactOptional(), source: sourceDocument });

const templateDifference = z.strictObject({
  resources: z.array(
    z.strictObject({
      logicalId,
      type: z.string(),
      /** Where it was of another type. */
      formerType: z.string().exactOptional(),
      difference,
      ...places,
    }),
  ),
  /** Members of other sections, such as `Outputs`. */
  sections: z.array(z.strictObject({ section: z.string(), name: z.string(), difference })),
  /** What a resource allows or denies in one of the two alone. */
  permissions: z.array(
    z.strictObject({
      logicalId,
      type: z.string(),
      added: z.array(z.string()),
      removed: z.array(z.string()),
      further: z.int().min(0),
    }),
  ),
});

/** `GET /v1/releases/{id}/compare/{other}`: from `before` to `after`. */
export const comparisonDocument = z.strictObject({
  service: serviceName,
  before: compared,
  after: compared,
  /** They have the same artifact, byte for byte. */
  sameArtifact: z.boolean(),
  commits: z.strictObject({ text: z.string(), link: z.string().exactOptional() }),
  /** Those that differ. Values of secrets are `(hidden)`, and all are where a template cannot be read. */
  parameters: z.array(
    z.strictObject({
      environment: environmentName,
      target: targetName.exactOptional(),
      name: logicalId,
      before: z.string().exactOptional(),
      after: z.string().exactOptional(),
    }),
  ),
  template: templateDifference.or(z.strictObject({ unreadable: z.string() })),
  checks: z.array(
    z.strictObject({ kind: z.enum(['smoke', 'traffic', 'alarm']), name: z.string(), difference, ...places }),
  ),
  /** What manifest and policy decide otherwise. */
  settings: z.array(
    z.strictObject({
      environment: environmentName.exactOptional(),
      setting: z.string(),
      before: z.string().exactOptional(),
      after: z.string().exactOptional(),
    }),
  ),
});
export type ComparisonDocument = z.infer<typeof comparisonDocument>;

/** A release and what it was accepted with. */
export interface Side {
  readonly head: ReleaseHead;
  readonly plan: Plan;
}

/** The comparison as the API shows it. */
export function describeComparison(
  before: Side,
  after: Side,
  { parameters, checks, settings, template, ...rest }: Comparison,
): ComparisonDocument {
  return comparisonDocument.parse({
    service: after.head.service,
    before: describeSide(before),
    after: describeSide(after),
    ...rest,
    ...{ parameters, template, checks, settings },
  });
}

function describeSide({ head, plan }: Side): z.infer<typeof compared> {
  const { sha256: digest } = head.artifact;
  return {
    ...summarizeRelease(head),
    ...(digest === undefined ? {} : { digest }),
    source: describeSource(plan.manifest.source),
  };
}
