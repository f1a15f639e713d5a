import { isSigned, isTimely } from '../../core/approval/slack-request.ts';
import { DecisionRefused, SlackRequestInvalid, SlackUnavailable } from '../../core/contract/errors.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { InteractServices } from './services.ts';

/** Seconds for which the signing secret may be kept; and after which it is read again when a signature is not by it. */
const SECRET_SECONDS = { known: 300, doubted: 15 };

/** The body of a request that Slack signed. @throws SlackRequestInvalid, SlackUnavailable */
export async function readSigned(
  request: Request,
  { access }: InteractServices,
  invocation: InvocationContext,
): Promise<string> {
  const body = new Uint8Array(await request.arrayBuffer());
  const { headers } = request;
  const timestamp = headers.get('x-slack-request-timestamp');
  const signed = { body, timestamp, signature: headers.get('x-slack-signature') };
  if (!isTimely(signed, invocation.now()))
    throw new SlackRequestInvalid('The request has no time, or was not sent within the last five minutes.');
  for (const seconds of [SECRET_SECONDS.known, SECRET_SECONDS.doubted]) {
    const { signingSecret } = await access.secret.read(invocation.now(), seconds).catch(untold);
    if (isSigned(signed, signingSecret)) return new TextDecoder().decode(body);
  }
  throw new SlackRequestInvalid('The request was not signed by Slack for this app.');
}

/** Anybody may ask until Slack has signed: what is wrong with the secret, and its name, are for the log. @throws SlackUnavailable */
function untold(cause: unknown): never {
  throw new SlackUnavailable('Whether Slack sent this cannot be told now. The log of sluice-interact says why.', {
    cause,
  });
}

/** The policy's own workspace and app. @throws SlackRequestInvalid */
export function requireOwn(
  { team, app }: { readonly team: string; readonly app: string },
  { slack }: InteractServices,
): void {
  if (team !== slack.team)
    throw new SlackRequestInvalid('The request is from another Slack workspace than the policy names.');
  if (app !== slack.app) throw new SlackRequestInvalid('The request is for another Slack app than the policy names.');
}

/**
 * Somebody of the policy's own workspace: a channel that is shared with others has people of theirs, too. They are told so; a press that
 * nothing comes of is pressed again. https://docs.slack.dev/apis/slack-connect
 * @throws DecisionRefused
 */
export function requireColleague(
  { user }: { readonly user: { readonly team_id?: string | undefined } },
  { slack }: InteractServices,
): void {
  if (user.team_id === undefined || user.team_id === slack.team) return;
  throw new DecisionRefused(
    'You are of another Slack workspace than the policy names: only its own people decide and read here.',
  );
}
