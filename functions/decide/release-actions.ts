import type { Hono } from 'hono';
import { type Caller, wayOf } from '../../core/approval/caller.ts';
import { identityRule } from '../../core/approval/identity.ts';
import { type ActionDocument, interventionBody } from '../../core/contract/api/actions.ts';
import { whyNot } from '../../core/approval/decision.ts';
import { ActionRefused, DecisionRefused, RequestInvalid } from '../../core/contract/errors.ts';
import { waitItem } from '../../core/ledger/items.ts';
import { eventKey, waitKey } from '../../core/ledger/keys.ts';
import { waitId } from '../../core/ledger/waits.ts';
import { operatorsOf, stoppersOf } from '../../core/policy/operators.ts';
import { requireTaken } from '../../core/release/actions/action.ts';
import { cancelRelease, describeCancelled } from '../../core/release/actions/cancel.ts';
import { continueRelease } from '../../core/release/actions/continue.ts';
import { releaseEventSchema } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { environmentOf } from '../../core/release/plan.ts';
import { orderedEnvironments } from '../../core/release/progress.ts';
import { releaseId } from '../../core/values/identifiers.ts';
import { cutText } from '../../core/values/text.ts';
import type { InvocationContext } from '../../engine/handler/handler.ts';
import { readRequest } from '../../engine/http/read-request.ts';
import { readHead, readItem, readPlan } from '../../engine/ledger/read.ts';
import { updateRelease } from '../../engine/ledger/update-release.ts';
import { orderDelivery } from '../../engine/outbox/order-delivery.ts';
import { haltWaits } from '../../engine/waits/halt-waits.ts';
import { answerWait, success } from '../../engine/waits/waits.ts';
import { actingFor, requirePerson } from './actors.ts';
import type { DecideServices } from './services.ts';

/** A person's request to act on a release. */
interface ActionRequest {
  readonly release: string;
  readonly caller: Caller;
  readonly reason: string;
}

/** By the end of the route's path. */
export const releaseActs = { cancel, continue: endPeriod } as const;

/** `POST /releases/{id}/cancel` and `/continue`. @param signer who was verified; throws where nobody was */
export function addReleaseActions(
  api: Hono,
  services: DecideServices,
  invocation: InvocationContext,
  signer: () => Caller,
): void {
  for (const [path, act] of Object.entries(releaseActs)) {
    api.post(`/releases/:id/${path}`, async (context) => {
      const release = context.req.param('id');
      if (!releaseId.safeParse(release).success)
        throw new RequestInvalid(`"${cutText(release, 100)}" is not a release id.`);
      invocation.about({ release });
      const caller = signer();
      const body: unknown = await context.req.json().catch(() => undefined);
      const { reason } = readRequest(interventionBody, body, 'A reason is required, as {"reason":"…"}');
      return context.json(await act({ release, caller, reason }, services, invocation));
    });
  }
}

/**
 * Cancels a release: the transition is written first, then whatever waits is answered, by which the workflow rolls back what was
 * changed. Cancelling again answers what a crash left unanswered; the reconciler, which may be at rest, does so, too.
 * @throws NotInLedger, DecisionRefused, ActionRefused
 */
async function cancel(
  request: ActionRequest,
  services: DecideServices,
  invocation: InvocationContext,
): Promise<ActionDocument> {
  const { release } = request;
  const writing = { ...services, invocation };
  const decide = (head: ReleaseHead) => {
    const people = stoppersOf(services.policy, head.service, notPassed(head, services));
    const acting = actingFor(people, request, { service: head.service, release }, invocation);
    return acting((who) => ({ ...requireTaken(head, cancelRelease(head, who)), by: who.by }));
  };
  decide(await readHead(services.ledger, release));
  await services.schedule.enable();
  const { result: taken, head } = await updateRelease(writing, release, (head) => {
    const answer = decide(head);
    return { result: answer, events: answer.answer === 'done' ? answer.events : [] };
  });
  await haltWaits(writing, release);
  if (head.slack !== undefined) await orderDelivery(writing, release);
  if (taken.answer === 'done') return { release, action: 'cancel', done: true, follows: taken.follows };
  const follows = `${await toldAgain(services, head, taken.by)}${taken.follows}`;
  return { release, action: 'cancel', done: false, follows };
}

/** Who cancelled a release, for whoever does it again; with a space behind it. */
async function toldAgain({ ledger }: DecideServices, { release, cancelled }: ReleaseHead, by: string): Promise<string> {
  if (cancelled === undefined) return '';
  const event = await readItem(ledger, eventKey(release, cancelled), releaseEventSchema);
  return event === undefined ? '' : `${describeCancelled(event, by)} `;
}

/** Environments that the release has still before it; until it has a plan, all that there are. */
export function notPassed(head: ReleaseHead, { policy }: Pick<DecideServices, 'policy'>): string[] {
  if (head.order.length === 0) return Object.keys(policy.environments);
  return orderedEnvironments(head)
    .filter(({ phase }) => phase !== 'done')
    .map(({ name }) => name);
}

/**
 * Ends a bake, or the monitoring after it, now. The author may not, where the policy wants another person's approval.
 * @throws NotInLedger, DecisionRefused, ActionRefused
 */
async function endPeriod(
  request: ActionRequest,
  services: DecideServices,
  invocation: InvocationContext,
): Promise<ActionDocument> {
  const { release } = request;
  const head = await readHead(services.ledger, release);
  const { environment = '', service } = head;
  const people = operatorsOf(services.policy, service, environment) ?? [];
  const on = { service, release, environment };
  const acting = actingFor(people, request, on, invocation);
  acting((who) => requireTaken(head, continueRelease(head, who)));
  const plan = await readPlan(services.ledger, release);
  const { approval } = environmentOf(plan, environment);
  const { author } = plan.manifest.source;
  const refused =
    approval === undefined
      ? undefined
      : (identityRule({ environment, ...approval }, wayOf(request.caller)) ??
        whyNot({ ...approval, author }, requirePerson(people, request.caller, on)).approve);
  if (refused !== undefined) throw new DecisionRefused(refused, { release, environment });
  const wait = await readItem(services.ledger, waitKey(release, waitId({ task: 'bake', environment })), waitItem);
  const { decided: follows } =
    wait === undefined
      ? {}
      : await answerWait({ ...services, invocation }, wait, (now) => {
          const answer = acting((who) => requireTaken(now, continueRelease(now, who)));
          const events = answer.answer === 'done' ? answer.events : [];
          return { result: success({ newer: '' }), events, decided: answer.follows };
        });
  if (follows === undefined) {
    const sentence = 'The period is being judged already, or has not quite begun: look again in a moment.';
    throw new ActionRefused(sentence, { release, environment });
  }
  return { release, action: 'continue', done: true, follows };
}
