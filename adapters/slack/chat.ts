import type { Button, KnownBlock, ModalView } from '@slack/types';

export type { Button, KnownBlock, ModalView };

/** What a message says: its blocks, and the text that notifications and screen readers have of it. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/** What one person alone sees: a text, or blocks in its place. */
export type Whisper = Pick<SlackMessage, 'text'> & Partial<Pick<SlackMessage, 'blocks'>>;

/** By which Slack knows a message. */
export interface SlackPlace {
  readonly channel: string;
  readonly ts: string;
}

/** Slack's Web API, as far as Sluice uses it. Every method throws SlackUnavailable. */
export interface Chat {
  /** @param to id of a channel, or of a user @param thread `ts` of the message that it answers */
  post(to: string, message: SlackMessage, thread?: string): Promise<SlackPlace>;
  /** @returns `gone` where somebody has deleted the message */
  update(place: SlackPlace, message: SlackMessage): Promise<'changed' | 'gone'>;
}

/** What answers a person's press of a button. */
export interface Prompts {
  /** Opens a modal. @param trigger what Slack sent with the press, good for three seconds @throws SlackUnavailable */
  open(trigger: string, view: ModalView): Promise<void>;
  /** Tells this person alone. @param url what Slack sent with the press @throws SlackUnavailable */
  tell(url: string, whisper: Whisper): Promise<void>;
}
