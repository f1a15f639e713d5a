import { LogLevel, WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { SlackUnavailable } from '../../core/contract/errors.ts';
import type { Chat, Prompts, SlackMessage } from './chat.ts';

/** Milliseconds: a press has to be answered within three seconds, and whoever is not told now is told later. */
const TIMEOUT = 2_000;

/**
 * Slack's Web API by its own SDK, which by itself has no time-out and tries ten times in half an hour: what fails fails at once, and
 * the outbox tries again. @param url base URL of the API
 */
export function openWebApi(token: string, url: string): Chat & Pick<Prompts, 'open'> {
  const client = new WebClient(token, {
    slackApiUrl: url,
    allowAbsoluteUrls: false,
    timeout: TIMEOUT,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    maxRequestConcurrency: 3,
    // Its log has whole requests, and their headers have the token.
    logLevel: LogLevel.ERROR,
    logger: silent,
  });
  const call = async <T>(method: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (problem) {
      throw new SlackUnavailable(`Slack refused ${method}: ${describe(problem)}.`);
    }
  };
  return {
    post: async (to, message, thread) => {
      const sent = { channel: to, ...argumentsOf(message), unfurl_links: false, unfurl_media: false };
      const answer = await call(
        'chat.postMessage',
        client.chat.postMessage(thread === undefined ? sent : { ...sent, thread_ts: thread }),
      );
      const { channel, ts } = answer;
      if (channel === undefined || ts === undefined)
        throw new SlackUnavailable('Slack answered chat.postMessage without the place of the message.');
      return { channel, ts };
    },
    update: async ({ channel, ts }, message) => {
      const work = client.chat.update({ channel, ts, ...argumentsOf(message) });
      return call(
        'chat.update',
        work.then(() => 'changed' as const, goneOrRefused),
      );
    },
    open: async (trigger_id, view) => {
      await call('views.open', client.views.open({ trigger_id, view }));
    },
  };
}

function argumentsOf({ text, blocks }: SlackMessage) {
  return { text, blocks: [...blocks] };
}

/** https://docs.slack.dev/reference/methods/chat.update#errors */
function goneOrRefused(problem: unknown): 'gone' {
  if (problem instanceof WebAPIPlatformError && problem.data.error === 'message_not_found') return 'gone';
  throw problem;
}

/** Slack's own word for it, and nothing of the request: the errors of the SDK carry headers and bodies. */
function describe(problem: unknown): string {
  if (problem instanceof WebAPIPlatformError) {
    const details = problem.data.response_metadata?.messages ?? [];
    return [problem.data.error, ...details].join(', ');
  }
  if (problem instanceof WebAPIRateLimitedError) return `rate limited for ${problem.retryAfter} s`;
  if (problem instanceof WebAPIHTTPError) return `HTTP ${problem.statusCode}`;
  return problem instanceof Error ? problem.message : String(problem);
}

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  setName: () => undefined,
  getLevel: () => LogLevel.ERROR,
};
