import { adviceFor } from '../release/advice.ts';
import type { ReleaseEvent } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { cleanPhases, goodPhases } from '../release/phases.ts';
import { isOneOf, heldEnvironment } from '../release/progress.ts';
import { shownEnvironments } from '../release/shown.ts';

/** What people read, in the pager's message and in e-mails. */
export interface Notice {
  /** ASCII, at most 100 characters: what SNS takes as a subject. */
  readonly subject: string;
  readonly lines: readonly string[];
}

/** How a release ended, why, how each target was left, and what to do now. @param apiUrl base URL of the pages */
export function describeEnd(head: ReleaseHead, events: readonly ReleaseEvent[], apiUrl: string): Notice {
  const { release, status, service, failure } = head;
  const environment = heldEnvironment(head) ?? head.environment;
  const where = environment === undefined ? '' : ` in ${environment}`;
  const rollbackFailure = rollbackFailureReason(head, events);
  const lines = [
    `The release ${release} ended as ${status}${where}.`,
    ...(failure === undefined ? [] : [`What went wrong: ${failure.error}: ${failure.reason}`]),
    ...(rollbackFailure === undefined ? [] : [`Why the rollback did not finish: ${rollbackFailure}`]),
    ...describeTargets(head, environment),
    adviceFor(head),
    ...(status === 'Failed' && environment !== undefined
      ? [`Once it is repaired: sluice clear ${service} ${environment} --reason "…"`]
      : []),
    `${apiUrl}/releases/${release}`,
  ];
  return { subject: letterSubject(`Sluice: ${status}: ${release}${where}`), lines };
}

/** A subject as SNS takes it. */
export function letterSubject(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

/** Why targets could not be rolled back, from the reasons of their transitions; undefined when there are none. */
export function rollbackFailureReason(head: ReleaseHead, events: readonly ReleaseEvent[]): string | undefined {
  const environment = heldEnvironment(head);
  const reasons = events.flatMap((event) =>
    event.type === 'rollbackFailed' && event.environment === environment
      ? [`${event.target}: ${event.reason ?? 'no reason was recorded'}`]
      : [],
  );
  return reasons.length === 0 ? undefined : reasons.join(' ').slice(0, 1000);
}

/** How each target of the environment was left. */
function describeTargets(head: ReleaseHead, environment: string | undefined): string[] {
  const { targets = {} } = shownEnvironments(head).find(({ name }) => name === environment) ?? {};
  return Object.entries(targets).map(([target, phase]) => {
    const [account = '', region = ''] = target.split('/');
    return `Account ${account}, region ${region}: ${isOneOf(['notReached', ...cleanPhases, ...goodPhases], phase) ? phase : `${phase} (not clean)`}`;
  });
}
