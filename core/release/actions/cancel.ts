import type { Intervener } from '../../turn/interventions.ts';
import { nameTarget } from '../../values/identifiers.ts';
import type { EventDraft, ReleaseEvent } from '../events.ts';
import type { ReleaseHead } from '../head.ts';
import { currentEnvironment, isGood, orderedEnvironments } from '../progress.ts';
import { rollbackOrder } from '../rollback-order.ts';
import { type ActionAnswer, whyOver } from './action.ts';
import { oneLine } from '../../values/text.ts';

/** Who acts, when and why. */
type Actor = Pick<Intervener, 'by' | 'at' | 'reason' | 'principal'>;

/**
 * Stops a release wherever it is. Where it has changed targets, and has not proven itself there, all of them are rolled back;
 * environments that it has passed keep the new version. Once it has proven itself in its last environment nothing is left to
 * stop.
 */
export function cancelRelease(head: ReleaseHead, { by, at, reason, principal }: Actor): ActionAnswer {
  const over = whyOver(head);
  if (over !== undefined)
    return head.cancelled === undefined ? { answer: 'refused', why: over } : { answer: 'already', follows: over };
  const environment = currentEnvironment(head);
  if (environment === head.order.at(-1) && provenIn(head).at(-1) === environment && environment !== undefined) {
    const why = `${head.release} has proven itself in ${environment}, its last environment: nothing is left to cancel. To bring the version before it back: sluice rollback ${head.service} ${environment}.`;
    return { answer: 'refused', why };
  }
  const event: EventDraft = { type: 'cancelled', at, actor: by, reason, evidence: { principal } };
  return { answer: 'done', events: [event], follows: follows(head) };
}

/** Who cancelled a release, when and why, for somebody who does it again. @param by who asks @param event the cancellation */
export function describeCancelled(
  { actor, at, reason = '' }: Pick<ReleaseEvent, 'actor' | 'at' | 'reason'>,
  by: string,
): string {
  const mine = actor.toLowerCase() === by.toLowerCase();
  const when = `${at.slice(0, 19).replace('T', ' ')} UTC`;
  const why = reason === '' ? '' : `: ${oneLine(reason).replace(/\.$/, '')}`;
  return mine
    ? `You cancelled this at ${when}${why}.`
    : `${actor} cancelled this at ${when}${why}. Your reason was not kept.`;
}

function follows(head: ReleaseHead): string {
  const { release } = head;
  const undone = rollbackOrder(head);
  if (undone.length > 0) {
    const targets = undone.map((place) => `${place.environment} ${nameTarget(place)}`).join(', ');
    return `${release} is cancelled: what served before comes back in ${targets}.`;
  }
  const kept = provenIn(head);
  const keeps = kept.length === 0 ? '' : ` It keeps serving in ${kept.join(', ')}.`;
  return `${release} is cancelled: it changes nothing more.${keeps}`;
}

/** Environments in which the release has proven itself. */
function provenIn(head: ReleaseHead): string[] {
  return orderedEnvironments(head)
    .filter(isGood)
    .map(({ name }) => name);
}
