import { describe, expect, it } from 'vitest';
import type { WaitItem } from '../../../core/ledger/items.ts';
import {
  decideNextLook,
  decideRelease,
  decideWait,
  expiryError,
  expiryTransitions,
  explainDeath,
} from '../../../core/reconcile/open-work.ts';
import {
  accepted,
  draft,
  drafts,
  moment,
  production,
  productionMonitoring,
  productionAsked,
  productionBaking,
  release,
  stagingChecked,
  staging,
  succeeded,
  tell,
} from '../samples.ts';

const wait: WaitItem = {
  ...{ wait: 'w', release, environment: 'production', target: production, task: 'apply', token: 't' },
  correlation: 'deployment d-1',
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
    ['leave', { ...wait, correlation: 'approval a' }, head, 60],
    ['leave', { ...wait, correlation: 'approval a', remindAt: moment(300) }, head, 299],
    ['remind', { ...wait, correlation: 'approval a', remindAt: moment(300) }, head, 300],
    ['expire', { ...wait, correlation: 'approval a', remindAt: moment(300) }, head, 600],
    ['recheck', { ...wait, correlation: 'turn orders production orders-1-a1' }, head, 60],
    ['leave', { ...wait, closedUntil: moment(300) }, head, 299],
    ['recheck', { ...wait, closedUntil: moment(300) }, head, 300],
  ])('%s', (action, item, about, seconds) => {
    expect(decideWait(item, about, moment(seconds))).toBe(action);
  });

  it.each([
    ['askForApproval', 'ApprovalExpired'],
    ['waitForTurn', 'TurnNotGiven'],
    ['waitForAlarmsOk', 'AlarmKeptFiring'],
    ['waitForWindow', 'WindowClosed'],
    ['askToContinue', 'ContinueDeclined'],
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
    const { wait: id, token, correlation, registeredAt, deadline } = wait;
    const ofEnvironment = { wait: id, token, correlation, registeredAt, deadline, release, environment: 'production' };
    expect(expiryError({ ...ofEnvironment, task: 'waitForTurn' }).place).toEqual({
      release,
      environment: 'production',
    });
  });
});

describe('what the ledger is told besides, when nothing was heard', () => {
  const by = { at: moment(700), actor: 'sluice-wake' };
  const told = (about: Partial<WaitItem>, head: typeof accepted.head) =>
    expiryTransitions({ ...wait, ...about }, head, by).map((event) => event.type);

  it('is what the workflow does not look at again', () => {
    const asked = { task: 'askForApproval' as const, correlation: 'approval a1' };
    expect(expiryTransitions({ ...wait, ...asked }, productionAsked.head, by)).toMatchObject([
      { type: 'approvalExpired', environment: 'production', evidence: { approval: 'a1' } },
    ]);
    expect(expiryTransitions({ ...wait, ...asked, correlation: 'odd' }, productionAsked.head, by)).toMatchObject([
      { evidence: { approval: 'odd' } },
    ]);
    expect(told(asked, accepted.head)).toEqual([]);
    const settling = tell(stagingChecked, draft('settleStarted')).head;
    const inStaging = { environment: 'staging', target: staging };
    expect(told({ task: 'settle', ...inStaging }, settling)).toEqual(['settleFailed']);
    const rolling = tell(productionBaking, draft('failed'), ...drafts('production', 'rollbackStarted')).head;
    expect(told({ task: 'restoreTraffic' }, rolling)).toEqual(['rollbackFailed']);
    expect(told({ task: 'restoreStack' }, rolling)).toEqual(['rollbackFailed']);
    expect(told({ task: 'apply' }, rolling)).toEqual([]);
  });

  it('is nothing for a wait without a target', () => {
    const { wait: id, token, correlation, registeredAt, deadline } = wait;
    const turn = {
      wait: id,
      token,
      correlation,
      registeredAt,
      deadline,
      release,
      environment: 'production',
      task: 'waitForTurn' as const,
    };
    expect(expiryTransitions(turn, productionAsked.head, by)).toEqual([]);
  });
});

describe('a release whose workflow died', () => {
  const by = { at: moment(700), actor: 'sluice-wake' };
  it('ends for a reason', () => {
    expect(explainDeath(accepted.head, 'ABORTED', by)).toMatchObject([
      { type: 'cancelled', evidence: { execution: 'ABORTED' } },
    ]);
    expect(explainDeath(accepted.head, 'TIMED_OUT', by)).toMatchObject([
      { type: 'failed', evidence: { error: 'WorkflowDied', execution: 'TIMED_OUT' } },
    ]);
    expect(explainDeath(accepted.head, 'missing', by)).toMatchObject([
      { type: 'failed', reason: 'The workflow of the release no longer exists; the ledger was left open.' },
    ]);
  });

  it('that has a reason already needs no other', () => {
    expect(explainDeath(tell(accepted, draft('failed')).head, 'FAILED', by)).toEqual([]);
    expect(explainDeath(tell(undefined, draft('received'), draft('rejected')).head, 'FAILED', by)).toEqual([]);
  });
});

