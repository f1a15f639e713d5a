import { formatCorrelationKey, type CorrelationKey } from '../../core/ledger/correlation-key.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import type { TaskName } from '../../core/contract/tasks.ts';
import { completeWait } from '../../engine/waits/complete-wait.ts';
import { newWait, sendAnswer, success } from '../../engine/waits/waits.ts';
import type { TargetContext } from './target-context.ts';

/** The waiting task of a target. */
export interface WaitingInput {
  readonly task: TaskName;
  readonly release: string;
  readonly environment: string;
  readonly token: string;
}

// Shorter than the task's own TimeoutSeconds in the workflow, so that the expiry is recorded first.
const longestSeconds: Partial<Record<TaskName, number>> = {
  apply: 41_400,
  shift: 183_600,
  settle: 41_400,
  // CodeDeploy stops a deployment in moments, and users get the bad version meanwhile: a person is paged soon.
  restoreTraffic: 3600,
  restoreStack: 41_400,
};

/** Registers the token with what is waited for, then checks once more: it may have ended already. */
export async function waitFor(
  work: TargetContext,
  input: WaitingInput,
  [first, ...further]: readonly [CorrelationKey, ...CorrelationKey[]],
  seconds: number = longestSeconds[input.task] ?? 3600,
): Promise<void> {
  const { services, invocation, targetName: name } = work;
  const { task, release, environment, token } = input;
  const place = { task, release, environment, target: name, token };
  const wait = {
    ...newWait(place, first, invocation.now(), seconds),
    ...(further.length === 0 ? {} : { furtherCorrelations: further.map(formatCorrelationKey) }),
  };
  const { ledger, answers, open, evidence } = services;
  await ledger.write(registerWait(wait));
  await completeWait({ ledger, answers, invocation, open, evidence }, wait);
}

/** There is nothing to wait for: answers at once. */
export async function answerNow(work: TargetContext, input: WaitingInput): Promise<void> {
  await sendAnswer(work.services.answers, input.token, success());
}
