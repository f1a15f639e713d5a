import type { StackEvent } from '@aws-sdk/client-cloudformation';
import { expect, it } from 'vitest';
import { takenAway, unprovenIn } from './taken-away.ts';

const second = (n: number): string => `2026-11-20T10:00:${String(n).padStart(2, '0')}.000Z`;
const unproven = { since: second(10), until: second(20) };
const before = { Table: 'orders-table', Method: 'orders-method' };

function stackEvent(at: number, ResourceStatus: StackEvent['ResourceStatus'], PhysicalResourceId: string): StackEvent {
  const StackId = 'arn:aws:cloudformation:us-east-1:222222222222:stack/orders/1';
  return { StackId, EventId: '1', StackName: 'orders', Timestamp: new Date(second(at)), ResourceStatus, PhysicalResourceId }; // prettier-ignore
}

it.each([
  ['gone while nothing was proven', [stackEvent(15, 'DELETE_IN_PROGRESS', 'orders-table')], ['Table']],
  ['gone at once', [stackEvent(10, 'DELETE_COMPLETE', 'orders-table')], ['Table']],
  ['gone after that', [stackEvent(20, 'DELETE_COMPLETE', 'orders-table')], []],
  ['gone before', [stackEvent(9, 'DELETE_COMPLETE', 'orders-table')], []],
  ['kept', [stackEvent(15, 'DELETE_SKIPPED', 'orders-table')], []],
  ['put anew', [stackEvent(15, 'UPDATE_COMPLETE', 'orders-method')], []],
  ['what was not there before', [stackEvent(15, 'DELETE_COMPLETE', 'orders-other')], []],
])('what was %s', (_, events, lost) => {
  expect(takenAway(before, events, unproven)).toEqual(lost);
});

it.each([
  [
    'settled',
    [
      ['turnTaken', 1, 'production'],
      ['changeStarted', 10, 'production'],
      ['settleStarted', 15, 'staging'],
      ['settleStarted', 20, 'production'],
      ['ended', 30],
    ],
    unproven,
  ],
  [
    'restored',
    [
      ['changeStarted', 10, 'production'],
      ['stackRestoreStarted', 20, 'production'],
    ],
    unproven,
  ],
  [
    'ended',
    [
      ['changeStarted', 10, 'production'],
      ['ended', 20],
    ],
    unproven,
  ],
  [
    'not changed',
    [
      ['turnTaken', 10, 'production'],
      ['ended', 20],
    ],
    undefined,
  ],
] as const)('an environment that is %s', (_, all, span) => {
  const events = all.map(([type, at, environment]) => ({ type, at: second(at), environment }));
  expect(unprovenIn(events, 'production')).toEqual(span);
});
