import { describe, expect, it } from 'vitest';
import type { WaitItem } from '../../../core/ledger/items.ts';
import type { MessageItem } from '../../../core/notify/outbox.ts';
import { reconcilerLag } from '../../../core/reconcile/lag.ts';
import { moment, release } from '../samples.ts';

const now = moment(1000);
const wait = (more: Partial<WaitItem>): WaitItem => ({
  ...{ wait: 'w', release, environment: 'production', task: 'waitForTurn', correlation: 'turn', token: 't' },
  ...{ registeredAt: moment(0), deadline: moment(5000), ...more },
});
const message = (notBefore: string, ...to: string[]): MessageItem => ({
  ...{ release, about: { kind: 'end' }, attempts: 1, notBefore },
  pending: to.map((one) => ({ to: one })),
});
const lag = (waits: WaitItem[], messages: MessageItem[] = [], troubles: string[] = []): number =>
  reconcilerLag({ waits, messages, troubles }, now);

describe('the lag of the reconciler', () => {
  it('is none where nothing is due', () => {
    expect(lag([])).toBe(0);
    const later = { deadline: moment(1001), closedUntil: moment(1001), remindAt: moment(1001) };
    expect(lag([wait(later)], [message(moment(1001), 'page')])).toBe(0);
  });

  it.each([
    ['a wait past its deadline', lag([wait({ deadline: moment(400) })])],
    ['a window that has opened', lag([wait({ closedUntil: moment(400) })])],
    ['a reminder', lag([wait({ remindAt: moment(400) })])],
    ['a message that not everybody has', lag([], [message(moment(400), 'page')])],
    ['what cannot be looked after', lag([], [], [moment(400)])],
  ])('is the age of %s', (_, seconds) => {
    expect(seconds).toBe(600);
  });

  it('is that of the oldest', () => {
    expect(lag([wait({ deadline: moment(900) })], [message(moment(700), 'bus')], [moment(950)])).toBe(300);
  });

  it('does not count what is decided, or delivered', () => {
    const answer = { kind: 'success', output: {} } as const;
    expect(lag([wait({ deadline: moment(0), answer })], [message(moment(0))])).toBe(0);
  });
});
