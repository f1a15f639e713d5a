import { findSlackUser } from '../../core/approval/people.ts';
import { decideApproval, type Decision } from '../../core/approval/decision.ts';
import { decisionBody, LONGEST_REASON } from '../../core/contract/api/actions.ts';
import { DecisionRefused, RequestInvalid, SluiceError } from '../../core/contract/errors.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import { plainText } from '../../core/notify/mrkdwn.ts';
import { slackActions } from '../../core/notify/slack-actions.ts';
import type { Whisper } from '../../adapters/slack/chat.ts';
import { findApproval, takeDecision } from '../../engine/approval/take-decision.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { refuse } from '../../engine/http/refusals.ts';
import { readHead } from '../../engine/ledger/read.ts';
import {
  type Interaction,
  type Press,
  readInteraction,
  readSubject,
  type Subject,
  type Submission,
} from './interaction.ts';
import { declineModal } from './modal.ts';
import type { InteractServices } from './services.ts';
import { readSigned, requireColleague, requireOwn } from './verify.ts';

/** The path of slash commands; what answers them is loaded only for them. */
const COMMANDS = '/slack/commands';

/** Answers what a person did in Slack: verifies, decides, answers. What others are told comes from the outbox. */
export async function answerSlack(
  request: Request,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<Response> {
  try {
    const body = await readSigned(request, services, invocation);
    if (new URL(request.url).pathname === COMMANDS) {
      const { answerCommand } = await import('./command/answer-command.ts');
      return await answerCommand(body, services, invocation);
    }
    const interaction = readInteraction(body);
    requireOwn({ team: interaction.team.id, app: interaction.api_app_id }, services);
    return interaction.type === 'block_actions'
      ? await answerPress(interaction, services, invocation)
      : await answerSubmission(interaction, services, invocation);
  } catch (problem) {
    invocation.log.error('A request to the Slack route was refused', problem);
    return refuse(problem);
  }
}

/** Whatever comes of it, Slack is answered that it was taken: a refusal is told to the person who pressed. */
async function answerPress(press: Press, services: InteractServices, invocation: InvocationContext): Promise<Response> {
  const slack = services.open(() => invocation.now());
  const [{ action_id: action, value } = { action_id: '' }] = press.actions;
  // The link was opened by the browser.
  if (action === slackActions.open) return done();
  try {
    requireColleague(press, services);
    if (action === slackActions.details) {
      const { showDetails } = await import('./show-details.ts');
      const whisper = await showDetails(value, press.user.id, services, invocation);
      if (whisper !== undefined) await tell(press, whisper, services, invocation);
      return done();
    }
    const asked = { ...readSubject(value), channel: press.channel?.id };
    invocation.about({ release: asked.release });
    if (action === slackActions.approve) await decide(asked, { decision: 'approve' }, press, services, invocation);
    else if (action === slackActions.decline) {
      const { approval } = await mayDecline(asked, press, services, invocation);
      await slack.open(press.trigger_id, declineModal(approval, asked));
    } else throw new RequestInvalid('This button is of another version of Sluice: look for a newer message.');
  } catch (problem) {
    invocation.log.error('What was pressed in Slack did not come to pass', problem);
    await tell(press, { text: plainText(describe(problem), 1_000) }, services, invocation);
  }
  return done();
}

/** A refusal is shown in the modal. https://docs.slack.dev/surfaces/modals#displaying_errors */
async function answerSubmission(
  { view, ...interaction }: Submission,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<Response> {
  const block = slackActions.declineReason;
  try {
    requireColleague(interaction, services);
    const asked = readSubject(view.private_metadata);
    invocation.about({ release: asked.release });
    const { value } = view.state.values[block][block];
    const given = { decision: 'decline' as const, reason: value ?? '' };
    const read = readRequest(decisionBody, given, `A reason has 1 to ${LONGEST_REASON} characters`);
    await decide(asked, read, interaction, services, invocation);
    return done();
  } catch (problem) {
    invocation.log.error('What was submitted in Slack did not come to pass', problem);
    return Response.json({ response_action: 'errors', errors: { [block]: describe(problem).slice(0, 500) } });
  }
}

type Presser = Pick<Interaction, 'user'>;

/** The approval, and the channel in which the button was. */
type Asked = Omit<Subject, 'channel'> & { readonly channel?: string | undefined };

/** One transaction, by the same rules as a link; then the messages are brought up to date. */
async function decide(
  asked: Asked,
  { decision, reason }: Pick<Decision, 'decision' | 'reason'>,
  presser: Presser,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<void> {
  const approval = await findApproval(services, asked.release, asked.approval);
  const person = presserOf(approval, asked.channel, presser, services);
  const { release, environment } = approval;
  invocation.about({ release, environment });
  await takeDecision(services, invocation, approval, {
    person,
    decision,
    at: invocation.now(),
    via: 'slack',
    ...(reason === undefined ? {} : { reason }),
  });
}

/** Is it worth asking why? The modal's answer is decided anew. */
async function mayDecline(
  asked: Asked,
  presser: Presser,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<{ readonly approval: ApprovalItem }> {
  const [approval, head] = await Promise.all([
    findApproval(services, asked.release, asked.approval),
    readHead(services.ledger, asked.release),
  ]);
  const person = presserOf(approval, asked.channel, presser, services);
  const { before } = decideApproval(approval, head, {
    person,
    decision: 'decline',
    at: invocation.now(),
    via: 'slack',
  });
  if (before !== undefined) throw new DecisionRefused('You have declined this already.', { release: approval.release });
  return { approval };
}

/** The listed person with this Slack id, who pressed where it was asked. @throws DecisionRefused */
function presserOf(
  { slack, people, release, environment }: ApprovalItem,
  channel: string | undefined,
  { user }: Presser,
  services: InteractServices,
): Decision['person'] {
  const place = { release, environment };
  if (slack?.team !== services.slack.team || slack.app !== services.slack.app)
    throw new DecisionRefused('This approval is not asked for in this Slack workspace and app.', place);
  const direct = slack.direct && channel?.startsWith('D') === true;
  if (channel !== slack.channel && !direct)
    throw new DecisionRefused('This approval is not asked for in this channel.', place);
  const person = findSlackUser(people, user.id);
  if (person === undefined)
    throw new DecisionRefused(
      'You are not one of the approvers: the policy does not name your Slack user among them.',
      place,
    );
  return person;
}

async function tell(
  { response_url: url }: Press,
  whisper: Whisper,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<void> {
  if (url === undefined) return;
  try {
    await services.open(() => invocation.now()).tell(url, whisper);
  } catch (problem) {
    invocation.log.error('The person could not be told', problem);
  }
}

/** For the person. A defect's own words are for the log. */
function describe(problem: unknown): string {
  if (!(problem instanceof SluiceError)) return 'The engine failed, and its log has the details. Press again.';
  if (problem.name === 'SlackUnavailable' && /trigger/.test(problem.message))
    return 'Slack waits three seconds for the question why, and it took longer: press Decline again.';
  return problem.message;
}

function done(): Response {
  return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } });
}
