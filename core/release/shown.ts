import { environmentPhases, targetPhases, type EnvironmentPhase, type ReleaseHead, type TargetPhase } from './head.ts';
import { isOneOf, orderedEnvironments } from './progress.ts';
import { isEnd } from './status.ts';

/**
 * Phases as people see them. In the ledger an environment that a release never came to remains as it was when the release ended;
 * nothing waits there any more.
 */
const NOT_REACHED = 'notReached';
export const shownEnvironmentPhases = [...environmentPhases, NOT_REACHED] as const;
export const shownTargetPhases = [...targetPhases, NOT_REACHED] as const;

const waiting: readonly EnvironmentPhase[] = ['waiting', 'approvalPending', 'approved', 'queued'];

/** An environment as people see it. */
interface ShownEnvironment {
  readonly name: string;
  readonly phase: (typeof shownEnvironmentPhases)[number];
  readonly approval: boolean;
  /** Phases by target. */
  readonly targets: Readonly<Record<string, (typeof shownTargetPhases)[number]>>;
}

/** Environments in the order in which the release passes them. */
export function shownEnvironments(head: ReleaseHead): ShownEnvironment[] {
  return orderedEnvironments(head).map((state) => shownEnvironment(head, state));
}

/** One of them. */
export function shownEnvironment(
  { status }: Pick<ReleaseHead, 'status'>,
  { name, phase, approval, targets }: ReturnType<typeof orderedEnvironments>[number],
): ShownEnvironment {
  const ended = isEnd(status);
  return {
    ...{ name, approval },
    phase: ended && isOneOf(waiting, phase) ? NOT_REACHED : phase,
    targets: Object.fromEntries(
      Object.entries(targets).map(([target, one]) => [target, ended ? shownAtEnd(one) : one]),
    ),
  };
}

function shownAtEnd(phase: TargetPhase): (typeof shownTargetPhases)[number] {
  return phase === 'pending' ? NOT_REACHED : phase;
}
