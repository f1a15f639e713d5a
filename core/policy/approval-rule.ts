import * as z from 'zod';
import { durationSeconds, lastsBetween } from '../values/duration.ts';
import { problem, type Problem } from '../values/problems.ts';
import { approvalIdentity } from './oidc.ts';
import { type Groups, groupName, peopleIn, unknownGroups } from './people.ts';
import { approvalInSlack } from './slack.ts';

/** `approval` of an environment: who lets a release in, how many, and what asks them at all. */

/** What may ask for an approval, where not every release does. */
export const approvalCauses = ['replacement', 'permissions', 'dataChanges', 'downgrade'] as const;
export type ApprovalCause = (typeof approvalCauses)[number];

const fiveMinutes = 300;
const sixtyDays = 60 * 86_400;
/** How long people may take. Nobody reads a mail, looks at a change and decides in less. */
const timeToDecide = lastsBetween(fiveMinutes, sixtyDays, 'must be between 5 minutes and 60 days');

export const approvalRuleSchema = z.strictObject({
  /** Groups of `people`. */
  from: z.array(groupName).min(1).max(20),
  /** Groups of `people` of each of which one at least has to be among those who approve; they may decide, too. */
  including: z.array(groupName).min(1).max(20).exactOptional(),
  required: z.int().min(1).max(10).default(1),
  /** May the author of the artifact approve it? */
  selfApproval: z.boolean().default(false),
  expiresAfter: timeToDecide.default('P7D'),
  /** How long after it was asked for those are reminded who have not decided yet. */
  reminders: z.array(timeToDecide).min(1).max(10).exactOptional(),
  /** What asks at all: every release, or only one whose change has one of these. */
  when: z
    .union([z.enum(['always', ...approvalCauses]), z.array(z.enum(approvalCauses)).min(1).max(approvalCauses.length)])
    .exactOptional(),
  /** Is it asked for in Slack, too? Everybody is asked by e-mail in any case. */
  slack: approvalInSlack.exactOptional(),
  /** By whom those have to have been identified who decide: a decision by link, Slack or IAM is refused. */
  identity: approvalIdentity.exactOptional(),
  /** Is approval asked, too, of a rollback that a person asks for? */
  ofRollback: z.boolean().exactOptional(),
});
export type ApprovalRule = z.infer<typeof approvalRuleSchema>;

/** Groups of everybody who may decide. */
export function decidingGroups({ from, including = [] }: Pick<ApprovalRule, 'from' | 'including'>): string[] {
  return [...new Set([...from, ...including])];
}

/** The causes that ask; undefined where every release does. */
export function causesIn({ when = 'always' }: Pick<ApprovalRule, 'when'>): ApprovalCause[] | undefined {
  if (when === 'always') return undefined;
  return [...new Set(typeof when === 'string' ? [when] : when)];
}

interface ApprovalParts {
  readonly people: Groups<{ readonly name: string; readonly email: string }>;
}

/** What of an environment's approval does not fit together, or could never come to pass. */
export function approvalProblems(policy: ApprovalParts, name: string, rule: ApprovalRule): Problem[] {
  const path = `environments.${name}.approval`;
  const unknown = [
    ...unknownGroups(policy.people, `${path}.from`, rule.from),
    ...unknownGroups(policy.people, `${path}.including`, rule.including ?? []),
  ];
  return [...(unknown.length > 0 ? unknown : countProblems(policy, path, rule)), ...reminderProblems(path, rule)];
}

function countProblems(policy: ApprovalParts, path: string, rule: ApprovalRule): Problem[] {
  const count = peopleIn(policy, decidingGroups(rule)).length;
  if (count >= rule.required) return [];
  const sentence = `"${path}.required" asks for ${rule.required} approvals, but only ${count === 1 ? '1 person' : `${count} people`} may approve: name further groups or people, or require fewer.`;
  return [problem('policy.too-few-approvers', `${path}.required`, sentence)];
}

function reminderProblems(path: string, { reminders = [], expiresAfter }: ApprovalRule): Problem[] {
  const seconds = reminders.map(durationSeconds);
  const unordered = seconds.findIndex((one, index) => seconds.slice(0, index).some((earlier) => earlier >= one));
  const late = seconds.findIndex((one) => one >= durationSeconds(expiresAfter));
  return [
    ...(unordered < 0
      ? []
      : [
          problem(
            'policy.reminder-order',
            `${path}.reminders[${unordered}]`,
            `"${path}.reminders[${unordered}]" does not come after the one before it: list each once, the first first.`,
          ),
        ]),
    ...(late < 0
      ? []
      : [
          problem(
            'policy.reminder-too-late',
            `${path}.reminders[${late}]`,
            `"${path}.reminders[${late}]" would never be sent: the approval expires first ("expiresAfter": "${expiresAfter}").`,
          ),
        ]),
  ];
}
