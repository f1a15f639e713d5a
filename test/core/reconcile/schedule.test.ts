import { describe, expect, it } from 'vitest';
import { everyMinute, onceAt } from '../../../core/reconcile/schedule.ts';

describe('the schedule of the reconciler', () => {
  it('is every minute while something moves, and one that fails is not tried again', () => {
    expect(everyMinute).toMatchObject({
      expression: 'rate(1 minute)',
      input: { reconcile: true },
      retryPolicy: { maximumRetryAttempts: 0 },
    });
    expect(everyMinute.input).not.toHaveProperty('rested');
  });

  it('is once, in UTC, where nothing has to be looked at before, and tried until it was heard', () => {
    expect(onceAt('2026-11-20T11:00:30.900+02:00')).toMatchObject({
      expression: 'at(2026-11-20T09:00:30)',
      input: { reconcile: true, rested: true },
      retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 3600 },
    });
  });
});
