import { giveTurnBack as returnTurn } from '../../core/ledger/turn.ts';
import type { TaskInput, TaskOutput } from '../../core/tasks.ts';
import { amendRelease } from '../amend.ts';
import type { Moment } from '../handler.ts';
import { readTurn } from '../records.ts';
import { passTurn } from '../turns.ts';
import type { GateServices } from './services.ts';

/** Gives the turn of a proven environment back and wakes whoever is next. */
export async function giveTurnBack(
  { release, environment }: TaskInput<'giveTurnBack'>,
  { ledger, answers }: GateServices,
  moment: Moment,
): Promise<TaskOutput<'giveTurnBack'>> {
  const { head } = await amendRelease({ ledger, moment }, release, async (now) => {
    if (now.environments[environment]?.phase === 'done') return { result: 'given' };
    const place = { service: now.service, environment };
    const turn = await readTurn(ledger, now.service, environment);
    return {
      result: 'given',
      events: [{ type: 'turnGivenBack', at: moment.now(), actor: moment.actor, environment }],
      writes: turn === undefined ? [] : returnTurn(place, turn, now, 'proven'),
    };
  });
  await passTurn({ ledger, answers, moment }, { service: head.service, environment });
  return {};
}
