import type { SlackMessage } from '../../../adapters/slack/chat.ts';

/** A message that Slack has to have. */
export interface DesiredPost {
  readonly name: string;
  /** Name of the message that it answers, earlier in the list. */
  readonly thread?: string;
  readonly message: () => SlackMessage;
}
