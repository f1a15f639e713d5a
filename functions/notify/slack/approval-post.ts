import { previewOf } from '../../../core/approval/preview.ts';
import { describeNeeded } from '../../../core/approval/quorum.ts';
import { describeStanding } from '../../../core/approval/standing.ts';
import { linkTo, localTime, plainText } from '../../../core/notify/mrkdwn.ts';
import { slackActions } from '../../../core/notify/slack-actions.ts';
import type { Plan } from '../../../core/release/plan.ts';
import { context, LONGEST_SECTION, section } from '../../../adapters/slack/blocks.ts';
import type { KnownBlock, SlackMessage } from '../../../adapters/slack/chat.ts';
import type { AskedApproval, ReleaseView } from './view.ts';

/** Of a line, before it is escaped. */
const LINE = 300;
/** Warnings that a message names; the page has all. */
const WARNINGS = 3;

/** What would be lost, if anything: said once more when somebody presses Approve. */
const losses = new Set(['stateful-replaced', 'stateful-removed', 'permissions-narrowed', 'replaced-at-once']);

/** The message that asks for an approval; decided or over, it says so and has no buttons any more. */
export function approvalPost(
  asked: AskedApproval,
  { head, plan }: ReleaseView,
  replaces: readonly string[],
  apiUrl: string,
): SlackMessage {
  const { approval, standing } = asked;
  const page = `${apiUrl}/releases/${approval.release}`;
  const title = titleOf(asked, plan, replaces);
  const told = plainText(describeStanding(approval, standing, head), LONGEST_SECTION - 100);
  const lines = [title, changeLine(asked, plan), ...warningLines(asked)];
  if (standing !== 'open') {
    const became = `*${standingWords[standing]}.* ${told}`;
    const blocks = [section(lines), section([became]), context(linkTo(page, 'Details'))];
    return { text: `${title}: ${standingWords[standing]}`, blocks };
  }
  const decided = approval.decisions.length === 0 ? [] : [section([told])];
  const until = `Decide before ${localTime(approval.deadline)}.${needed(approval)}`;
  return {
    text: `${title}? Decide in Slack, or by the link in your e-mail.`,
    blocks: [section(lines), ...decided, buttons(asked, page), context(until)],
  };
}

const standingWords = {
  open: 'Open',
  approved: 'Approved',
  declined: 'Declined',
  expired: 'Expired',
  void: 'Void',
  superseded: 'Superseded',
  over: 'Over',
} as const;

function titleOf({ approval }: AskedApproval, { manifest }: Plan, replaces: readonly string[]): string {
  const { environment, override } = approval;
  const before = replaces.length === 0 ? '' : `${replaces.slice(0, 3).join(', ')} → `;
  const what = plainText(`${manifest.service} ${before}${manifest.version}`, LINE);
  if (override === undefined) return `Release *${what}* to *${plainText(environment, 100)}*`;
  const where = override.target === undefined ? environment : `${environment} (${override.target})`;
  return `Continue *${what}* in *${plainText(where, 100)}*`;
}

/** Who asks, what for, and what would change. */
function changeLine({ approval, targets }: AskedApproval, { manifest }: Plan): string {
  const by = `by ${plainText(approval.author, 100)}`;
  if (approval.override !== undefined)
    return `${by} – the checks were inconclusive: ${plainText(approval.override.inconclusiveReason, 2 * LINE)}`;
  const changes = previewOf(approval, targets).flatMap(({ lookedAhead }) => lookedAhead.resources);
  const actions = [...new Set(changes.map(({ action }) => action))];
  const counted = actions.map((action) => `${action} ${changes.filter((one) => one.action === action).length}`);
  const change = counted.length === 0 ? 'no resource changes' : counted.join(', ');
  return `${by}, ${commitOf(manifest)} – ${change}`;
}

function commitOf({ source }: Plan['manifest']): string {
  if (source.commit === undefined) return 'no commit named';
  const commit = source.commit.slice(0, 12);
  const url = source.repository?.replace(/\.git$/, '') ?? '';
  if (!/^https:\/\/(github\.com|gitlab\.com)\/[\w./-]+$/.test(url)) return `commit ${plainText(commit, 40)}`;
  return linkTo(`${url}/commit/${encodeURIComponent(source.commit)}`, `commit ${commit}`);
}

function warningsOf({ approval, targets }: AskedApproval) {
  return previewOf(approval, targets).flatMap(({ lookedAhead }) => lookedAhead.warnings);
}

function warningLines(asked: AskedApproval): string[] {
  const warnings = [...new Set(warningsOf(asked).map(({ sentence }) => sentence))];
  const lines = warnings.slice(0, WARNINGS).map((sentence) => `:warning: ${plainText(sentence, LINE)}`);
  const more = warnings.length - lines.length;
  return more === 0 ? lines : [...lines, `:warning: … and ${more} more: see Details`];
}

/** Who has to decide; once somebody has, the message says what is missing. */
function needed(approval: AskedApproval['approval']): string {
  return approval.decisions.length > 0 ? '' : ` ${plainText(describeNeeded(approval), 2 * LINE)}`;
}

function buttons(asked: AskedApproval, page: string): KnownBlock {
  const { approval: id, release } = asked.approval;
  const value = JSON.stringify({ release, approval: id });
  const lost = warningsOf(asked).filter(({ code }) => losses.has(code));
  const confirm =
    lost.length === 0
      ? {}
      : {
          confirm: {
            title: { type: 'plain_text' as const, text: 'Something would be lost' },
            text: {
              type: 'plain_text' as const,
              text: plainText([...new Set(lost.map(({ sentence }) => sentence))].join(' '), 250),
            },
            confirm: { type: 'plain_text' as const, text: 'Approve' },
            deny: { type: 'plain_text' as const, text: 'Look again' },
          },
        };
  return {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: slackActions.approve,
        style: 'primary',
        text: { type: 'plain_text', text: 'Approve' },
        value,
        ...confirm,
      },
      {
        type: 'button',
        action_id: slackActions.decline,
        style: 'danger',
        text: { type: 'plain_text', text: 'Decline' },
        value,
      },
      { type: 'button', action_id: slackActions.details, text: { type: 'plain_text', text: 'Details' }, url: page },
    ],
  };
}
