import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { attemptSeconds, decodeAttempt, encodeAttempt } from '../../core/sign-in/attempt.ts';
import { returnPath } from '../../core/sign-in/return-path.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { requireOwnSite } from '../../engine/http/page-session.ts';
import { answerNotHere } from '../../engine/http/not-here.tsx';
import { describeRefusal } from '../../engine/http/refusals.ts';
import { attemptCookie, sessionCookie } from '../../engine/http/session-cookie.ts';
import { Notice } from '../../engine/web/layout.tsx';
import { Returned, SignInLink } from '../../engine/web/sign-in.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import type { SignInServices } from './services.ts';
import { answerPath, beginSignIn, completeSignIn, requireAttempt } from './sign-in.ts';

/**
 * `GET /sign-in`, by which the browser goes to the issuer; `GET` and `POST /sign-in/return`, with what it brings from there. No GET
 * changes anything: what a browser has to keep meanwhile is in a cookie of its own.
 */
export function createSignInApp(services: SignInServices, invocation: InvocationContext): Hono {
  const app = new Hono();
  const secure = services.apiUrl.startsWith('https:');
  const kept = attemptCookie(secure);
  // A browser sends a Strict cookie along with nothing that another site began: this one comes back with the issuer's answer.
  const cookie = { httpOnly: true, secure, path: '/' } as const;
  app.onError((error, context) => {
    invocation.log.error('Somebody did not sign in', error);
    const { status, document } = describeRefusal(error);
    const to = context.req.query('to') ?? decodeAttempt(getCookie(context, kept), invocation.now())?.to;
    const page = (
      <Notice title="You are not signed in" bad open>
        <p>{document.detail}</p>
        <SignInLink to={returnPath(to)} />
      </Notice>
    );
    return context.html(page, status, { ...pageHeaders });
  });
  app.get('/sign-in', async (context) => {
    const { attempt, url } = await beginSignIn(services, invocation, context.req.query('to'));
    setCookie(context, kept, encodeAttempt(attempt), { ...cookie, sameSite: 'Lax', maxAge: attemptSeconds });
    context.header('cache-control', 'no-store');
    context.header('referrer-policy', 'no-referrer');
    return context.redirect(url, 303);
  });
  const attemptOf = (context: Context) =>
    requireAttempt(decodeAttempt(getCookie(context, kept), invocation.now()), context.req.query('state'));
  app.get(answerPath, (context) => {
    attemptOf(context);
    const { search } = new URL(context.req.url);
    return context.html(<Returned action={`${answerPath}${search}`} />, 200, { ...pageHeaders });
  });
  app.post(answerPath, async (context) => {
    const attempt = attemptOf(context);
    requireOwnSite(context.req.header('sec-fetch-site'));
    deleteCookie(context, kept, cookie);
    const { searchParams } = new URL(context.req.url);
    const given = { attempt, query: searchParams.toString(), former: getCookie(context, sessionCookie) };
    const { token, seconds } = await completeSignIn(services, invocation, given);
    setCookie(context, sessionCookie, token, { ...cookie, sameSite: 'Strict', maxAge: seconds });
    return context.redirect(attempt.to, 303);
  });
  app.notFound(({ req }) => answerNotHere(req.raw));
  return app;
}
