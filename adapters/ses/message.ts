import type { Letter } from '../../core/notify/letter.ts';

/** One e-mail to one person. */
export interface Message extends Letter {
  readonly to: string;
  /** The same when the message is sent again; in the header `X-Sluice-Message`. */
  readonly key: string;
}

/** Sends e-mail. */
export interface Mail {
  send(message: Message): Promise<void>;
}
