import type { FunctionName } from '../../core/contract/names.ts';
import type { IndexName } from '../../core/ledger/index-names.ts';
import { sessionPrefix } from '../../core/ledger/keys.ts';

/** What a function may do with the ledger's table. There is no Scan, and nothing that changes the table itself. */
export type LedgerAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** What is needed to answer a task that waits, once, and to delete the wait; and to pass a turn on. */
const answeringTasks = ['GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'] as const;

/**
 * Of each function. DeleteItem is only for locks, waits, used links and sessions that end. The tests of the functions hold them
 * to it.
 */
export const ledgerGrants: Readonly<Record<FunctionName, readonly LedgerAction[]>> = {
  receive: ['GetItem', 'PutItem', 'UpdateItem'],
  validate: ['GetItem', 'PutItem'],
  // An approval that is asked for again is checked to be open still.
  gate: [...answeringTasks, 'ConditionCheckItem'],
  // It announces changes to targets, and checks that the turn is still held.
  deploy: [...answeringTasks, 'ConditionCheckItem'],
  verify: ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
  decide: answeringTasks,
  read: ['GetItem', 'BatchGetItem', 'Query'],
  wake: [...answeringTasks, 'BatchGetItem'],
  notify: ['GetItem', 'Query', 'PutItem'],
  interact: answeringTasks,
  // A session is written once, and ends; nothing of releases is read or written.
  'sign-in': ['GetItem', 'PutItem', 'DeleteItem'],
};

/**
 * What the partition keys begin with of the items that a function may touch; the others may touch all. Who signs people in answers
 * anybody, and so may not reach a release even where its code were another's.
 */
export const partitionGrants: Readonly<Partial<Record<FunctionName, string>>> = { 'sign-in': sessionPrefix };

/** Indexes that a function may query; the others query none. */
export const indexGrants: Readonly<Partial<Record<FunctionName, readonly IndexName[]>>> = {
  // What is under way, and what waits for somebody, is found among what is open.
  read: ['byService', 'byDay', 'open'],
  wake: ['open'],
};
