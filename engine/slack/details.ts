import * as z from 'zod';
import { slackActions } from '../../core/notify/slack-actions.ts';
import { releaseId } from '../../core/values/identifiers.ts';
import type { Button } from '../../adapters/slack/chat.ts';
import { approvalPath, releasePath } from '../web/paths.ts';

/** What a button *Details* is about: a release, or one of its approvals. */
export const detailsSubject = z.object({
  release: releaseId,
  approval: z.string().max(100).exactOptional(),
  /** The button leads to the page by itself, on which people sign in. */
  leads: z.literal(true).exactOptional(),
});
export type DetailsSubject = z.infer<typeof detailsSubject>;

/** Where the pages are, and how people come to them. */
export interface Pages {
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** Do people sign in to them (OIDC)? */
  readonly signIn: boolean;
}

/** The page of a release, or of one of its approvals. */
export function detailsUrl({ release, approval }: DetailsSubject, { apiUrl }: Pick<Pages, 'apiUrl'>): string {
  return `${apiUrl}${approval === undefined ? releasePath(release) : approvalPath(release, approval)}`;
}

/**
 * Opens the page of a release. Where people sign in, the button leads there; else whoever presses it is shown a link of their own: a page
 * wants a session, and a link that opens one is nothing for a whole channel.
 */
export function detailsButton(subject: DetailsSubject, pages: Pages, text = 'Details'): Button {
  const value = JSON.stringify(pages.signIn ? { ...subject, leads: true } : subject);
  return {
    ...{ type: 'button', action_id: slackActions.details, text: { type: 'plain_text', text }, value },
    ...(pages.signIn ? { url: detailsUrl(subject, pages) } : {}),
  };
}
