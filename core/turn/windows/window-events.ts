import type { Recorder } from '../../ledger/arrival.ts';
import type { EventDraft } from '../../release/events.ts';
import type { ReleaseHead } from '../../release/head.ts';
import { mayFollow } from '../../release/transition.ts';
import { type Closure, describeClosure, sameClosure } from './closure.ts';

/** What the ledger has to say of an environment's windows: nothing where it says so already, or where the release waits no more. */
export function windowEvents(
  head: ReleaseHead,
  environment: string,
  closed: Closure | undefined,
  { at, actor }: Recorder,
): EventDraft[] {
  if (sameClosure(head.environments[environment]?.closed, closed)) return [];
  const event: EventDraft =
    closed === undefined
      ? { type: 'windowOpened', at, actor, environment }
      : {
          ...{ type: 'windowClosed', at, actor, environment },
          reason: `Closed by ${describeClosure(closed)}.`,
          evidence: { closed },
        };
  return mayFollow(head, event) ? [event] : [];
}
