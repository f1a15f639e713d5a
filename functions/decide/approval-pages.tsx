import type { Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Decision } from '../../core/approval/decision.ts';
import { findPerson } from '../../core/approval/people.ts';
import { describeOwnDecision } from '../../core/approval/standing.ts';
import { decisionBody, LONGEST_REASON } from '../../core/contract/api/actions.ts';
import { DecisionRefused, RequestInvalid } from '../../core/contract/errors.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import type { Person } from '../../core/policy/policy.ts';
import { openWatch, sessionSeconds } from '../../core/ledger/sessions.ts';
import { followUp } from '../../engine/approval/follow-up.ts';
import { readAsked } from '../../engine/approval/read-asked.ts';
import { takeDecision } from '../../engine/approval/take-decision.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { requireOwnSite } from '../../engine/http/page-session.ts';
import { readForm } from '../../engine/http/read-form.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { watchCookie } from '../../engine/http/session-cookie.ts';
import { releasePath } from '../../engine/web/paths.ts';
import { ApprovalPage, Watch } from '../../engine/web/approval.tsx';
import { Notice } from '../../engine/web/layout.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { openLinkedApproval } from './open-link.ts';
import type { DecideServices } from './services.ts';
import { tidyLines } from '../../core/values/text.ts';

/** The pages of an approval, by a person's signed link: to look, to decide, and to watch what follows. No GET changes anything. */
export function addApprovals(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  const open = async (context: Context): Promise<Opened> => {
    const id = context.req.param('approval') ?? '';
    const { link, approval } = await openLinkedApproval(services, id, context.req.query(), invocation.now());
    invocation.about(approval);
    const { search } = new URL(context.req.url);
    return { approval, person: personOf(approval, link.person), path: `/approvals/${id}`, search };
  };
  app.get('/approvals/:approval', async (context) => {
    const { approval, person, path, search } = await open(context);
    const now = invocation.now();
    const asked = await readAsked(services.ledger, approval, now);
    const view = {
      asked,
      now,
      person,
      action: `${path}${search}`,
      watch: `${path}/watch${search}`,
      via: 'link',
    } as const;
    return context.html(<ApprovalPage {...view} />, 200, { ...pageHeaders });
  });
  app.post('/approvals/:approval', async (context) => {
    const { approval, person, path, search } = await open(context);
    const form = await readForm(context);
    const watch = `${path}/watch${search}`;
    const page = await decideByForm({ services, invocation, approval, person, via: 'link', watch }, form);
    return context.html(page, 200, { ...pageHeaders });
  });
  app.post('/approvals/:approval/watch', async (context) => {
    requireOwnSite(context.req.header('sec-fetch-site'));
    const { approval, person } = await open(context);
    const { release } = approval;
    const token = invocation.newSecret();
    await services.ledger.write(openWatch(token, { person: person.email, release, at: invocation.now() }));
    setCookie(context, watchCookie, token, {
      httpOnly: true,
      sameSite: 'Strict',
      secure: services.apiUrl.startsWith('https:'),
      path: releasePath(release),
      maxAge: sessionSeconds,
    });
    return context.redirect(releasePath(release), 303);
  });
}

/** What a link opens. */
interface Opened {
  readonly approval: ApprovalItem;
  readonly person: Decision['person'];
  readonly path: string;
  /** The query that makes the link. */
  readonly search: string;
}

/** Somebody who presses a button of an approval's page. */
interface Pressing {
  readonly services: DecideServices;
  readonly invocation: InvocationContext;
  readonly approval: ApprovalItem;
  readonly person: Person;
  readonly via: Decision['via'];
  /** Where the form goes that opens the release's page; left out for whoever can read it already. */
  readonly watch?: string;
}

/** Takes what somebody chose, and says what follows. @throws RequestInvalid, and as `takeDecision` does */
export async function decideByForm(
  { services, invocation, approval, person, via, watch }: Pressing,
  form: Readonly<Record<string, string>>,
) {
  const decision: Decision = { ...readChoice(form), person, at: invocation.now(), via };
  const taken = await takeDecision(services, invocation, approval, decision);
  const { outcome, before } = taken;
  const thanks = outcome === 'pending' ? 'Thank you.' : `Thank you: ${outcome}.`;
  const follows = await followUp(services.ledger, taken.approval, invocation.now());
  const { release, environment } = approval;
  return (
    <Notice title={`${release} to ${environment}`}>
      <p>{before === undefined ? thanks : describeOwnDecision(before)}</p>
      <p>{follows}</p>
      {watch === undefined ? <a href={releasePath(release)}>Watch this release</a> : <Watch action={watch} />}
    </Notice>
  );
}

/** What a person chose on the page; the errors are for people. @throws RequestInvalid */
function readChoice(form: Readonly<Record<string, string>>): Pick<Decision, 'decision' | 'reason'> {
  const reason = tidyLines(form['reason'] ?? '');
  if (reason.length > LONGEST_REASON) {
    throw new RequestInvalid(`The reason is too long (${LONGEST_REASON} characters at most).`);
  }
  // The page asks for it, but a browser lets blanks pass.
  if (form['decision'] === 'decline' && reason === '')
    throw new RequestInvalid('Say why you decline: go back, write a reason, and press Decline again.');
  const given = { decision: form['decision'], ...(reason === '' ? {} : { reason }) };
  const introduction = given.decision === undefined ? 'Choose Approve or Decline on the page' : 'The form is wrong';
  return readRequest(decisionBody, given, introduction);
}

function personOf(approval: ApprovalItem, email: string): Decision['person'] {
  const person = findPerson(approval.people, email);
  if (person !== undefined) return person;
  const place = { release: approval.release, environment: approval.environment };
  throw new DecisionRefused(`${email} is not one of the approvers.`, place);
}
