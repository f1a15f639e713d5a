import * as z from 'zod';
import { whyImpossible } from '../approval/possible.ts';
import { includedGroups } from '../approval/quorum.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { approvalCauses, type ApprovalRule, causesIn, decidingGroups } from '../policy/approval-rule.ts';
import { approvalIdentity } from '../policy/oidc.ts';
import { peopleIn } from '../policy/people.ts';
import { type Policy, recordedPersonSchema } from '../policy/policy.ts';
import { isoDuration } from '../values/duration.ts';
import { problem, type Problem } from '../values/problems.ts';

type PolicyPeople = Pick<Policy, 'people'>;

/** Who approves, of the policy's rule. An older policy could let people take less, or more, time. */
export const plannedApproval = z.object({
  from: z.array(z.string()),
  required: z.int().min(1),
  selfApproval: z.boolean(),
  expiresAfter: isoDuration,
  /** Everybody who may decide. */
  people: z.array(recordedPersonSchema).min(1),
  including: includedGroups.exactOptional(),
  reminders: z.array(isoDuration).exactOptional(),
  /** What asks for it; absent where every release does, and in plans older than this. */
  when: z.array(z.enum(approvalCauses)).exactOptional(),
  ofRollback: z.boolean().exactOptional(),
  identity: approvalIdentity.exactOptional(),
});
type PlannedApproval = z.infer<typeof plannedApproval>;

/** Where it is asked in Slack stands beside it, with the workspace and the app. */
export function planApproval(rule: ApprovalRule, policy: PolicyPeople): PlannedApproval {
  const { from, including, required, selfApproval, expiresAfter, reminders, ofRollback, identity } = rule;
  const when = causesIn(rule);
  return {
    ...{ from, required, selfApproval, expiresAfter },
    people: peopleIn(policy, decidingGroups(rule)),
    ...(including === undefined ? {} : { including: groupsOf(including, policy) }),
    ...(reminders === undefined ? {} : { reminders }),
    ...(when === undefined ? {} : { when }),
    ...(ofRollback === undefined ? {} : { ofRollback }),
    ...(identity === undefined ? {} : { identity }),
  };
}

function groupsOf(groups: readonly string[], policy: PolicyPeople): z.infer<typeof includedGroups> {
  return [...new Set(groups)].map((group) => ({
    group,
    people: peopleIn(policy, [group]).map(({ email }) => email.toLowerCase()),
  }));
}

/** Who made the artifact is known by now: nobody has to wait for an approval that nobody can give. What may not ask is looked at when it does. */
export function approvalProblems(
  { name, approval }: { readonly name: string; readonly approval?: PlannedApproval },
  { source }: Manifest,
): Problem[] {
  if (approval === undefined || approval.when !== undefined) return [];
  const why = whyImpossible({ ...approval, author: source.author, environment: name });
  return why === undefined ? [] : [problem('plan.approval-impossible', 'source.author', why)];
}
