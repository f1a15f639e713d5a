import * as z from 'zod';
import { whyNot } from '../../approval/decision.ts';
import { identityProblem } from '../../approval/identity.ts';
import { type Caller, nameCaller, personOf, wayOf } from '../../approval/caller.ts';
import type { ApprovalItem } from '../../ledger/items.ts';
import type { Policy } from '../../policy/policy.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { serviceName, versionName } from '../../values/identifiers.ts';
import { approvalSummary, summarizeApproval } from './approvals.ts';

/** Who asks, and what waits for them. */

/** `GET /v1/whoami`. */
export const whoDocument = z.strictObject({
  /** ARN, as IAM verified it; or the account of the OpenID provider that the access token is of. */
  principal: z.string(),
  /** As whom the policy lists it; absent where it does not. */
  person: z.strictObject({ name: z.string(), email: z.string() }).exactOptional(),
  /** Groups of the policy's `people` that the person is in. */
  groups: z.array(z.string()),
});
export type WhoDocument = z.infer<typeof whoDocument>;

/** `GET /v1/approvals`: query. */
export const waitingQuery = z.strictObject({ cursor: z.string().exactOptional() });

/** An open approval that asks the caller. */
const waitingApproval = approvalSummary.extend({
  service: serviceName,
  version: versionName,
  author: z.string(),
  /** Why an approval by the caller would not count. */
  mayNotApprove: z.string().exactOptional(),
});
export type WaitingApproval = z.infer<typeof waitingApproval>;

/** `GET /v1/approvals`: those with the earliest deadline first. */
export const waitingList = z.strictObject({ approvals: z.array(waitingApproval), cursor: z.string().exactOptional() });

/** Who a caller is. */
export function describeCaller(caller: Caller, { people }: Pick<Policy, 'people'>): WhoDocument {
  const found = Object.entries(people).flatMap(([group, members]) => {
    const person = personOf(members, caller);
    return person === undefined ? [] : [{ group, person }];
  });
  const [first] = found;
  return {
    principal: nameCaller(caller),
    ...(first === undefined ? {} : { person: { name: first.person.name, email: first.person.email } }),
    groups: found.map(({ group }) => group).sort(),
  };
}

/** An approval as it waits for a caller; undefined where it does not: it is closed, asks others, or the caller has decided. */
export function describeWaiting(
  approval: ApprovalItem,
  head: ReleaseHead,
  caller: Caller,
  now: string,
): WaitingApproval | undefined {
  const person = personOf(approval.people, caller);
  const summary = summarizeApproval(approval, head, now);
  if (person === undefined || summary.standing !== 'open') return undefined;
  if (approval.decisions.some(({ by }) => by.toLowerCase() === person.email.toLowerCase())) return undefined;
  const approve = identityProblem(approval, wayOf(caller)) ?? whyNot(approval, person).approve;
  const { service, version } = head;
  return {
    ...summary,
    ...{ service, version, author: approval.author },
    ...(approve === undefined ? {} : { mayNotApprove: approve }),
  };
}
