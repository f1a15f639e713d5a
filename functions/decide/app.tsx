import { Hono, type Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { decisionBody, LONGEST_REASON } from '../../core/contract/api/actions.ts';
import type { Decision } from '../../core/approval/decision.ts';
import { findPerson, findPrincipal } from '../../core/approval/people.ts';
import { describeQuorum } from '../../core/approval/quorum.ts';
import { describeOwnDecision, standingOf } from '../../core/approval/standing.ts';
import { DecisionRefused, RequestInvalid } from '../../core/contract/errors.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import { sessionSeconds } from '../../core/ledger/sessions.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { describeRefusal, notFound, type RefusalStatus, refuse } from '../../engine/http/refusals.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import type { IamCaller } from '../../engine/http/event.ts';
import { ApprovalPage } from '../../engine/web/approval.tsx';
import { Layout, Notice } from '../../engine/web/layout.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { readHead, readPlan, readTargets } from '../../engine/ledger/read.ts';
import { sessionCookie } from '../../engine/http/session-cookie.ts';
import { findApproval, takeDecision } from '../../engine/approval/take-decision.ts';
import { openLinkedApproval } from './open-link.ts';
import { addInterventions, addLettingIn } from './interventions.ts';
import { addDemands } from './demand-routes.ts';
import { addReleaseActions } from './release-actions.ts';
import type { DecideServices } from './services.ts';
import { lookAtLink, mintLink, openSession } from './sessions.ts';

/** The HTTP routes that decide, or open a session; no GET changes anything. @param caller as API Gateway verified it */
export function createDecideApp(services: DecideServices, invocation: InvocationContext, caller: IamCaller): Hono {
  const app = new Hono();
  addApi(app, services, invocation, caller);
  const pages = new Hono();
  pages.onError((error, context) => {
    invocation.log.error('A page was refused', error);
    const { status, document } = describeRefusal(error);
    return notice(context, { title: 'Decision refused', bad: true, message: document.detail }, status);
  });
  addApprovals(pages, services, invocation);
  addSessions(pages, services, invocation);
  app.route('/', pages);
  app.notFound((context) => refuse(notFound(context)));
  return app;
}

function addApi(app: Hono, services: DecideServices, invocation: InvocationContext, caller: IamCaller): void {
  const api = new Hono();
  api.onError((error) => {
    invocation.log.error('A request was refused', error);
    return refuse(error);
  });
  api.post('/sessions', async (context) => context.json(await mintLink(services, invocation, signer(caller)), 201));
  api.post('/releases/:id/approvals/:approval', async (context) => {
    const { id: release, approval: id } = context.req.param();
    const body = readDecision(await context.req.json().catch(() => undefined));
    const approval = await findApproval(services, release, id);
    const { environment } = approval;
    invocation.about({ release, environment });
    const person = findPrincipal(approval.people, signer(caller));
    if (person === undefined) {
      throw new DecisionRefused(`${signer(caller)} is not one of the principals that may decide in this environment.`, {
        release,
        environment,
      });
    }
    const taken = await takeDecision(services, invocation, approval, {
      ...body,
      person,
      at: invocation.now(),
      via: 'iam',
    });
    const { outcome, before } = taken;
    const told = outcome === 'pending' ? { told: describeQuorum(taken.approval) } : {};
    const again = before === undefined ? {} : { decidedAt: before.at };
    return context.json({ release, environment, approval: id, outcome, ...told, ...again });
  });
  addInterventions(api, services, invocation, () => signer(caller));
  addLettingIn(api, services, invocation, () => signer(caller));
  addReleaseActions(api, services, invocation, () => signer(caller));
  addDemands(api, services, invocation, () => signer(caller));
  api.all('*', (context) => refuse(notFound(context)));
  app.route('/v1', api);
}

function signer(caller: IamCaller): string {
  if (caller === undefined) throw new RequestInvalid('This request must be signed with IAM credentials.');
  return caller;
}

/** @throws RequestInvalid */
function readDecision(body: unknown): Pick<Decision, 'decision' | 'reason'> {
  const form = 'A decision is {"decision":"approve"} or {"decision":"decline"}, with a "reason" if you like';
  return readRequest(decisionBody, body, form);
}

/** What a person chose on the page; the errors are for people. @throws RequestInvalid */
function readForm(form: Readonly<Record<string, unknown>>): Pick<Decision, 'decision' | 'reason'> {
  const reason = typeof form['reason'] === 'string' ? form['reason'].trim() : '';
  if (reason.length > LONGEST_REASON) {
    throw new RequestInvalid(`The reason is too long (${LONGEST_REASON} characters at most).`);
  }
  const given = { decision: form['decision'], ...(reason === '' ? {} : { reason }) };
  return readRequest(decisionBody, given, 'Choose Approve or Decline on the approval page');
}

function addApprovals(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  app.get('/approvals/:approval', async (context) => {
    const { link, approval } = await openLinkedApproval(
      services,
      context.req.param('approval'),
      context.req.query(),
      invocation.now(),
    );
    invocation.about(approval);
    const [plan, targets, head] = await Promise.all([
      readPlan(services.ledger, approval.release),
      readTargets(services.ledger, approval.release, approval.environment),
      readHead(services.ledger, approval.release),
    ]);
    const { pathname, search } = new URL(context.req.url);
    const person = personOf(approval, link.person);
    const standing = standingOf(approval, head, invocation.now());
    const view = { approval, standing, head, plan, targets, person, action: `${pathname}${search}` };
    return context.html(<ApprovalPage {...view} />, 200, { ...pageHeaders });
  });
  app.post('/approvals/:approval', async (context) => {
    const { link, approval } = await openLinkedApproval(
      services,
      context.req.param('approval'),
      context.req.query(),
      invocation.now(),
    );
    invocation.about(approval);
    const form = await context.req.parseBody().catch(notAForm);
    const body = readForm(form);
    const taken = await takeDecision(services, invocation, approval, {
      ...body,
      person: personOf(approval, link.person),
      at: invocation.now(),
      via: 'link',
    });
    const { outcome, before } = taken;
    const thanks = outcome === 'pending' ? 'Thank you.' : `Thank you: ${outcome}.`;
    const own = before === undefined ? thanks : describeOwnDecision(before);
    const message = outcome === 'pending' ? `${own} ${describeQuorum(taken.approval)}` : own;
    return notice(context, { title: `${approval.release} to ${approval.environment}`, message }, 200);
  });
}

/** A body that is no form, such as multipart without a boundary. @throws RequestInvalid */
function notAForm(cause: unknown): never {
  throw new RequestInvalid('The form cannot be read: press a button of the approval page.', { cause });
}

function personOf(approval: ApprovalItem, email: string): Decision['person'] {
  const person = findPerson(approval.people, email);
  if (person !== undefined) return person;
  const place = { release: approval.release, environment: approval.environment };
  throw new DecisionRefused(`${email} is not one of the approvers.`, place);
}

function addSessions(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  app.get('/open/:token', async (context) => {
    const token = context.req.param('token');
    await lookAtLink(services, invocation, token);
    return context.html(
      <Layout title="Open the ledger">
        <h1>Open the ledger</h1>
        <form method="post" action={`/open/${encodeURIComponent(token)}`}>
          <button type="submit">Open</button>
        </form>
      </Layout>,
      200,
      { ...pageHeaders },
    );
  });
  app.post('/open/:token', async (context) => {
    const session = await openSession(services, invocation, context.req.param('token'));
    const secure = services.apiUrl.startsWith('https:');
    setCookie(context, sessionCookie, session, {
      httpOnly: true,
      sameSite: 'Strict',
      secure,
      path: '/',
      maxAge: sessionSeconds,
    });
    return context.redirect('/', 303);
  });
}

function notice(
  context: Context,
  { title, bad = false, message }: { title: string; bad?: boolean; message: string },
  status: 200 | RefusalStatus,
) {
  return context.html(
    <Notice title={title} bad={bad}>
      {message}
    </Notice>,
    status,
    { ...pageHeaders },
  );
}
