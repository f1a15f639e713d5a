import { findSlackUser } from '../../core/approval/people.ts';
import { DecisionRefused } from '../../core/contract/errors.ts';
import { linkSeconds, openWatchLink } from '../../core/ledger/sessions.ts';
import { plainText } from '../../core/notify/mrkdwn.ts';
import { slackActions } from '../../core/notify/slack-actions.ts';
import type { Person } from '../../core/policy/policy.ts';
import { section } from '../../adapters/slack/blocks.ts';
import type { Whisper } from '../../adapters/slack/chat.ts';
import { findApproval } from '../../engine/approval/take-decision.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readHead } from '../../engine/ledger/read.ts';
import { detailsSubject, detailsUrl, type DetailsSubject } from '../../engine/slack/details.ts';
import { parseJson } from './interaction.ts';
import type { InteractServices } from './services.ts';

/**
 * What somebody is shown who presses *Details*: a link of their own, good once and for minutes, to a session that reads this one release
 * (as who comes by a mailed link gets), or to the page where people sign in. Undefined where the button led there by itself.
 * @param value of the button @param user who pressed, as Slack signed it
 * @throws RequestInvalid, NotInLedger, DecisionRefused
 */
export async function showDetails(
  value: string | undefined,
  user: string,
  services: InteractServices,
  invocation: InvocationContext,
): Promise<Whisper | undefined> {
  // Buttons of before led to the page by themselves, and had no value.
  if (value === undefined) return undefined;
  const subject = parseJson(detailsSubject, value, 'The button names no release');
  const { release, leads } = subject;
  invocation.about({ release });
  const signIn = services.policy.oidc !== undefined;
  if (leads === true && signIn) return undefined;
  const person = await readerOf(subject, user, services);
  if (signIn) return leadingTo(detailsUrl(subject, services), release, 'Sign in to read');
  const token = invocation.newSecret();
  const { approval } = subject;
  await services.ledger.write(openWatchLink(token, { person: person.email, release, approval, at: invocation.now() }));
  invocation.log.info('A link to a release was shown in Slack', { to: person.email });
  const once = `Open it within ${linkSeconds / 60} minutes; it works once, and is yours alone.`;
  return leadingTo(`${services.apiUrl}/open/${token}`, release, once);
}

/** The listed person: an approver as the release's plan has it, or anybody of the policy by now. @throws NotInLedger, DecisionRefused */
async function readerOf(
  { release, approval: id }: DetailsSubject,
  user: string,
  services: InteractServices,
): Promise<Person> {
  const asked = id === undefined ? [] : (await findApproval(services, release, id)).people;
  if (id === undefined) await readHead(services.ledger, release);
  const person = findSlackUser([...asked, ...Object.values(services.policy.people).flat()], user);
  if (person !== undefined) return person;
  throw new DecisionRefused('You may not read this: the policy does not name your Slack user.', { release });
}

/** A button is not fetched by whatever looks at links in messages. */
function leadingTo(url: string, release: string, what: string): Whisper {
  const text = `${plainText(release, 150)}: ${what}`;
  const open = { type: 'plain_text', text: 'Open' } as const;
  return { text, blocks: [section([text], { type: 'button', action_id: slackActions.open, text: open, url })] };
}
