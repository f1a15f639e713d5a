import { IllegalTransition } from '../contract/errors.ts';
import { chainHash, chainStart } from './chain.ts';
import {
  type EnvironmentDraft,
  type EventDraft,
  type EventOf,
  type EventType,
  LONGEST_REASON,
  placeOf,
  type ReleaseEvent,
  type TargetDraft,
} from './events.ts';
import { cutText, oneLine, tidyLines } from '../values/text.ts';
import type { ReleaseHead } from './head.ts';
import { haltedError } from './halt.ts';
import { moveEnvironment } from './move-environment.ts';
import { moveTarget } from './move-target.ts';
import { moveRelease, startRelease } from './move-release.ts';
import { isHalted } from './progress.ts';
import { isEnd } from './status.ts';
import { environmentRules, targetRules, transitionTable } from './transition-table.ts';
import type { MoveOrRefusal } from './move.ts';

/** The head after an event that is in the ledger; an IllegalTransition (returned, not thrown) when it may not follow. */
export function transition(head: ReleaseHead | undefined, event: ReleaseEvent): ReleaseHead | IllegalTransition {
  const sequence = (head?.sequence ?? 0) + 1;
  if (event.sequence !== sequence) return refuse(head, event, `number ${sequence} comes next, not ${event.sequence}`);
  if (event.previousHash !== (head?.hash ?? chainStart)) return refuse(head, event, 'its previous hash is another');
  const move = decideMove(head, event);
  if (typeof move === 'string') return refuse(head, event, move);
  if (move.from !== event.from || move.to !== event.to) {
    return refuse(head, event, `it says ${event.from} to ${event.to}, but leads from ${move.from} to ${move.to}`);
  }
  return { ...move.head, sequence, hash: event.hash };
}

/**
 * Gives a draft its place in the chain. Throws IllegalTransition when it may not follow; ReleaseHalted when that is because the release
 * was stopped meanwhile, which nobody who read it a moment ago could know.
 */
export function appendEvent(
  head: ReleaseHead | undefined,
  asked: EventDraft,
): { head: ReleaseHead; event: ReleaseEvent } {
  const draft = tidied(asked);
  const move = decideMove(head, draft);
  if (typeof move === 'string')
    throw head !== undefined && beginsInVain(head, draft)
      ? haltedError(head, placeOf(draft))
      : refuse(head, draft, move);
  const sequence = (head?.sequence ?? 0) + 1;
  const previousHash = head?.hash ?? chainStart;
  const linked = { ...draft, sequence, from: move.from, to: move.to, previousHash };
  const hash = chainHash(linked);
  return { head: { ...move.head, sequence, hash }, event: { ...linked, hash } };
}

/** A reason of a function may quote what AWS said: it becomes one line. A person's keeps its lines. Both have a length that the ledger takes. */
function tidied(draft: EventDraft): EventDraft {
  if (draft.reason === undefined) return draft;
  const reason = draft.actor.startsWith('sluice-') ? oneLine(draft.reason) : tidyLines(draft.reason);
  return { ...draft, reason: cutText(reason, LONGEST_REASON) };
}

/** May the event follow? For callers that check before they act. */
export function mayFollow(head: ReleaseHead | undefined, draft: EventDraft): boolean {
  return typeof decideMove(head, draft) !== 'string';
}

/** The head that a release's events fold to. Throws IllegalTransition at the first that may not follow. */
export function fold(events: readonly ReleaseEvent[]): ReleaseHead | undefined {
  return events.reduce<ReleaseHead | undefined>((head, event) => {
    const next = transition(head, event);
    if (next instanceof IllegalTransition) throw next;
    return next;
  }, undefined);
}

function decideMove(head: ReleaseHead | undefined, draft: EventDraft): MoveOrRefusal {
  if (head === undefined) return isEvent(draft, 'received') ? startRelease(draft) : 'a release begins with "received"';
  if (isEnd(head.status)) return `the release has ended as ${head.status}, and nothing follows an end`;
  if (beginsInVain(head, draft)) return 'the release was stopped, and nothing new may begin';
  const move = moveOf(head, draft);
  if (typeof move === 'string') return move;
  return { ...move, head: { ...move.head, updatedAt: draft.at } };
}

/** Would something new begin in a release that was stopped? */
function beginsInVain(head: ReleaseHead, { type }: EventDraft): boolean {
  return transitionTable[type].forward === true && isHalted(head) && !isEnd(head.status);
}

function moveOf(head: ReleaseHead, draft: EventDraft): MoveOrRefusal {
  if (isEvent(draft, 'received')) return 'a release is received once';
  if (isTargetDraft(draft)) return moveTarget(head, draft);
  return isEnvironmentDraft(draft) ? moveEnvironment(head, draft) : moveRelease(head, draft);
}

function isTargetDraft(draft: EventDraft): draft is TargetDraft {
  return draft.type in targetRules;
}

function isEnvironmentDraft(draft: EventDraft): draft is EnvironmentDraft {
  return draft.type in environmentRules;
}

/** Narrows a draft to one type of event. */
function isEvent<Type extends EventType>(draft: EventDraft, type: Type): draft is EventOf<Type> {
  return draft.type === type;
}

function refuse(head: ReleaseHead | undefined, draft: EventDraft, why: string): IllegalTransition {
  const { environment, target } = placeOf(draft);
  return new IllegalTransition(`The event "${draft.type}" may not follow here: ${why}.`, {
    ...(head === undefined ? {} : { release: head.release }),
    ...(environment === undefined ? {} : { environment }),
    evidence: { type: draft.type, ...(target === undefined ? {} : { target }) },
  });
}
