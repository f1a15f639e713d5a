import type { Context, Hono } from 'hono';
import { personOf, wayOf } from '../../core/approval/caller.ts';
import type { ApprovalItem } from '../../core/ledger/items.ts';
import { readAsked } from '../../engine/approval/read-asked.ts';
import { findApproval } from '../../engine/approval/take-decision.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { formToken, type PageSession, requireOwnForm } from '../../engine/http/page-session.ts';
import { readForm } from '../../engine/http/read-form.ts';
import { ApprovalPage } from '../../engine/web/approval.tsx';
import { approvalPath } from '../../engine/web/paths.ts';
import { pageHeaders } from '../../engine/web/style.ts';
import { decideByForm } from './approval-pages.tsx';
import { requirePerson } from './actors.ts';
import { openRelease } from './open-release.ts';
import type { DecideServices } from './services.ts';

/**
 * `GET` and `POST /releases/{id}/approvals/{approval}`: what would change, and the decision, for whoever has a session; by the same
 * rules as by link, Slack and API. The GET changes nothing.
 */
export function addSessionApprovals(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  const path = '/releases/:id/approvals/:approval';
  const open = async (context: Context): Promise<{ session: PageSession; approval: ApprovalItem; service: string }> => {
    const { session, head } = await openRelease(context, services, invocation);
    const approval = await findApproval(services, head.release, context.req.param('approval') ?? '');
    invocation.about(approval);
    return { session, approval, service: head.service };
  };
  app.get(path, async (context) => {
    const { session, approval } = await open(context);
    const now = invocation.now();
    const asked = await readAsked(services.ledger, approval, now);
    const action = approvalPath(approval.release, approval.approval);
    const view = {
      asked,
      now,
      person: personOf(approval.people, session.caller),
      action,
      token: formToken(session),
      via: wayOf(session.caller),
    };
    return context.html(<ApprovalPage {...view} />, 200, { ...pageHeaders });
  });
  app.post(path, async (context) => {
    const { session, approval, service } = await open(context);
    const form = await readForm(context);
    requireOwnForm(session, form['token']);
    const { release, environment } = approval;
    const person = requirePerson(approval.people, session.caller, { service, release, environment });
    const via = wayOf(session.caller);
    const page = await decideByForm({ services, invocation, approval, person, via }, form);
    return context.html(page, 200, { ...pageHeaders });
  });
}
