import { ReleaseSuperseded } from '../../core/errors.ts';
import { requestTurn } from '../../core/ledger/turn.ts';
import { registerWait } from '../../core/ledger/waits.ts';
import type { ReleaseHead } from '../../core/release/head.ts';
import { isHeld } from '../../core/release/progress.ts';
import type { TaskInput } from '../../core/tasks.ts';
import { type Amendment, amendRelease } from '../amend.ts';
import type { Moment } from '../handler.ts';
import { passTurn } from '../turns.ts';
import { newWait, sendAnswer, success } from '../waits.ts';
import type { GateServices } from './services.ts';

type Input = TaskInput<'waitForTurn'>;

const longestWaitSeconds = 60 * 86_400;

/** Joins the queue of the environment, then does to the queue what is due: often the turn is free and taken at once. */
export async function waitForTurn(input: Input, services: GateServices, moment: Moment): Promise<void> {
  const { ledger, answers } = services;
  const { release, environment } = input;
  const { result: fence, head } = await amendRelease({ ledger, moment }, release, (now) => decide(input, now, moment));
  if (fence !== 0) {
    await sendAnswer(answers, input.token, success({ fence }));
    return;
  }
  const decision = await passTurn({ ledger, answers, moment }, { service: head.service, environment });
  if (decision.waitsFor !== undefined) moment.log.info(`Waits: ${decision.waitsFor}`);
}

/** The fence when the turn is held already (the task is done again), else 0. */
function decide({ task, release, environment, token }: Input, head: ReleaseHead, moment: Moment): Amendment<number> {
  const state = head.environments[environment];
  if (state?.phase === 'superseded') {
    throw new ReleaseSuperseded('A newer release went ahead.', { release, environment });
  }
  if (state !== undefined && isHeld(state) && state.fence !== undefined) return { result: state.fence };
  const now = moment.now();
  const { service, startedAt } = head;
  const wait = newWait(
    { task, release, environment, token },
    { kind: 'turn', service, environment, release },
    now,
    longestWaitSeconds,
  );
  return {
    result: 0,
    events: state?.phase === 'queued' ? [] : [{ type: 'turnRequested', at: now, actor: moment.actor, environment }],
    writes: [...requestTurn({ service, environment }, { release, startedAt, requestedAt: now }), ...registerWait(wait)],
  };
}
