import type { Letter } from '../../core/notify/letter.ts';

/** One e-mail to one person. */
export interface Message extends Letter {
  readonly to: string;
  /** The same when the message is sent again; in the header `X-Sluice-Message`. */
  readonly key: string;
  /** `Message-ID` of the mail that it answers; undefined where it begins a thread. */
  readonly answers: string | undefined;
}

/** Sends e-mail. */
export interface Mail {
  /** @returns the `Message-ID` that SES gave it; undefined where it gave none */
  send(message: Message): Promise<string | undefined>;
}
