import * as z from 'zod';
import { describeStanding, standingOf, standings } from '../../approval/standing.ts';
import { whyNot } from '../../approval/decision.ts';
import { decisionWays } from '../../approval/ways.ts';
import { missingGroups } from '../../approval/quorum.ts';
import { previewOf } from '../../approval/preview.ts';
import type { ApprovalItem, TargetItem } from '../../ledger/items.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { changeSummarySchema } from '../../template/change-schema.ts';
import {
  accountId,
  environmentName,
  instant,
  regionName,
  releaseId,
  sha256,
  targetName,
} from '../../values/identifiers.ts';

/** What the HTTP API answers about approvals: what somebody looks at before deciding, and what was decided. */

/** One approval in a list. */
export const approvalSummary = z.strictObject({
  approval: z.string(),
  release: releaseId,
  environment: environmentName,
  /** To release, or to continue although checks were inconclusive. */
  kind: z.enum(['release', 'continue']),
  /** `<account>/<region>` where one target's checks were inconclusive. */
  target: targetName.exactOptional(),
  standing: z.enum(standings),
  /** What was decided, by whom, when and why, and why nothing is left to decide. */
  told: z.string(),
  requestedAt: instant,
  deadline: instant,
});
export type ApprovalSummary = z.infer<typeof approvalSummary>;

/** `GET /v1/releases/{id}/approvals`: the newest first. */
export const approvalList = z.strictObject({ release: releaseId, approvals: z.array(approvalSummary) });

/** `GET /v1/releases/{id}/approvals/{approval}`. */
export const approvalDocument = approvalSummary.extend({
  author: z.string(),
  digest: sha256,
  change: sha256,
  /** Why a person is asked to continue. */
  inconclusiveReason: z.string().exactOptional(),
  required: z.int(),
  /** Groups of each of which one person has to be among those who approve; absent where there are none. */
  including: z
    .array(
      z.strictObject({
        group: z.string(),
        /** E-mail addresses, in lower case. */
        people: z.array(z.string()),
        /** Has one of them approved? */
        given: z.boolean(),
      }),
    )
    .exactOptional(),
  people: z.array(
    z.strictObject({
      name: z.string(),
      email: z.string(),
      /** Why an approval by this person does not count. */
      mayNotApprove: z.string().exactOptional(),
    }),
  ),
  decisions: z.array(
    z.strictObject({
      by: z.string(),
      decision: z.enum(['approve', 'decline']),
      at: instant,
      via: z.enum(decisionWays),
      reason: z.string().exactOptional(),
    }),
  ),
  /** What would change in each target; none where the preview has become another since approval was requested. */
  targets: z.array(z.strictObject({ account: accountId, region: regionName, change: changeSummarySchema })),
});
export type ApprovalDocument = z.infer<typeof approvalDocument>;

/** One approval in a list. */
export function summarizeApproval(approval: ApprovalItem, head: ReleaseHead, now: string): ApprovalSummary {
  const { approval: id, release, environment, override, requestedAt, deadline } = approval;
  const standing = standingOf(approval, head, now);
  return {
    ...{ approval: id, release, environment, standing, requestedAt, deadline },
    kind: override === undefined ? 'release' : 'continue',
    ...(override?.target === undefined ? {} : { target: override.target }),
    told: describeStanding(approval, standing, head),
  };
}

/** One approval in full. @param targets of its environment */
export function describeApproval(
  approval: ApprovalItem,
  head: ReleaseHead,
  targets: readonly TargetItem[],
  now: string,
): ApprovalDocument {
  const { author, digest, change, override, required, including, people, decisions } = approval;
  return {
    ...summarizeApproval(approval, head, now),
    ...{ author, digest, change, required, decisions },
    ...(including === undefined ? {} : { including: including.map((one) => includedGroup(approval, one)) }),
    ...(override === undefined ? {} : { inconclusiveReason: override.inconclusiveReason }),
    people: people.map((person) => {
      const { approve } = whyNot(approval, person);
      return { name: person.name, email: person.email, ...(approve === undefined ? {} : { mayNotApprove: approve }) };
    }),
    targets: previewOf(approval, targets).map(({ account, region, lookedAhead }) => ({
      account,
      region,
      change: lookedAhead,
    })),
  };
}

function includedGroup(
  approval: ApprovalItem,
  { group, people }: NonNullable<ApprovalItem['including']>[number],
): NonNullable<ApprovalDocument['including']>[number] {
  return { group, people, given: !missingGroups(approval).includes(group) };
}
