/**
 * Mails about one release are one thread for each recipient: each has the same subject, and names the first, by the id that SES gave
 * it. A `Message-ID` of the sender's own SES replaces. https://docs.aws.amazon.com/ses/latest/dg/header-fields.html
 */

/** Recipients, each with the `Message-ID` of the first mail that is known to have been sent. */
export type Threads = Map<string, string>;

/** A message of the outbox, as far as it began threads. */
interface Sent {
  readonly sent?: readonly { readonly to: string; readonly id: string; readonly at: string }[];
}

/** The threads that mails about a release have begun. */
export function threadsOf(messages: readonly Sent[]): Threads {
  const sent = messages.flatMap((message) => message.sent ?? []).sort((a, b) => (a.at < b.at ? 1 : -1));
  return new Map(sent.map(({ to, id }) => [to, id]));
}

/** @param first whether the recipient has no mail about the release yet; then no mailer joins it with another by its subject alone */
export function threadSubject(release: string, first: boolean): string {
  return `${first ? '' : 'Re: '}Release ${release}`;
}

/** The `Message-ID` of a mail, from what SES answers. */
export function messageIdOf(id: string, region: string): string {
  return `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`;
}
