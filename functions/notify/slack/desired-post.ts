import type { SlackMessage } from '../../../adapters/slack/chat.ts';

/** A message that Slack has to have. */
export interface DesiredPost {
  readonly name: string;
  /** Name of the message that it answers, earlier in the list. */
  readonly thread?: string;
  /** The environment whose versions in service it names. */
  readonly environment?: string;
  /** @param replaces the versions that were in service when it was posted */
  readonly message: (replaces: readonly string[]) => SlackMessage;
}
