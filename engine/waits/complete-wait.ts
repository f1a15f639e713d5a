import type { WaitItem } from '../../core/ledger/items.ts';
import { parseCorrelationKey, type CorrelationKey } from '../../core/ledger/correlation-key.ts';
import { namesAfterStack } from '../../core/policy/stack-names.ts';
import { isInVain } from '../../core/release/halt.ts';
import { mayFollow } from '../../core/release/transition.ts';
import { parseTarget } from '../../core/values/identifiers.ts';
import { withTurnGivenBack } from '../turn/give-back.ts';
import { readHead, readTarget } from '../ledger/read.ts';
import { passTurn } from '../turn/pass-on.ts';
import { haltWait } from './halt-waits.ts';
import { answerWait } from './waits.ts';
import { completeAlarmsWait } from './alarms-outcome.ts';
import { completeWindowWait } from './window-outcome.ts';
import { stackOutcome } from './stack-outcome.ts';
import { shiftOutcome } from './shift-outcome.ts';
import type { CompletionContext, Outcome, TargetWait } from './target-wait.ts';

/**
 * Reads from AWS the state of what a task of a target waits for; if it has ended, records that and answers the task. What woke
 * the function (an event, the reconciler, the re-check at registration) is only a reason to read it.
 * @returns false while it continues, and when another call answered the wait
 */
export async function completeWait(services: CompletionContext, wait: WaitItem): Promise<boolean> {
  const correlation = parseCorrelationKey(wait.correlation);
  if (correlation?.kind === 'alarms') return completeAlarmsWait(services, wait);
  if (correlation?.kind === 'window') return completeWindowWait(services, wait);
  if (wait.target === undefined || correlation === undefined) return false;
  const where = { environment: wait.environment, ...parseTarget(wait.target) };
  const [head, item] = await Promise.all([
    readHead(services.ledger, wait.release),
    readTarget(services.ledger, wait.release, where),
  ]);
  if (item === undefined) return false;
  const { stackName, resourceNames = namesAfterStack(stackName) } = item;
  const target = await services.open({ stackName, resourceNames, release: wait.release, ...where });
  const outcome = await outcomeOf(services, { wait, where, item, head, target }, correlation);
  // What has ended is recorded all the same.
  if (outcome === undefined) return isInVain(wait, head) && haltWait(services, wait);
  const { answer, event, writes = [] } = outcome;
  const { answered, decided: finished = false } = await answerWait(services, wait, async (now) => {
    // The event of a target that has moved on meanwhile (its execution was stopped, the rollback started) is dropped.
    const legal = event !== undefined && mayFollow(now, event);
    const told = await withTurnGivenBack(services, wait.environment, now, legal ? [event] : []);
    const kept = legal || event === undefined ? writes : [];
    return { result: answer, events: told.events, writes: [...kept, ...told.writes], decided: told.finished };
  });
  if (finished) await passTurn(services, { service: head.service, environment: wait.environment });
  return answered;
}

function outcomeOf(
  services: CompletionContext,
  waiting: TargetWait,
  correlation: CorrelationKey,
): Promise<Outcome | undefined> {
  switch (correlation.kind) {
    case 'stack':
      return stackOutcome(services, waiting, correlation);
    case 'deployment':
      return shiftOutcome(services, waiting);
    case 'alarms':
    case 'window':
    case 'approval':
    case 'turn':
      return Promise.resolve(undefined);
  }
}
