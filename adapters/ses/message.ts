/** One e-mail to one person. */

export interface Message {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Sends e-mail. */
export interface Mail {
  send(message: Message): Promise<void>;
}
