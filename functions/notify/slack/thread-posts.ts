import { whyNot } from '../../../core/approval/decision.ts';
import { stillAsked } from '../../../core/approval/quorum.ts';
import { linkTo, localTime, plainText } from '../../../core/notify/mrkdwn.ts';
import { isEnd } from '../../../core/release/status.ts';
import { inWords } from '../../../core/values/text.ts';
import { section } from '../../../adapters/slack/blocks.ts';
import type { SlackMessage } from '../../../adapters/slack/chat.ts';
import { detailsButton, detailsUrl, type Pages } from '../../../engine/slack/details.ts';
import type { DesiredPost } from './desired-post.ts';
import type { AskedApproval, ReleaseView } from './view.ts';

/** Longest reason, before it is escaped. */
const REASON = 1_500;

/** The thread of a release: its first message says how it stands, the others what came to pass. */
export function threadPosts(view: ReleaseView, pages: Pages): DesiredPost[] {
  const thread = 'release';
  const answers = [...waiting(view), ...shifts(view), ...cancelled(view), ...rollbacks(view), ...end(view)];
  return [
    { name: thread, message: () => rootPost(view, pages) },
    ...answers.map(({ name, lines }) => ({ name, thread, message: () => plainPost(...lines) })),
  ];
}

interface Answer {
  readonly name: string;
  readonly lines: readonly [string, ...string[]];
}

function plainPost(...lines: readonly [string, ...string[]]): SlackMessage {
  return { text: lines[0], blocks: [section(lines)] };
}

function rootPost(view: ReleaseView, pages: Pages): SlackMessage {
  const text = rootLine(view);
  const { release } = view.head;
  const lines = [text, linkTo(detailsUrl({ release }, pages), release)];
  return { text, blocks: [section(lines, detailsButton({ release }, pages))] };
}

function rootLine({ head, plan }: ReleaseView): string {
  const { service, version, source } = plan.manifest;
  return `*${plainText(`${service} ${version}`, 100)}* by ${plainText(source.author, 100)}: ${plainText(standing(head), 200)}`;
}

function standing(head: ReleaseView['head']): string {
  if (isEnd(head.status)) return `ended as ${head.status}`;
  if (head.status === 'RollingBack' || head.environment === undefined) return inWords(head.status).toLowerCase();
  return `${inWords(head.environments[head.environment]?.phase ?? head.status).toLowerCase()} in ${head.environment}`;
}

/** For whom it waits, and until when; then what became of it. */
function waiting({ approvals }: ReleaseView): Answer[] {
  return approvals.map((asked) => ({ name: `wait-${asked.approval.approval}`, lines: [waitingLine(asked)] }));
}

function waitingLine({ approval, standing: state }: AskedApproval): string {
  const { environment, people, deadline, decisions, override } = approval;
  const what = `*${plainText(environment, 100)}*${override === undefined ? '' : ' (checks were inconclusive)'}`;
  if (state === 'open') {
    const names = stillAsked(approval)
      .filter((one) => whyNot(approval, one).approve === undefined)
      .map(({ name }) => name);
    const listed = names.length > 5 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
    return `${what} waits for ${plainText(listed.join(', '), 600)} until ${localTime(deadline)}`;
  }
  const last = decisions.at(-1);
  const by =
    last === undefined ? '' : ` by ${plainText(people.find(({ email }) => email === last.by)?.name ?? last.by, 100)}`;
  const why = last?.reason === undefined ? '' : `: ${plainText(last.reason, REASON)}`;
  return `${what}: ${state === 'over' ? 'nothing waits for the approval any more' : `${state}${by}${why}`}`;
}

/** Users who move, target by target: one message, whichever of the two it is. */
function shifts({ events }: ReleaseView): Answer[] {
  return events.flatMap((event) => {
    if (event.type !== 'shiftStarted' || event.reason === undefined) return [];
    const { environment, target, reason } = event;
    const name = `shift-${event.sequence}`;
    const what = `*${plainText(environment, 100)}* ${plainText(target, 60)}`;
    const later = events.filter((one) => one.sequence > event.sequence && 'target' in one && one.target === target);
    const after = later.find(({ type }) => type === 'shifted' || type === 'rollbackStarted');
    if (after === undefined) return [{ name, lines: [`${what}: users move: ${plainText(reason, REASON)}`] }];
    const became = after.type === 'shifted' ? 'all users are on the new version' : 'users are taken back';
    return [{ name, lines: [`${what}: ${became} (${plainText(reason, REASON)})`] }];
  });
}

/** Who cancelled it, and why. */
function cancelled(view: ReleaseView): Answer[] {
  const why = cancellation(view);
  return why === undefined ? [] : [{ name: 'cancelled', lines: [`:no_entry: ${why}`] }];
}

function cancellation({ events }: ReleaseView): string | undefined {
  const event = events.find(({ type }) => type === 'cancelled');
  if (event === undefined) return undefined;
  return `Cancelled by ${plainText(event.actor, 100)}: ${plainText(event.reason ?? 'no reason is given', REASON)}`;
}

/** Why it is rolled back: what was measured, and the limit; or that a person cancelled the release. */
function rollbacks(view: ReleaseView): Answer[] {
  const { events, head } = view;
  const first = events.find(({ type }) => type === 'rollbackStarted');
  if (first === undefined) return [];
  const cause = events.findLast(
    (one) =>
      one.sequence < first.sequence &&
      (one.type === 'checkFailed' || one.type === 'failed') &&
      one.reason !== undefined,
  );
  const told = cause?.reason ?? head.failure?.reason;
  const why = told === undefined ? (cancellation(view) ?? 'The ledger names no reason.') : plainText(told, REASON);
  return [{ name: 'rollback', lines: [`:leftwards_arrow_with_hook: Rolled back: ${why}`] }];
}

/** How it ended; an end that left an environment unclean calls who is on call. */
function end({ head, plan, events }: ReleaseView): Answer[] {
  const last = events.at(-1);
  if (last?.type !== 'ended') return [];
  const unclean = head.status === 'Failed';
  const group = plan.notify.slack?.onCall;
  const call = unclean && group !== undefined ? ` <!subteam^${group}>` : '';
  const icon =
    { Succeeded: ':white_check_mark:', Failed: ':rotating_light:' }[String(head.status)] ?? ':octagonal_sign:';
  const why = last.reason === undefined ? [] : [plainText(last.reason, REASON)];
  const held = unclean ? ['The environment is quarantined: nothing is released there until a person clears it.'] : [];
  return [{ name: 'end', lines: [`${icon} Ended as *${head.status}*${call}`, ...why, ...held] }];
}
