import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { describeCaller } from '../../core/contract/api/people.ts';
import { decisionBody } from '../../core/contract/api/actions.ts';
import type { Decision } from '../../core/approval/decision.ts';
import { type Caller, nameCaller, personOf, wayOf } from '../../core/approval/caller.ts';
import {
  DecisionRefused,
  LinkInvalid,
  NotInLedger,
  RequestInvalid,
  SessionMissing,
} from '../../core/contract/errors.ts';
import { sessionSeconds } from '../../core/ledger/sessions.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { conditional, revalidated } from '../../engine/http/conditional.ts';
import { answerNotHere } from '../../engine/http/not-here.tsx';
import { describeRefusal, notFound, refuse } from '../../engine/http/refusals.ts';
import { requireOwnSite } from '../../engine/http/page-session.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { Layout, Notice } from '../../engine/web/layout.tsx';
import { SignInLink } from '../../engine/web/sign-in.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { askedPage } from '../../engine/http/session-cookie.ts';
import { findApproval, takeDecision } from '../../engine/approval/take-decision.ts';
import { followUp } from '../../engine/approval/follow-up.ts';
import { addActionPages } from './action-pages.tsx';
import { addApprovals } from './approval-pages.tsx';
import { addInterventions, addLettingIn } from './interventions.ts';
import { addDemands } from './demand-routes.ts';
import { addPlans } from './plans.ts';
import { addReleaseActions } from './release-actions.ts';
import { addSignOut } from './sign-out.tsx';
import { addSessionApprovals } from './session-approvals.tsx';
import type { DecideServices } from './services.ts';
import { lookAtLink, mintLink, openSession } from './sessions.ts';

/** The HTTP routes that decide, or open a session; no GET changes anything. @param caller as API Gateway verified it */
export function createDecideApp(services: DecideServices, invocation: InvocationContext, caller?: Caller): Hono {
  const app = new Hono();
  addApi(app, services, invocation, caller);
  const pages = new Hono();
  pages.onError(async (error, context) => {
    invocation.log.error('A page was refused', error);
    const { status, document } = describeRefusal(error);
    const missing = error instanceof SessionMissing;
    // There is nothing to sign out of without a session, nor on the page of a link.
    const open = missing || error instanceof LinkInvalid || context.req.header('cookie') === undefined;
    const leads = missing && (await services.signIn?.()) !== undefined;
    const page = (
      <Notice title={leads ? 'Please sign in' : titleOf(error, context.req.method)} bad={!missing} open={open}>
        {document.detail}
        {leads ? <SignInLink to={askedPage(context.req)} /> : null}
      </Notice>
    );
    return context.html(page, status, { ...pageHeaders });
  });
  addApprovals(pages, services, invocation);
  addSessions(pages, services, invocation);
  addActionPages(pages, services, invocation);
  addSessionApprovals(pages, services, invocation);
  addSignOut(pages, services, invocation);
  app.route('/', pages);
  app.notFound(({ req }) => answerNotHere(req.raw, services.signIn));
  return app;
}

/** Who only looked decided nothing. */
function titleOf(error: unknown, method: string): string {
  if (error instanceof SessionMissing) return 'Please open a session';
  if (error instanceof LinkInvalid) return 'This link does not open';
  if (error instanceof NotInLedger) return 'There is nothing here';
  return method === 'POST' ? 'Nothing was done' : 'This page does not open';
}

function addApi(app: Hono, services: DecideServices, invocation: InvocationContext, caller?: Caller): void {
  const api = new Hono();
  api.onError((error, { req }) => {
    invocation.log.error('A request was refused', error);
    return refuse(error, req);
  });
  api.get('/whoami', conditional, (context) =>
    context.json(describeCaller(signer(caller), services.policy), 200, revalidated),
  );
  api.post('/sessions', async (context) =>
    context.json(await mintLink(services, invocation, requirePrincipal(caller)), 201),
  );
  api.post('/releases/:id/approvals/:approval', async (context) => {
    const { id: release, approval: id } = context.req.param();
    const body = readDecision(await context.req.json().catch(() => undefined));
    const approval = await findApproval(services, release, id);
    const { environment } = approval;
    invocation.about({ release, environment });
    const person = personOf(approval.people, signer(caller));
    if (person === undefined) {
      throw new DecisionRefused(
        `${nameCaller(signer(caller))} is not one of the principals that may decide in this environment.`,
        {
          release,
          environment,
        },
      );
    }
    const taken = await takeDecision(services, invocation, approval, {
      ...body,
      person,
      at: invocation.now(),
      via: wayOf(signer(caller)),
    });
    const { outcome, before } = taken;
    const again = before === undefined ? {} : { decidedAt: before.at };
    const follows = await followUp(services.ledger, taken.approval, invocation.now());
    return context.json({ release, environment, approval: id, outcome, follows, ...again });
  });
  addInterventions(api, services, invocation, () => signer(caller));
  addLettingIn(api, services, invocation, () => signer(caller));
  addReleaseActions(api, services, invocation, () => signer(caller));
  addDemands(api, services, invocation, () => signer(caller));
  addPlans(api, services, invocation, () => signer(caller));
  api.all('*', ({ req }) => refuse(notFound(req), req));
  app.route('/v1', api);
}

function signer(caller: Caller | undefined): Caller {
  if (caller === undefined) throw new RequestInvalid('This request must be signed with IAM credentials.');
  return caller;
}

/** A link opens a session for whom IAM verified. */
function requirePrincipal(caller: Caller | undefined): string {
  const asking = signer(caller);
  if ('principal' in asking) return asking.principal;
  throw new RequestInvalid('A link that opens the pages is for callers of IAM: sign in to them instead.');
}

/** @throws RequestInvalid */
function readDecision(body: unknown): Pick<Decision, 'decision' | 'reason'> {
  const form = 'A decision is {"decision":"approve"} or {"decision":"decline"}, with a "reason" if you like';
  return readRequest(decisionBody, body, form);
}

function addSessions(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  app.get('/open/:token', async (context) => {
    const token = context.req.param('token');
    const { person, release } = await lookAtLink(services, invocation, token);
    const title = release === undefined ? 'Open the ledger' : `Open ${release}`;
    return context.html(
      <Layout title={title} open>
        <h1>{title}</h1>
        {release === undefined ? null : (
          <p>
            You read and decide as <strong>{person}</strong> in this browser, on this release alone.
          </p>
        )}
        <form method="post" action={`/open/${encodeURIComponent(token)}`}>
          <button type="submit">Open</button>
        </form>
      </Layout>,
      200,
      { ...pageHeaders },
    );
  });
  app.post('/open/:token', async (context) => {
    requireOwnSite(context.req.header('sec-fetch-site'));
    const { session, cookie, to } = await openSession(services, invocation, context.req.param('token'));
    const secure = services.apiUrl.startsWith('https:');
    setCookie(context, cookie.name, session, {
      httpOnly: true,
      sameSite: 'Strict',
      secure,
      path: cookie.path,
      maxAge: sessionSeconds,
    });
    return context.redirect(to, 303);
  });
}
