import type { Stacks } from '../../adapters/cloudformation/stacks.ts';
import type { Alarms } from '../../adapters/cloudwatch/alarms.ts';
import type { TrafficShifts } from '../../adapters/codedeploy/traffic-shift.ts';
import type { LiveFunctions } from '../../adapters/lambda/live-functions.ts';
import type { EvidenceStore } from '../../adapters/s3/evidence.ts';
import type { AnswerContext } from './waits.ts';
import type { OpenTarget } from '../../adapters/targets/session.ts';
import type { Answer, WaitItem, TargetItem } from '../../core/ledger/items.ts';
import type { WriteIntent } from '../../core/ledger/write-intent.ts';
import type { EventDraft } from '../../core/release/events.ts';
import type { EnvironmentTarget } from '../../core/contract/tasks.ts';
import type { ReleaseHead } from '../../core/release/head.ts';

/** A target, as far as it is needed to read an outcome and to finish it. */
interface CompletionTarget {
  readonly stacks: Pick<Stacks, 'describe' | 'operation' | 'resources'>;
  readonly alarms: Alarms;
  readonly traffic: Pick<TrafficShifts, 'describe'>;
  readonly functions: Pick<LiveFunctions, 'alias' | 'pointAlias'>;
}

/** What is needed to finish what a target's task waits for. */
export interface CompletionContext extends AnswerContext {
  readonly open: OpenTarget<CompletionTarget>;
  readonly evidence: EvidenceStore;
}

/** How it ended: the answer for the task, the event for the ledger, what is now known of the target. */
export interface Outcome {
  readonly answer: Answer;
  readonly event?: EventDraft;
  readonly writes?: readonly WriteIntent[];
}

/** A wait for something that happens in a target, with everything its outcome is read from. */
export interface TargetWait {
  readonly wait: WaitItem;
  readonly where: EnvironmentTarget;
  readonly item: TargetItem;
  readonly head: ReleaseHead;
  readonly target: CompletionTarget;
}
