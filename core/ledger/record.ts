import type { EventDraft, EventType, ReleaseEvent } from '../release/events.ts';
import type { ReleaseHead } from '../release/head.ts';
import { appendEvent } from '../release/transition.ts';
import { isEnd } from '../release/status.ts';
import { tellOfApprovals } from '../notify/messages.ts';
import { tellProgress } from '../notify/progress.ts';
import { tellEnded } from '../notify/publishing.ts';
import { eventKey, headIndexKeys, headKey, turnKey } from './keys.ts';
import { equals, isAbsent } from './write-intent.ts';
import type { CheckIntent, PutIntent, WriteIntent } from './write-intent.ts';

/** Events with their place in the chain, the head they lead to, and the writes that record both. */
export interface Recording {
  readonly head: ReleaseHead;
  readonly events: readonly ReleaseEvent[];
  readonly writes: readonly WriteIntent[];
}

/** Events that announce a change to a target: recorded only while the turn is held, by its current fencing number. */
const fenced: ReadonlySet<EventType> = new Set<EventType>([
  'preparing',
  'aliasesRestoring',
  'changeStarted',
  'shiftStarted',
  'settleStarted',
  'rollbackStarted',
  'stackRestoreStarted',
]);

/**
 * Appends events to a release, any number in one transaction: each event new, the head moved from exactly the one given, the
 * fence checked where a change to a target is announced. Throws IllegalTransition when an event may not follow.
 */
export function recordEvents(head: ReleaseHead, drafts: readonly EventDraft[]): Recording {
  return record(head, drafts);
}

/** The first events of a release, beginning with `received`. */
export function recordFirstEvents(drafts: readonly EventDraft[]): Recording {
  return record(undefined, drafts);
}

function record(before: ReleaseHead | undefined, drafts: readonly EventDraft[]): Recording {
  const events: ReleaseEvent[] = [];
  let head = before;
  for (const draft of drafts) {
    const appended = appendEvent(head, draft);
    head = appended.head;
    events.push(appended.event);
  }
  if (head === undefined || events.length === 0) throw new RangeError('nothing to record');
  const { release } = head;
  const told = tellProgress(
    head,
    drafts.map(({ type }) => type),
  );
  return {
    head,
    events,
    writes: [
      ...events.map((event) => putEvent(release, event)),
      putHead(before, head),
      ...fenceChecks(head, drafts),
      ...told,
      ...tellOfApprovals(head, drafts),
      ...tellEnded(head),
    ],
  };
}

function putEvent(release: string, event: ReleaseEvent): PutIntent {
  const item = { ...eventKey(release, event.sequence), ...event };
  return { write: 'put', item, condition: isAbsent, lost: 'HeadMoved' };
}

function putHead(before: ReleaseHead | undefined, head: ReleaseHead): PutIntent {
  const item = { ...headKey(head.release), ...headIndexKeys({ ...head, ended: isEnd(head.status) }), ...head };
  const condition = before === undefined ? isAbsent : equals('sequence', before.sequence);
  return { write: 'put', item, condition, lost: before === undefined ? 'AlreadyDone' : 'HeadMoved' };
}

function fenceChecks(head: ReleaseHead, drafts: readonly EventDraft[]): CheckIntent[] {
  const environments = drafts.flatMap((draft) =>
    fenced.has(draft.type) && 'environment' in draft && draft.environment !== undefined ? [draft.environment] : [],
  );
  return [...new Set(environments)].map((environment) => checkFence(head, environment));
}

/** The release still holds the environment's turn, by the number it was given. */
export function checkFence(head: ReleaseHead, environment: string): CheckIntent {
  return {
    write: 'check',
    key: turnKey(head.service, environment),
    condition: {
      expression: '#holder = :holder AND #fence = :fence',
      names: { '#holder': 'holder', '#fence': 'fence' },
      values: { ':holder': head.release, ':fence': head.environments[environment]?.fence ?? 0 },
    },
    lost: 'FenceLost',
  };
}
