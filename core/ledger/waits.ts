import { createHash } from 'node:crypto';
import type { TaskName } from '../contract/tasks.ts';
import type { Answer, WaitItem } from './items.ts';
import { correlationItemKey, waitIndexKeys, waitKey } from './keys.ts';
import type { WriteIntent } from './write-intent.ts';

/**
 * A wait lives from registration to delivery: registered (token, correlation, deadline), answered (once; the answer is stored
 * first, so that a crash before sending loses nothing), closed (deleted after the answer was sent).
 */

/** One wait for each place in the workflow: registering again, with the new token of a retry, replaces the old. */
export function waitId(place: { task: TaskName; environment: string; target?: string }): string {
  const text = JSON.stringify([place.task, place.environment, place.target ?? '']);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Writes the wait and its correlations' pointers. After this, check once more whether the event has happened already. */
export function registerWait(wait: WaitItem): WriteIntent[] {
  return [
    {
      write: 'put',
      item: { ...waitKey(wait.release, wait.wait), ...waitIndexKeys(wait.deadline, wait.release, wait.wait), ...wait },
    },
    ...correlationKeysOf(wait).map((correlation): WriteIntent => {
      const { release, wait: id, registeredAt } = wait;
      return { write: 'put', item: { ...correlationItemKey(correlation), release, wait: id, registeredAt } };
    }),
  ];
}

/** Sets until when a window keeps the wait from its answer, or that none does any more. It must be open. */
export function keepClosed(release: string, wait: string, until: string | undefined): WriteIntent {
  return {
    write: 'update',
    key: waitKey(release, wait),
    expression: until === undefined ? 'REMOVE #until' : 'SET #until = :until',
    names: { '#until': 'closedUntil', '#token': 'token' },
    ...(until === undefined ? {} : { values: { ':until': until } }),
    condition: { expression: 'attribute_exists(#token)' },
    lost: 'AlreadyDone',
  };
}

/** Sets when people are reminded next of what the wait is for, if they are. It must be open. */
export function remindNext(release: string, wait: string, at: string | undefined): WriteIntent {
  return {
    write: 'update',
    key: waitKey(release, wait),
    expression: at === undefined ? 'REMOVE #at' : 'SET #at = :at',
    names: { '#at': 'remindAt', '#token': 'token' },
    ...(at === undefined ? {} : { values: { ':at': at } }),
    condition: { expression: 'attribute_exists(#token)' },
    lost: 'AlreadyDone',
  };
}

/** Stores the answer, once, for exactly this token. A caller that loses sends nothing: the stored answer stands. */
export function storeAnswer(wait: WaitItem, answer: Answer): WriteIntent[] {
  return [
    {
      write: 'update',
      key: waitKey(wait.release, wait.wait),
      expression: 'SET #answer = :answer',
      names: { '#answer': 'answer', '#token': 'token' },
      values: { ':answer': answer, ':token': wait.token },
      condition: { expression: '#token = :token AND attribute_not_exists(#answer)' },
      lost: 'AlreadyDone',
    },
  ];
}

/** Deletes a wait whose answer was delivered or is no longer needed. */
export function closeWait(wait: WaitItem): WriteIntent[] {
  return [
    deleteWait(wait),
    ...correlationKeysOf(wait).map((correlation): WriteIntent => ({
      write: 'delete',
      key: correlationItemKey(correlation),
    })),
  ];
}

/**
 * The same, for a wait whose answer was delivered, one write after another: pointers first, so that a crash in between leaves
 * the row by which the reconciler finds the rest. A wait that was registered again meanwhile is kept.
 */
export function forgetWait(wait: WaitItem): WriteIntent[] {
  const condition = {
    expression: 'attribute_not_exists(#at) OR #at = :at',
    names: { '#at': 'registeredAt' },
    values: { ':at': wait.registeredAt },
  };
  const pointers = correlationKeysOf(wait).map((correlation): WriteIntent => {
    return { write: 'delete', key: correlationItemKey(correlation), condition, lost: 'AlreadyDone' };
  });
  return [...pointers, deleteWait(wait)];
}

function deleteWait(wait: WaitItem): WriteIntent {
  return {
    write: 'delete',
    key: waitKey(wait.release, wait.wait),
    condition: { expression: '#token = :token', names: { '#token': 'token' }, values: { ':token': wait.token } },
    lost: 'AlreadyDone',
  };
}

function correlationKeysOf({ correlation, furtherCorrelations = [] }: WaitItem): string[] {
  return [...new Set([correlation, ...furtherCorrelations])];
}
