import * as z from 'zod';
import { problem, type Problem } from '../values/problems.ts';

/** What the policy says of Slack. The ids are Slack's own: https://docs.slack.dev/reference/objects */

const idOf = (first: string, what: string, sample: string) =>
  z.string().regex(new RegExp(`^[${first}][A-Z0-9]{6,20}$`), `must be the id of ${what}, such as "${sample}"`);

export const slackChannel = idOf('CG', 'a Slack channel', 'C0123456789');
export const slackUser = idOf('UW', 'a Slack user', 'U0123456789');
const slackTeam = idOf('TE', 'a Slack workspace', 'T0123456789');
const slackApp = idOf('A', 'a Slack app', 'A0123456789');
const slackGroup = idOf('S', 'a Slack user group', 'S0123456789');

/** `notify.slack` */
export const slackSettings = z.strictObject({
  /**
   * Name of the Secrets Manager secret in the engine's account and Region: `{"botToken":"xoxb-…","signingSecret":"…"}`. It begins
   * with `sluice/`, which no service may read.
   */
  secret: z
    .string()
    .regex(
      /^sluice\/[A-Za-z0-9/_+=.@-]{1,200}$/,
      'must be the name of a secret that begins with "sluice/", such as "sluice/slack" (not its ARN)',
    ),
  /** The workspace, and the app in it: an answer from another one is refused. */
  team: slackTeam,
  app: slackApp,
  /** Where a release is told of, in a thread of its own. */
  channel: slackChannel,
  /** The user group that is mentioned when an environment was left unclean. */
  onCall: slackGroup.exactOptional(),
});
export type SlackSettings = z.infer<typeof slackSettings>;

/** `approval.slack` of an environment: it is asked for in Slack, too. */
export const approvalInSlack = z.strictObject({
  /** Where it is asked; in the channel of `notify.slack`, when left out. */
  channel: slackChannel.exactOptional(),
  /** Is each approver asked in a direct message besides? */
  direct: z.boolean().default(false),
});

/** Slack as a plan keeps it: whose answers count, and where a release is told of. */
export const toldInSlack = z.object({
  team: z.string(),
  app: z.string(),
  channel: z.string(),
  onCall: z.string().exactOptional(),
});

/** Slack as an approval keeps it: whose answers count, and where it is asked. */
export const askedInSlack = z.object({
  team: z.string(),
  app: z.string(),
  channel: z.string(),
  direct: z.boolean(),
});

/** The parts of a policy that speak of Slack. */
interface SlackParts {
  readonly notify?: { readonly slack?: SlackSettings };
  readonly services: Readonly<Record<string, { readonly slack?: string }>>;
  readonly people: Readonly<Record<string, readonly { readonly email: string; readonly slack?: string }[]>>;
  readonly environments: Readonly<
    Record<
      string,
      {
        readonly approval?: {
          readonly from: readonly string[];
          readonly including?: readonly string[];
          readonly slack?: object;
        };
      }
    >
  >;
}

/** What of Slack could not work, or would not be used. */
export function slackProblems(policy: SlackParts): Problem[] {
  return [...unusedProblems(policy), ...approverProblems(policy)];
}

function unusedProblems({ notify, services, people, environments }: SlackParts): Problem[] {
  if (notify?.slack !== undefined) return [];
  const named = [
    ...Object.entries(environments).flatMap(([name, { approval }]) =>
      approval?.slack === undefined ? [] : [`environments.${name}.approval.slack`],
    ),
    ...Object.entries(services).flatMap(([name, { slack }]) => (slack === undefined ? [] : [`services.${name}.slack`])),
    ...Object.entries(people).flatMap(([group, members]) =>
      members.flatMap(({ slack }, index) => (slack === undefined ? [] : [`people.${group}.${index}.slack`])),
    ),
  ];
  return named.map((path) => {
    const sentence = `"${path}" needs "notify.slack" (secret, team, app and channel): add that, or leave this out.`;
    return problem('policy.slack-missing', path, sentence);
  });
}

/** An approval that nobody could give there. */
function approverProblems({ people, environments }: SlackParts): Problem[] {
  return Object.entries(environments).flatMap(([name, { approval }]) => {
    if (approval?.slack === undefined) return [];
    const groups = [...approval.from, ...(approval.including ?? [])];
    const approvers = groups.flatMap((group) => people[group] ?? []);
    if (approvers.some(({ slack }) => slack !== undefined)) return [];
    const path = `environments.${name}.approval.slack`;
    const sentence = `"${path}" asks in Slack, but nobody of ${groups.join(', ')} has a "slack" id in "people": add one.`;
    return [problem('policy.slack-no-approver', path, sentence)];
  });
}
