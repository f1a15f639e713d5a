import type { Context, Hono } from 'hono';
import { deleteCookie } from 'hono/cookie';
import { SessionMissing } from '../../core/contract/errors.ts';
import { endSession } from '../../core/ledger/sessions.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { formToken, type PageSession, readPageSession, requireOwnForm } from '../../engine/http/page-session.ts';
import { readForm } from '../../engine/http/read-form.ts';
import { sessionCookie } from '../../engine/http/session-cookie.ts';
import { Notice } from '../../engine/web/layout.tsx';
import { SignOut } from '../../engine/web/sign-in.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { nameActor } from './actors.ts';
import type { DecideServices } from './services.ts';

/** `GET` and `POST /sign-out`: ends this browser's session of the ledger, by a sign-in or by a one-time link. The GET changes nothing. */
export function addSignOut(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  const open = async (context: Context): Promise<PageSession> => {
    const session = await readPageSession(services, context, invocation.now());
    if (session?.kind === 'session') return session;
    throw new SessionMissing(
      'This browser has no session of the ledger to sign out of. One that a link opened for a release ends by itself, after eight hours.',
    );
  };
  app.get('/sign-out', async (context) => {
    const session = await open(context);
    const page = <SignOut who={nameActor(session.caller)} token={formToken(session)} />;
    return context.html(page, 200, { ...pageHeaders });
  });
  app.post('/sign-out', async (context) => {
    const session = await open(context);
    const form = await readForm(context);
    requireOwnForm(session, form['token']);
    await services.ledger.write(endSession(session.token, session));
    deleteCookie(context, sessionCookie, { path: '/', secure: services.apiUrl.startsWith('https:') });
    const page = (
      <Notice title="You are signed out" open>
        <p>This session is over. Your account with the OpenID provider, if you signed in by one, is as it was.</p>
      </Notice>
    );
    return context.html(page, 200, { ...pageHeaders });
  });
}
