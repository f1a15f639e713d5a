import { describe, expect, it } from 'vitest';
import type { WaitItem } from '../../core/ledger/items.ts';
import { decideRelease, decideWait, expiryError } from '../../core/reconcile.ts';
import { accepted, draft, moment, production, release, succeeded, tell } from './samples.ts';

const wait: WaitItem = {
  ...{ wait: 'w', release, environment: 'production', target: production, task: 'apply', token: 't' },
  subject: 'deployment d-1',
  registeredAt: moment(0),
  deadline: moment(600),
};

describe('an open wait', () => {
  const head = accepted.head;
  it.each([
    ['deliver', { ...wait, answer: { kind: 'success' as const, output: {} } }, succeeded.head, 5],
    ['close', wait, succeeded.head, 60],
    ['close', wait, undefined, 60],
    ['expire', wait, head, 600],
    ['leave', wait, head, 29],
    ['recheck', wait, head, 30],
    ['leave', { ...wait, subject: 'approval a' }, head, 60],
    ['recheck', { ...wait, subject: 'turn orders production orders-1-a1' }, head, 60],
  ])('%s', (action, item, about, seconds) => {
    expect(decideWait(item, about, moment(seconds))).toBe(action);
  });

  it.each([
    ['askForApproval', 'ApprovalExpired'],
    ['waitForTurn', 'TurnNotGiven'],
    ['apply', 'ChangeFailed'],
    ['shift', 'TrafficShiftFailed'],
    ['settle', 'SettleFailed'],
    ['restoreTraffic', 'RollbackFailed'],
    ['restoreStack', 'RollbackFailed'],
  ] as const)('of %s ends as %s when its time is over', (task, name) => {
    const error = expiryError({ ...wait, task });
    expect(error.name).toBe(name);
    expect(error.place).toEqual({ release, environment: 'production', account: '333333333333', region: 'us-east-1' });
  });

  it('of an environment speaks of no target', () => {
    const { wait: id, token, subject, registeredAt, deadline } = wait;
    const ofEnvironment = { wait: id, token, subject, registeredAt, deadline, release, environment: 'production' };
    expect(expiryError({ ...ofEnvironment, task: 'waitForTurn' }).place).toEqual({
      release,
      environment: 'production',
    });
  });
});

describe('an open release', () => {
  const received = tell(undefined, draft('received')).head;
  it.each([
    ['leave', accepted.head, 'RUNNING', 1000],
    ['leave', accepted.head, 'PENDING_REDRIVE', 1000],
    ['leave', succeeded.head, 'ABORTED', 1000],
    ['leave', accepted.head, 'ABORTED', 100],
    ['conclude', accepted.head, 'ABORTED', 1000],
    ['conclude', accepted.head, 'missing', 1000],
    ['conclude', received, 'FAILED', 1000],
    ['start', received, 'missing', 1000],
  ] as const)('%s', (action, head, execution, seconds) => {
    expect(decideRelease(head, execution, moment(seconds))).toBe(action);
  });
});