describe('an open release', () => {
  const received = tell(undefined, draft('received')).head;
  it.each([
    ['leave', accepted.head, 'RUNNING', 1000],
    ['leave', accepted.head, 'PENDING_REDRIVE', 1000],
    ['leave', succeeded.head, 'ABORTED', 1000],
    ['leave', accepted.head, 'ABORTED', 50],
    ['end', accepted.head, 'ABORTED', 1000],
    ['end', accepted.head, 'missing', 1000],
    ['end', received, 'FAILED', 1000],
    ['start', received, 'missing', 1000],
    ['undo', productionBaking.head, 'ABORTED', 9000],
  ] as const)('%s', (action, head, promotion, seconds) => {
    expect(decideRelease(head, { promotion, undoing: 'missing' }, moment(seconds))).toBe(action);
  });

  it.each([
    ['leave', 'RUNNING'],
    ['leave', 'PENDING_REDRIVE'],
    ['end', 'FAILED'],
    ['end', 'SUCCEEDED'],
  ] as const)('%s while the execution that undoes it is %s', (action, undoing) => {
    expect(decideRelease(productionBaking.head, { promotion: 'FAILED', undoing }, moment(9000))).toBe(action);
  });
});

describe('the next look', () => {
  const { head } = productionMonitoring;
  const monitored: WaitItem = {
    ...{ wait: 'w', release, environment: 'production', task: 'bake', token: 't' },
    correlation: `alarms ${release} production`,
    registeredAt: moment(1),
    // An hour longer than it is monitored.
    deadline: moment(21_600 + 3600),
  };
  const look = (open: Partial<Parameters<typeof decideNextLook>[0]>, seconds: number) =>
    decideNextLook({ releases: [head], waits: [monitored], writing: 0, ...open }, moment(seconds));
  const later = { look: 'at', at: moment(21_600) };
  const soon = { look: 'everyMinute' };

  it('is never, when nothing is open', () => {
    expect(look({ releases: [], waits: [] }, 600)).toEqual({ look: 'never' });
  });

  it('is when the first is no longer monitored, once all are at rest', () => {
    expect(look({}, 600)).toEqual(later);
    expect(look({}, 60)).toEqual(soon);
    expect(look({}, 21_590)).toEqual(soon);
    const other = { ...head, release: 'receipts-1.0.0-a1' };
    const its = { ...monitored, release: other.release };
    expect(look({ releases: [other, head], waits: [monitored, { ...its, deadline: moment(90_000) }] }, 600)).toEqual(
      later,
    );
    expect(look({ releases: [other, head], waits: [monitored] }, 600)).toEqual(soon);
  });

  it('is when the first window opens, once all that is open waits for one or is monitored', () => {
    const closed = tell(accepted, ...drafts('staging', 'turnRequested', 'windowClosed')).head;
    const turn: WaitItem = { ...wait, task: 'waitForTurn', environment: 'staging', deadline: moment(5_000_000) };
    const kept = { ...turn, closedUntil: moment(20_000) };
    const at = { look: 'at', at: moment(20_000) };
    expect(look({ releases: [closed], waits: [kept] }, 600)).toEqual(at);
    expect(look({ releases: [closed], waits: [kept] }, 19_900)).toEqual(soon);
    expect(look({ releases: [closed], waits: [kept] }, 20_001)).toEqual(soon);
    expect(look({ releases: [closed], waits: [turn] }, 600)).toEqual(soon);
    const targets = [{ ...kept, closedUntil: moment(30_000) }, kept];
    expect(look({ releases: [closed], waits: targets }, 600)).toEqual(at);
    expect(look({ releases: [closed], waits: [kept, wait] }, 600)).toEqual(soon);
    const other = { ...head, release: 'receipts-1.0.0-a1' };
    const its = { ...monitored, release: other.release };
    expect(look({ releases: [closed, other], waits: [kept, its] }, 600)).toEqual(at);
    // A window that opens after the wait has ended.
    expect(look({ releases: [closed], waits: [{ ...kept, deadline: moment(10_000) }] }, 600)).toEqual({
      ...{ look: 'at', at: moment(10_000) },
    });
  });

  it.each([
    ['a release moves', { releases: [head, { ...productionBaking.head, release: 'receipts-1.0.0-a1' }] }],
    ['it failed', { releases: [tell(productionMonitoring, draft('failed')).head] }],
    ['it is not waited for yet', { waits: [] }],
    ['it was answered', { waits: [{ ...monitored, answer: { kind: 'success' as const, output: {} } }] }],
    ['something else of it waits', { waits: [monitored, wait] }],
    ['something of another waits', { waits: [monitored, { ...wait, release: 'receipts-1.0.0-a1' }] }],
    ['somebody was not told of an end', { writing: 1 }],
  ])('is in a minute when %s', (_, open) => {
    expect(look(open, 600)).toEqual(soon);
  });
});
