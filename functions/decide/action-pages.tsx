import type { Hono } from 'hono';
import * as z from 'zod';
import { type Caller, personOf } from '../../core/approval/caller.ts';
import { whyNot } from '../../core/approval/decision.ts';
import { interventionBody } from '../../core/contract/api/actions.ts';
import { DecisionRefused } from '../../core/contract/errors.ts';
import { entryOf } from '../../core/policy/entries.ts';
import { operatorsOf, stoppersOf, windowOverridersOf } from '../../core/policy/operators.ts';
import type { Person } from '../../core/policy/policy.ts';
import { type Offer, type OfferedAction, offeredActions, offersOf } from '../../core/release/actions/offered.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { environmentName } from '../../core/values/identifiers.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { formToken, type PageSession, requireOwnForm } from '../../engine/http/page-session.ts';
import { readForm } from '../../engine/http/read-form.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { readPlan } from '../../engine/ledger/read.ts';
import { ActionsPage } from '../../engine/web/actions.tsx';
import { Notice } from '../../engine/web/layout.tsx';
import { pageHeaders } from '../../engine/web/style.ts';
import { actingFor, nameActor } from './actors.ts';
import { askingFor, retriedIn } from './demand-routes.ts';
import { retry, rollBack } from './demands.ts';
import { openRelease } from './open-release.ts';
import { overrideClosedWindow } from './override-window.ts';
import { notPassed, releaseActs } from './release-actions.ts';
import type { DecideServices } from './services.ts';
import { releasePath } from '../../engine/web/paths.ts';

/** What a form sends. */
const actionForm = z.strictObject({
  token: z.string(),
  action: z.enum(offeredActions),
  environment: environmentName.or(z.literal('')),
  ...interventionBody.shape,
});

/** What an approver does by their link's session; for the rest a session that IAM opened is needed. */
const byLink: readonly OfferedAction[] = ['cancel', 'continue'];

/**
 * `GET` and `POST /releases/{id}/actions`: what can be done to a release as it stands, by whoever has a session, with the same code and the
 * same permissions as by the API. The GET changes nothing.
 */
export function addActionPages(app: Hono, services: DecideServices, invocation: InvocationContext): void {
  app.get('/releases/:id/actions', async (context) => {
    const { session, head } = await openRelease(context, services, invocation);
    const { offers, forOthers } = await permitted(head, session, services);
    const who = nameActor(session.caller);
    const page = <ActionsPage {...{ head, offers, forOthers, who }} token={formToken(session)} />;
    return context.html(page, 200, { ...pageHeaders });
  });
  app.post('/releases/:id/actions', async (context) => {
    const { session, head } = await openRelease(context, services, invocation);
    const form = await readForm(context);
    requireOwnForm(session, form['token']);
    const { action, environment, reason } = readRequest(actionForm, form, 'Say what, where and why');
    if (session.kind === 'watch' && !byLink.includes(action))
      throw new DecisionRefused(
        'A link lets its addressee cancel and continue. For more, open a session: sluice open.',
        {
          release: head.release,
        },
      );
    const place = { service: head.service, environment };
    const follows = await act(action, { head, place, caller: session.caller, reason }, services, invocation);
    const page = (
      <Notice title={head.release}>
        <p>{follows}</p>
        <p>
          <a href={releasePath(head.release)}>Watch what follows</a>
        </p>
      </Notice>
    );
    return context.html(page, 200, { ...pageHeaders });
  });
}

/** What can be done, as far as the policy lets this person. */
async function permitted(
  head: ReleaseHead,
  session: PageSession,
  services: DecideServices,
): Promise<{ readonly offers: readonly Offer[]; readonly forOthers: readonly OfferedAction[] }> {
  const given = entryOf(services.policy, head.service)?.entry.environments ?? [];
  const all = offersOf(head, given);
  const offers = all.filter(({ action }) => session.kind === 'session' || byLink.includes(action));
  const allowed: Offer[] = [];
  for (const offer of offers) {
    const person = personOf(peopleFor(offer, head, services), session.caller);
    if (person !== undefined && (offer.action !== 'continue' || (await mayContinue(head, person, services))))
      allowed.push(offer);
  }
  const own = allowed.map(({ action }) => action);
  const others = all.map(({ action }) => action).filter((action) => !own.includes(action));
  return { offers: allowed, forOthers: [...new Set(others)] };
}

function peopleFor({ action, environment }: Offer, head: ReleaseHead, services: DecideServices): readonly Person[] {
  const { policy } = services;
  const { service } = head;
  switch (action) {
    case 'cancel':
      return stoppersOf(policy, service, notPassed(head, services));
    case 'override-window':
      return windowOverridersOf(policy, service, environment) ?? [];
    case 'retry':
      return operatorsOf(policy, service, retriedIn(head, services).environment) ?? [];
    case 'continue':
    case 'rollback':
      return operatorsOf(policy, service, environment) ?? [];
  }
}

/** The author does not end the bake of their own release, where the policy wants another's approval. */
async function mayContinue({ release, environment = '' }: ReleaseHead, person: Person, { ledger }: DecideServices) {
  const plan = await readPlan(ledger, release);
  const { approval } = environmentOf(plan, environment);
  const { author } = plan.manifest.source;
  return approval === undefined || whyNot({ ...approval, author }, person).approve === undefined;
}

interface Wish {
  readonly head: ReleaseHead;
  readonly place: { readonly service: string; readonly environment: string };
  readonly caller: Caller;
  readonly reason: string;
}

/** @returns what follows. @throws as the routes of the API do */
async function act(
  action: OfferedAction,
  { head, place, caller, reason }: Wish,
  services: DecideServices,
  invocation: InvocationContext,
): Promise<string> {
  const { release } = head;
  switch (action) {
    case 'cancel':
    case 'continue':
      return (await releaseActs[action]({ release, caller, reason }, services, invocation)).follows;
    case 'retry': {
      const asking = askingFor(retriedIn(head, services), { caller, reason }, services, invocation);
      return (await retry(release, asking)).follows;
    }
    case 'rollback': {
      const asking = askingFor(place, { caller, reason }, services, invocation);
      return (await rollBack(place, undefined, asking)).follows;
    }
    case 'override-window': {
      const people = windowOverridersOf(services.policy, place.service, place.environment) ?? [];
      const acting = actingFor(people, { caller, reason }, { ...place, release }, invocation);
      await overrideClosedWindow(services, invocation, place, release, acting);
      return `${release} is let into ${place.environment} although a window is closed.`;
    }
  }
}
