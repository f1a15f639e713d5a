import { SlackUnavailable } from '../../core/contract/errors.ts';
import { onDemand } from '../on-demand.ts';
import type { Observability } from '../powertools/observability.ts';
import type { Chat, Prompts, Whisper } from './chat.ts';
import type { SlackSecret } from './secret.ts';

/** Seconds for which a token may be kept. */
const TOKEN_SECONDS = 60;

/** Milliseconds. */
const TELL_TIMEOUT = 2_000;

/** How Slack is reached. */
export interface SlackAccess {
  readonly secret: SlackSecret;
  /** Base URL of its Web API. */
  readonly apiUrl: string;
}

/** @param name of the secret, from the policy that was deployed; undefined where that has no Slack */
export function slackAccess(observe: Observability, name: string | undefined, apiUrl: string): SlackAccess {
  const open = onDemand(async () => {
    if (name === undefined) throw new SlackUnavailable('The policy has no "notify.slack" any more.');
    return (await import('./secret.ts')).openSlackSecret(observe, name);
  });
  return { apiUrl, secret: { read: async (now, seconds) => (await open()).read(now, seconds) } };
}

/** Slack for one invocation: its SDK and the token are loaded when the first message is sent. */
export function openSlack({ secret, apiUrl }: SlackAccess, now: () => string): Chat & Prompts {
  const api = async () => {
    const [{ openWebApi }, { botToken }] = await Promise.all([
      import('./web-api.ts'),
      secret.read(now(), TOKEN_SECONDS),
    ]);
    return openWebApi(botToken, apiUrl);
  };
  return {
    post: async (to, message, thread) => (await api()).post(to, message, thread),
    update: async (place, message) => (await api()).update(place, message),
    open: async (trigger, view) => (await api()).open(trigger, view),
    tell: (url, whisper) => respond(url, apiUrl, whisper),
  };
}

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
async function respond(url: string, apiUrl: string, whisper: Whisper): Promise<void> {
  const known = ['https://hooks.slack.com', 'https://hooks.slack-gov.com', new URL(apiUrl).origin];
  if (!known.includes(new URL(url).origin)) throw new SlackUnavailable('The answer would not go to Slack.');
  const body = { response_type: 'ephemeral', replace_original: false, ...whisper };
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TELL_TIMEOUT),
    });
    if (!answer.ok) throw new SlackUnavailable(`Slack took no answer: HTTP ${answer.status}.`);
  } catch (problem) {
    if (problem instanceof SlackUnavailable) throw problem;
    // Its message may have the URL, by which anybody could answer.
    throw new SlackUnavailable(`Slack took no answer: ${problem instanceof Error ? problem.name : 'unknown'}.`);
  }
}
