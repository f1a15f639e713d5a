import { addSeconds } from '../../core/values/duration.ts';
import { describeFailure } from '../../core/contract/failure.ts';
import { type Answer, type WaitItem, waitItem } from '../../core/ledger/items.ts';
import { waitKey } from '../../core/ledger/keys.ts';
import { gateTime } from '../../core/ledger/gate-time.ts';
import { formatCorrelationKey, type CorrelationKey } from '../../core/ledger/correlation-key.ts';
import { storeAnswer, forgetWait, waitId } from '../../core/ledger/waits.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import type { TaskName } from '../../core/contract/tasks.ts';
import type { TaskAnswers } from '../../adapters/step-functions/workflow.ts';
import { type ReleaseUpdate, updateRelease, type WriteContext } from '../ledger/update-release.ts';
import { readItem } from '../ledger/read.ts';

/** What is needed to answer a task that waits. */
export interface AnswerContext extends WriteContext {
  readonly answers: TaskAnswers;
}

/** A task that waits, and for what. */
export interface WaitingTask {
  readonly task: TaskName;
  readonly release: string;
  readonly environment: string;
  /** `account/region`. */
  readonly target?: string;
  readonly token: string;
}

/** The row of a wait. @param seconds how long it may take */
export function newWait(task: WaitingTask, correlation: CorrelationKey, now: string, seconds: number): WaitItem {
  return {
    ...task,
    wait: waitId(task),
    correlation: formatCorrelationKey(correlation),
    registeredAt: now,
    deadline: addSeconds(now, seconds),
  };
}

/** The answer with which the workflow continues. */
export function success(
  output: Record<string, never> | { fence: number } | { approval: string } | { newer: string } = {},
): Answer {
  return { kind: 'success', output };
}

/** The answer that makes the workflow catch (or retry) an error. */
export function failure(error: unknown): Answer {
  return { kind: 'failure', ...describeFailure(error) };
}

/** What is decided of a wait: its answer, if there is one yet, and what the caller wants to know of what was written. */
export interface WaitDecision<T> extends ReleaseUpdate<Answer | undefined> {
  readonly decided?: T;
}

/** What became of a wait. */
interface AnsweredWait<T> {
  /** An answer was sent: this one, or the one that was decided before. */
  readonly answered: boolean;
  /** Of the decision that was written; absent where another came first. */
  readonly decided?: T;
}

/**
 * Decides a wait's answer, once, together with its transitions; then sends the answer and deletes the wait. A crash in
 * between loses nothing: the answer is in the wait's row, and the reconciler sends it.
 *
 * `decide` may be called again and again, until what it decided is written: what a caller has to know of it is returned, never
 * set from inside.
 */
export async function answerWait<T = never>(
  services: AnswerContext,
  wait: WaitItem,
  decide: (head: ReleaseHead) => Promise<WaitDecision<T>> | WaitDecision<T>,
): Promise<AnsweredWait<T>> {
  const { result: decision } = await updateRelease<WaitDecision<T>>(services, wait.release, async (head) => {
    const current = await readItem(services.ledger, waitKey(wait.release, wait.wait), waitItem);
    if (current === undefined || current.token !== wait.token) return { result: { result: undefined } };
    if (current.answer !== undefined) return { result: { result: current.answer } };
    const made = await decide(head);
    const { result: answer, events = [], writes = [] } = made;
    return { result: made, events, writes: answer === undefined ? writes : [...writes, ...storeAnswer(wait, answer)] };
  });
  const { result: answer, decided } = decision;
  if (answer !== undefined) await deliver(services, wait, answer);
  return { answered: answer !== undefined, ...(decided === undefined ? {} : { decided }) };
}

/** Sends the answer and deletes the wait. A late answer changes nothing: the task has already ended. */
export async function deliver(
  { answers, ledger, invocation }: AnswerContext,
  wait: WaitItem,
  answer: Answer,
): Promise<void> {
  const answered = await sendAnswer(answers, wait.token, answer);
  const kept = answered === 'answered' ? gateTime(wait, invocation.now()) : undefined;
  if (kept !== undefined) invocation.measure(kept, { release: wait.release, environment: wait.environment });
  invocation.log.info(`Task ${wait.task} ${answered}`, { wait: wait.wait, answer: answer.kind });
  // Not in one transaction, which costs twice as much.
  for (const write of forgetWait(wait)) await ledger.write([write]);
}

/** Answers a token without a row: there was nothing to wait for. */
export async function sendAnswer(answers: TaskAnswers, token: string, answer: Answer): Promise<'answered' | 'late'> {
  switch (answer.kind) {
    case 'success':
      return answers.succeed(token, answer.output);
    case 'failure':
      return answers.fail(token, answer.error, answer.cause);
  }
}
