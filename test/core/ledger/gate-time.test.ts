import { expect, it } from 'vitest';
import { allTasks } from '../../../core/contract/tasks.ts';
import { bakeTime, gateTime } from '../../../core/ledger/gate-time.ts';
import { taskName } from '../../../core/contract/tasks.ts';
import { moment } from '../samples.ts';

it.each([
  ['askForApproval', 'approval'],
  ['askToContinue', 'approval'],
  ['waitForTurn', 'turn'],
  ['waitForWindow', 'window'],
] as const)('%s waits at the gate %s, from its registration', (task, of) => {
  expect(gateTime({ task, registeredAt: moment(10) }, moment(130))).toEqual({ metric: 'GateSeconds', value: 120, of });
});

it('counts a turn for the window where that kept it last', () => {
  const wait = { task: 'waitForTurn', registeredAt: moment(0), closedUntil: moment(60) } as const;
  expect(gateTime(wait, moment(60))).toMatchObject({ value: 60, of: 'window' });
});

it('is measured of no task that waits for AWS', () => {
  const gated = taskName.options.filter((task) => gateTime({ task, registeredAt: moment(0) }, moment(1)) !== undefined);
  expect(gated.sort()).toEqual(['askForApproval', 'askToContinue', 'waitForTurn', 'waitForWindow']);
  expect(Object.keys(allTasks)).toEqual(expect.arrayContaining(gated));
});

it('is never negative, although two clocks may differ', () => {
  expect(gateTime({ task: 'waitForTurn', registeredAt: moment(10) }, moment(9))?.value).toBe(0);
});

it('of a bake runs from its beginning; where that is not known there is none', () => {
  expect(bakeTime(moment(0), moment(600))).toEqual({ metric: 'GateSeconds', value: 600, of: 'bake' });
  expect(bakeTime(undefined, moment(600))).toBeUndefined();
});
