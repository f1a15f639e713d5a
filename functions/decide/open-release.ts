import type { Context } from 'hono';
import { RequestInvalid, SessionMissing } from '../../core/contract/errors.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { releaseId } from '../../core/values/identifiers.ts';
import { cutText } from '../../core/values/text.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { type PageSession, readPageSession } from '../../engine/http/page-session.ts';
import { readHead } from '../../engine/ledger/read.ts';
import type { DecideServices } from './services.ts';

/**
 * The release of a page's path, for whoever has a session.
 * @throws SessionMissing without a session that may read this release; RequestInvalid, NotInLedger
 */
export async function openRelease(
  context: Context,
  services: DecideServices,
  invocation: InvocationContext,
): Promise<{ readonly session: PageSession; readonly head: ReleaseHead }> {
  const release = context.req.param('id') ?? '';
  if (!releaseId.safeParse(release).success)
    throw new RequestInvalid(`"${cutText(release, 100)}" is not a release id.`);
  const session = await readPageSession(services, context, invocation.now());
  if (session === undefined)
    throw new SessionMissing(
      'This page needs a session: run "sluice open", press "Watch this release" on the approval, or Details in Slack.',
    );
  if (session.kind === 'watch' && session.release !== release)
    throw new SessionMissing(`This session is for ${session.release}, and nothing else.`);
  invocation.about({ release });
  return { session, head: await readHead(services.ledger, release) };
}
