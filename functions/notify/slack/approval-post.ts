import { type Brief, briefOf } from '../../../core/approval/brief.ts';
import { describeNeeded } from '../../../core/approval/quorum.ts';
import { describeStanding } from '../../../core/approval/standing.ts';
import { linkTo, localTime, plainText } from '../../../core/notify/mrkdwn.ts';
import { slackActions } from '../../../core/notify/slack-actions.ts';
import { context, LONGEST_SECTION, section } from '../../../adapters/slack/blocks.ts';
import type { Button, KnownBlock, SlackMessage } from '../../../adapters/slack/chat.ts';
import { detailsButton, type Pages } from '../../../engine/slack/details.ts';
import type { AskedApproval, ReleaseView } from './view.ts';

/** Of a line, before it is escaped. */
const LINE = 300;
/** Warnings that a message names; the page has all. */
const WARNINGS = 3;

/** The message that asks for an approval; decided or over, it says so and has no buttons any more. */
export function approvalPost(asked: AskedApproval, { head, plan, events }: ReleaseView, pages: Pages): SlackMessage {
  const { approval, standing } = asked;
  // How long something has served is not said here: the message would have to be changed every minute.
  const brief = briefOf({ ...asked, head, plan, events }, head.updatedAt);
  const title = titleOf(brief);
  const told = plainText(describeStanding(approval, standing, head), LONGEST_SECTION - 100);
  const lines = [title, changeLine(brief), ...warningLines(brief)];
  if (standing !== 'open') {
    const became = `*${standingWords[standing]}.* ${told}`;
    const details = detailsButton({ release: approval.release, approval: approval.approval }, pages);
    const blocks = [section(lines), section([became], details)];
    return { text: `${title}: ${standingWords[standing]}`, blocks };
  }
  const decided = approval.decisions.length === 0 ? [] : [section([told])];
  const until = `Decide before ${localTime(approval.deadline)}.${needed(approval)}`;
  return {
    text: `${title}? ${approval.identity === undefined ? 'Decide in Slack, or by the link in your e-mail.' : 'Sign in to decide.'}`,
    blocks: [section(lines), ...decided, buttons(asked, brief, pages), context(until)],
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

function titleOf({ question, what, where }: Brief): string {
  const joined = question === 'Release' ? 'to' : 'in';
  return `${question} *${plainText(what, LINE)}* ${joined} *${plainText(where, 150)}*`;
}

/** Who asks, what for, and what would change. */
function changeLine({ author, inconclusive, commits, change }: Brief): string {
  const by = `by ${plainText(author, 100)}`;
  if (inconclusive !== undefined) return `${by} – the checks were inconclusive: ${plainText(inconclusive, 2 * LINE)}`;
  const { text, link } = commits;
  return `${by}, ${link === undefined ? plainText(text, 100) : linkTo(link, text)} – ${change}`;
}

function warningLines({ twice, losses, broader, others }: Brief): string[] {
  const warnings = [...twice, ...losses, ...broader, ...others];
  const lines = warnings.slice(0, WARNINGS).map((sentence) => `:warning: ${plainText(sentence, LINE)}`);
  const more = warnings.length - lines.length;
  return more === 0 ? lines : [...lines, `:warning: … and ${more} more: see Details`];
}

/** Who has to decide; once somebody has, the message says what is missing. */
function needed(approval: AskedApproval['approval']): string {
  return approval.decisions.length > 0 ? '' : ` ${plainText(describeNeeded(approval), 2 * LINE)}`;
}

function buttons({ approval }: AskedApproval, { losses }: Brief, pages: Pages): KnownBlock {
  const { approval: id, release, identity } = approval;
  const details = (text?: string): Button => detailsButton({ release, approval: id }, pages, text);
  // A press in Slack would be refused.
  if (identity !== undefined) {
    const elements = [details('Sign in and decide')];
    return { type: 'actions', block_id: 'decide', elements };
  }
  const value = JSON.stringify({ release, approval: id });
  const confirm =
    losses.length === 0
      ? {}
      : {
          confirm: {
            title: { type: 'plain_text' as const, text: 'Something would be lost' },
            text: {
              type: 'plain_text' as const,
              text: plainText(losses.join(' '), 250),
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
      details(),
    ],
  };
}
