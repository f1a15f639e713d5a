import type { Intervener } from '../../turn/interventions.ts';
import type { EventDraft } from '../events.ts';
import type { ReleaseHead } from '../head.ts';
import { type ActionAnswer, whyOver } from './action.ts';

/**
 * Ends the bake or the monitoring of a release now: it is judged at once, by what was seen until then. That checks were
 * inconclusive is a decision of its own, which people take by its approval.
 */
export function continueRelease(
  head: ReleaseHead,
  { by, at, reason, principal }: Pick<Intervener, 'by' | 'at' | 'reason' | 'principal'>,
): ActionAnswer {
  const over = whyOver(head);
  if (over !== undefined) return { answer: 'refused', why: over };
  const { release, status, environment } = head;
  if (environment === undefined || (status !== 'Baking' && status !== 'Monitoring')) {
    const why =
      status === 'AwaitingDecision'
        ? `${release} waits for a decision on its checks: sluice approve ${release} lets it continue.`
        : `${release} is ${status}: there is no bake or monitoring to end.`;
    return { answer: 'refused', why };
  }
  const period = status === 'Baking' ? 'bake' : 'monitor';
  const event: EventDraft = {
    ...{ type: 'continued', at, actor: by, environment, reason },
    evidence: { period, principal },
  };
  const told = period === 'bake' ? 'the bake ends now, and its alarms and checks are judged' : 'monitoring ends now';
  return { answer: 'done', events: [event], follows: `${release} in ${environment}: ${told}.` };
}
