import { isSigned, isTimely } from '../../core/approval/slack-request.ts';
import { SlackRequestInvalid } from '../../core/contract/errors.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import type { InteractServices } from './services.ts';

/** Seconds for which the signing secret may be kept; and after which it is read again when a signature is not by it. */
const SECRET_SECONDS = { known: 300, doubted: 15 };

/** The body of a request that Slack signed. @throws SlackRequestInvalid */
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
    const { signingSecret } = await access.secret.read(invocation.now(), seconds);
    if (isSigned(signed, signingSecret)) return new TextDecoder().decode(body);
  }
  throw new SlackRequestInvalid('The request was not signed by Slack for this app.');
}

/** The policy's own workspace and app. @param teams of the request, and of the person @throws SlackRequestInvalid */
export function requireOwn(
  { teams, app }: { readonly teams: readonly string[]; readonly app: string },
  { slack }: InteractServices,
): void {
  if (teams.some((team) => team !== slack.team))
    throw new SlackRequestInvalid('The request is from another Slack workspace than the policy names.');
  if (app !== slack.app) throw new SlackRequestInvalid('The request is for another Slack app than the policy names.');
}
