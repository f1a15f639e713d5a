import type { Answer, TargetItem, WaitItem } from '../../core/ledger/items.ts';
import { parseSubject, type Subject } from '../../core/ledger/wait-key.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { mayFollow } from '../../core/release/transition.ts';
import { type EnvironmentTarget } from '../../core/contract/tasks.ts';
import { parseTarget } from '../../core/values/identifiers.ts';
import type { Alarms } from '../../adapters/cloudwatch/alarms.ts';
import type { LiveFunctions } from '../../adapters/lambda/live-functions.ts';
import type { OpenTarget } from '../../adapters/targets/session.ts';
import type { Stacks } from '../../adapters/cloudformation/stacks.ts';
import type { Traffic } from '../../adapters/codedeploy/traffic-shift.ts';
import { withTurnBack } from '../turn/give-back.ts';
import { readHead, readTarget } from '../ledger/read.ts';
import { passTurn } from '../turn/pass-on.ts';
import { type Answering, settleWait } from './waits.ts';
import { completeAlarmsWait } from './alarms-outcome.ts';
import { stackOutcome } from './stack-outcome.ts';
import { trafficOutcome } from './shift-outcome.ts';

/** A target, as far as it takes to see how something ended and to finish it. */
interface CompletionTarget {
  readonly stacks: Pick<Stacks, 'describe' | 'operation' | 'resources'>;
  readonly alarms: Alarms;
  readonly traffic: Pick<Traffic, 'describe'>;
  readonly functions: Pick<LiveFunctions, 'alias' | 'pointAlias'>;
}

/** What it takes to finish what a target's task waits for. */
export interface Completing extends Answering {
  readonly open: OpenTarget<CompletionTarget>;
}

/** How it ended: the answer for the task, what the ledger is told, what is now known of the target. */
export interface Outcome {
  readonly answer: Answer;
  readonly event?: EventDraft;
  readonly writes?: readonly WriteIntent[];
}

/** A wait for something that happens in a target, with everything that says how it went. */
export interface TargetWait {
  readonly wait: WaitItem;
  readonly where: EnvironmentTarget;
  readonly item: TargetItem;
  readonly head: ReleaseHead;
  readonly target: CompletionTarget;
}

/**
 * Asks AWS how it stands with what a task of a target waits for; if it has ended, says so in the ledger and answers the task.
 * Whatever woke us (an event, the reconciler, the re-check at registration) is only a reason to ask.
 * @returns false while it goes on, and when the wait was answered by somebody else
 */
export async function completeWait(services: Completing, wait: WaitItem): Promise<boolean> {
  const subject = parseSubject(wait.subject);
  if (subject?.kind === 'alarms') return completeAlarmsWait(services, wait);
  if (wait.target === undefined || subject === undefined) return false;
  const where = { environment: wait.environment, ...parseTarget(wait.target) };
  const [head, item] = await Promise.all([
    readHead(services.ledger, wait.release),
    readTarget(services.ledger, wait.release, where),
  ]);
  if (item === undefined) return false;
  const target = await services.open({ service: head.service, release: wait.release, ...where });
  const outcome = await outcomeOf(services, { wait, where, item, head, target }, subject);
  if (outcome === undefined) return false;
  const { answer, event, writes = [] } = outcome;
  let finished = false;
  const answered = await settleWait(services, wait, async (now) => {
    // A target that was moved on meanwhile (its execution was stopped, the rollback began) keeps its story.
    const legal = event !== undefined && mayFollow(now, event);
    const told = await withTurnBack(services, wait.environment, now, legal ? [event] : []);
    finished = told.finished;
    const kept = legal || event === undefined ? writes : [];
    return { result: answer, events: told.events, writes: [...kept, ...told.writes] };
  });
  if (finished) await passTurn(services, { service: head.service, environment: wait.environment });
  return answered;
}

function outcomeOf(services: Completing, waiting: TargetWait, subject: Subject): Promise<Outcome | undefined> {
  switch (subject.kind) {
    case 'stack':
      return stackOutcome(services, waiting, subject);
    case 'deployment':
      return trafficOutcome(services, waiting);
    case 'alarms':
    case 'approval':
    case 'turn':
      return Promise.resolve(undefined);
  }
}
